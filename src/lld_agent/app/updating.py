"""A design that is there and its changed requirements, from files to files."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lld_agent.app import prove_other_file, sidecar_path
from lld_agent.config.settings import Settings
from lld_agent.draft.finish import Draft
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.draft.sidecar import MODEL, Sidecar, read_sidecar, sidecar_text
from lld_agent.draft.update.conflicts import conflicts_text
from lld_agent.draft.update.pipeline import Drafter, Plan, Update, document_of, plan_update, update
from lld_agent.errors import ConflictsError, InputError
from lld_agent.model.brief import Brief
from lld_agent.model.source import SourceText
from lld_agent.sources.discover import CONFLICTS
from lld_agent.sources.load import STDIN, load_path
from lld_agent.store.atomic import write_all
from lld_agent.template.render import render

if TYPE_CHECKING:
    from lld_agent.app.rewriting import RewrittenRun
    from lld_agent.app.writing import How
    from lld_agent.llm import plan as costs


@dataclass(frozen=True, slots=True)
class UpdateRun:
    """An update and the files it wrote.

    Attributes:
        update: None where the requirements are the same, and where a model was not asked or gave
            no answer.
        written: files.
        conflicts_path: of the file of conflicts, None where there are none.
        planned: what changed and what a model would be asked; None where that is not the question.
        model: how the run with a model went.
    """

    update: Update | None
    written: tuple[Path, ...] = ()
    conflicts_path: Path | None = None
    planned: "tuple[Plan, costs.Plan] | None" = None
    model: "RewrittenRun | None" = None

    @property
    def exit_code(self) -> int:
        """1 when conflicts wait for a person, 3 or 130 where a model gave no answer, else 0."""
        missing = self.model.exit_code if self.model is not None else 0
        return missing or int(self.conflicts_path is not None)


def update_file(
    brief: Brief,
    output: str,
    options: DraftOptions,
    *,
    plan: bool = False,
    settings: Settings | None = None,
    how: "How | None" = None,
) -> UpdateRun:
    """Bring a design along with its requirements, and write it with its record and its conflicts.

    Args:
        brief: the requirements as they are now.
        output: the design; its record stands beside it.
        options: what a person gives this time.
        plan: find out what would happen, and write nothing.
        settings: of a model, for a design that one wrote.
        how: of a run with a model.

    Raises:
        ConflictsError: those of an earlier update are not settled.
        LldError: the design has no record, or one of another design; nothing is written.
    """
    path = Path(output)
    if brief.source.path != STDIN:
        prove_other_file(path, brief.source.path)
    beside, conflicts = sidecar_path(path), path.with_name(path.stem + CONFLICTS)
    mine, record = load_path(path), _record_of(path, beside)
    if conflicts.exists() and not plan:
        raise ConflictsError(
            f"{conflicts} still lists conflicts of an earlier update",
            "settle them in the design, delete that file, then run this again",
        )
    planned = plan_update(mine, record, brief, options)
    if planned.same_source:
        return UpdateRun(None)
    drafter: Drafter = draft_outline
    run: RewrittenRun | None = None
    if record.drafter == MODEL:
        from lld_agent.app import rewriting  # noqa: PLC0415 - an outline needs none of it
        from lld_agent.app.writing import How, Job  # noqa: PLC0415

        used = settings or Settings()
        work = rewriting.rewriter(planned, record, used)
        if plan and not work.asks_nothing:
            return UpdateRun(None, planned=(planned, rewriting.cost(work, used)))
        run = rewriting.rewrite(work, Job(brief, output, options, used, how or How()))
        built, planned = run.rewritten.built, run.rewritten.plan
        if built is None:
            return UpdateRun(None, model=run)
        drafter = _given(built.draft)
    done = update(mine, record, planned, drafter)
    left = conflicts if done.conflicts else None
    if plan:
        return UpdateRun(done, (), left, model=run)
    design = SourceText(done.text, mine.path, bom=mine.bom, encoding=mine.encoding)
    files: dict[Path, str | bytes] = {path: design.encode(), beside: sidecar_text(done.sidecar)}
    if left is not None:
        files[left] = conflicts_text(path.name, done.conflicts)
    write_all(files)
    return UpdateRun(done, tuple(files), left, model=run)


def _given(draft: Draft) -> Drafter:
    return lambda _brief, _options, _previous: draft


def is_followed(design: Path) -> bool:
    """Return whether a model wrote a design whole, so that an update can ask for parts of it."""
    beside = sidecar_path(design)
    if not beside.exists():
        return False
    written = read_sidecar(load_path(beside).text, str(beside)).written
    return written is not None and not written.incomplete


def is_edited(design: Path) -> bool:
    """Return whether a design may hold what a person wrote: it is not what its record would give."""
    beside = sidecar_path(design)
    if not beside.exists():
        return True
    generated = render(document_of(read_sidecar(load_path(beside).text, str(beside))))
    return load_path(design).text != generated


def _record_of(design: Path, beside: Path) -> Sidecar:
    if not beside.exists():
        raise InputError(
            f"{design} is there, and no {beside.name} beside it: not drafted here, or its record is lost",
            "restore the record from version control; or choose another file with -o; "
            "`draft --force` replaces the design, edits and all",
        )
    return read_sidecar(load_path(beside).text, str(beside))
