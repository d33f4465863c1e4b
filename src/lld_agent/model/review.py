"""What a review gives back, for one document and for many."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lld_agent.model.criticism import CriticReport
from lld_agent.model.design import Design
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.source import SourceText
from lld_agent.model.threats import ThreatReport
from lld_agent.model.usage import Usage


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was looked at, so that "no findings" can be told from "not looked at".

    Attributes:
        documents: how many. words: in all of them.
        template: name of the template they follow; "" for none, "mixed" for several documents
            that differ.
        template_confidence: share of that template's headings that were found, 0 to 1 (the
            smallest of several documents).
        tables_typed, tables_verbatim: tables taken for a known one, and all others.
        rules_run: ids of rules that judged at least one document.
        rules_skipped: rule and reason; rules_failed: rule and error.
        critics_run: ids of critics that judged all that they read in every document; they are
            among `rules_run` too. critics_failed: critic and reason, `verify` for the second
            reading: then what models found is not complete. critics_skipped: critic and reason.
    """

    documents: int
    words: int
    template: str
    template_confidence: float
    tables_typed: int
    tables_verbatim: int
    rules_run: tuple[str, ...]
    rules_skipped: tuple[tuple[str, str], ...]
    rules_failed: tuple[tuple[str, str], ...]
    critics_run: tuple[str, ...] = ()
    critics_failed: tuple[tuple[str, str], ...] = ()
    critics_skipped: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """The review of one document.

    Attributes:
        findings: what is left after triage, in document order.
        suppressed: what the document itself sets aside, with its reason.
        coverage: what was looked at.
        usage: calls, tokens and money of models; None when none was to be asked.
        baselined: what a baseline sets aside, with its reason.
        unchanged: how many findings the revision it was compared with had too, and which are
            therefore in none of the tuples; None when it was compared with none.
        threats: what the threat engine says, where it was asked for.
        design: the document itself, for reports that show it.
        critics: how the critics went and what of theirs is not reported; None when none was asked.
    """

    path: str
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    coverage: Coverage
    usage: Usage | None = None
    baselined: tuple[Finding, ...] = ()
    unchanged: int | None = None
    threats: ThreatReport | None = field(default=None, compare=False, repr=False)
    design: Design | None = field(default=None, compare=False, repr=False)
    critics: CriticReport | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """A document before and after.

    Attributes:
        before, after: equal where there was nothing to do.
        applied: findings whose fix is in `after`, in document order of their round.
        withheld: findings whose fix would have left them, or brought another finding.
    """

    before: SourceText
    after: SourceText
    applied: tuple[Finding, ...] = ()
    withheld: tuple[Finding, ...] = ()


def total(coverages: Iterable[Coverage]) -> Coverage:
    """Return the coverage of several documents together.

    A rule counts as skipped only where no document let it run; its reasons are listed once each.
    """
    parts = list(coverages)
    run = {rule for part in parts for rule in part.rules_run}
    skipped = {pair for part in parts for pair in part.rules_skipped if pair[0] not in run}
    failed = {critic for part in parts for critic, _ in part.critics_failed}
    asked = failed | {critic for part in parts for critic in part.critics_run}
    templates = {part.template for part in parts}
    return Coverage(
        documents=sum(part.documents for part in parts),
        words=sum(part.words for part in parts),
        template=templates.pop() if len(templates) == 1 else "mixed" if templates else "",
        template_confidence=min((part.template_confidence for part in parts), default=0.0),
        tables_typed=sum(part.tables_typed for part in parts),
        tables_verbatim=sum(part.tables_verbatim for part in parts),
        rules_run=tuple(sorted(run)),
        rules_skipped=tuple(sorted(skipped)),
        rules_failed=tuple(sorted({pair for part in parts for pair in part.rules_failed})),
        critics_run=tuple(sorted({one for part in parts for one in part.critics_run} - failed)),
        critics_failed=tuple(sorted({pair for part in parts for pair in part.critics_failed})),
        critics_skipped=tuple(
            sorted(
                {pair for part in parts for pair in part.critics_skipped if pair[0] not in asked}
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class Bars:
    """From which severity on findings make a review fail; None stands for `never`.

    Attributes:
        rules: of findings of rules. critics: of findings of models.
    """

    rules: Severity | None = Severity.ERROR
    critics: Severity | None = None

    def reached_by(self, finding: Finding) -> bool:
        """Return whether a finding makes a review fail."""
        bar = self.rules if finding.origin == "rule" else self.critics
        return bar is not None and finding.severity.rank >= bar.rank
