"""A design that is there and its changed requirements, from files to files."""

from dataclasses import dataclass
from pathlib import Path

from lld_agent.app import prove_other_file, sidecar_path
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.draft.sidecar import MODEL, Sidecar, read_sidecar, sidecar_text
from lld_agent.draft.update.conflicts import conflicts_text
from lld_agent.draft.update.pipeline import Drafter, Update, document_of, plan_update, update
from lld_agent.errors import ConflictsError, InputError, UsageError
from lld_agent.model.brief import Brief
from lld_agent.model.source import SourceText
from lld_agent.sources.discover import CONFLICTS
from lld_agent.sources.load import STDIN, load_path
from lld_agent.store.atomic import write_all
from lld_agent.template.render import render


@dataclass(frozen=True, slots=True)
class UpdateRun:
    """An update and the files it wrote; `update` is None where the requirements are the same."""

    update: Update | None
    written: tuple[Path, ...]
    conflicts_path: Path | None

    @property
    def exit_code(self) -> int:
        """1 when conflicts wait for a person, else 0."""
        return int(self.conflicts_path is not None)


def update_file(
    brief: Brief,
    output: str,
    options: DraftOptions,
    *,
    plan: bool = False,
    drafter: Drafter = draft_outline,
) -> UpdateRun:
    """Bring a design along with its requirements, and write it with its record and its conflicts.

    Args:
        brief: the requirements as they are now.
        output: the design; its record stands beside it.
        options: what a person gives this time.
        plan: find out what would happen, and write nothing.
        drafter: makes the new draft.

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
    if record.drafter == MODEL and drafter is draft_outline:
        raise UsageError(
            f"{path} was written with a model; an update without one would take its work out",
            "draft into another file with -o; or replace it, edits and all, with `draft --force`",
        )
    planned = plan_update(mine, record, brief, options)
    if planned.same_source:
        return UpdateRun(None, (), None)
    done = update(mine, record, planned, drafter)
    left = conflicts if done.conflicts else None
    if plan:
        return UpdateRun(done, (), left)
    design = SourceText(done.text, mine.path, bom=mine.bom, encoding=mine.encoding)
    files: dict[Path, str | bytes] = {path: design.encode(), beside: sidecar_text(done.sidecar)}
    if left is not None:
        files[left] = conflicts_text(path.name, done.conflicts)
    write_all(files)
    return UpdateRun(done, tuple(files), left)


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
