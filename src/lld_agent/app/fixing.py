"""Fixes of findings over files: what would change, and the files changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lld_agent.app import STDIN, review_settings, targets
from lld_agent.config.settings import Settings
from lld_agent.errors import InputError, LldError
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.review import Fixed, ReviewResult
from lld_agent.model.source import SourceText
from lld_agent.review.fixing import fix
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.registry import all_rules
from lld_agent.rules.selection import Selection, choose
from lld_agent.sources.design import load_design
from lld_agent.sources.load import load_path
from lld_agent.store.atomic import write_all


@dataclass(frozen=True, slots=True)
class FixRun:
    """Documents with their fixes, and those that could not be read."""

    documents: tuple[Fixed, ...]
    errors: tuple[LldError, ...]

    @property
    def changed(self) -> tuple[Fixed, ...]:
        """The documents that fixes change."""
        return tuple(d for d in self.documents if d.after.text != d.before.text)

    @property
    def applied(self) -> tuple[Finding, ...]:
        """The findings that are fixed."""
        return tuple(f for document in self.documents for f in document.applied)


def fix_paths(paths: Sequence[str], settings: Settings) -> FixRun:
    """Fix documents in memory: every finding of the rules selected that has a fix.

    All rules judge each fix, whatever is selected: none may find anything new.

    Raises:
        LldError: nothing could be begun: no document, a wrong selector.
    """
    asked = review_settings(settings)
    wanted = {rule.id for rule in choose(asked.selection, all_rules())}
    everything = ReviewSettings(
        Selection(preview=True, severities=asked.selection.severities), Severity.INFO
    )
    fixed: list[Fixed] = []
    errors: list[LldError] = []
    for target in targets(paths, settings.exclude):

        def judge(source: SourceText, at: str = target) -> ReviewResult:
            place = None if at == STDIN else at
            return review(load_design(source, at=place), everything)

        try:
            fixed.append(fix(load_path(target), judge, frozenset(wanted)))
        except InputError as error:
            errors.append(error)
    return FixRun(tuple(fixed), tuple(errors))


def write_fixed(run: FixRun) -> None:
    """Write the documents that changed, all or none where the disk allows it.

    Raises:
        OutputError: one of them cannot be written.
    """
    write_all({Path(d.after.path): d.after.encode() for d in run.changed})
