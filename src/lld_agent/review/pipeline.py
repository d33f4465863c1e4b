"""The review of one document: check, triage, and say what was looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lld_agent.critics.evidence import Pages, normal
from lld_agent.critics.pipeline import Criticism
from lld_agent.critics.reading import visible_lines
from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import Resolver
from lld_agent.model.brief import Brief
from lld_agent.model.criticism import CriticReport
from lld_agent.model.design import Design
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.review import ReviewResult
from lld_agent.model.threats import ThreatReport
from lld_agent.review.coverage import measure
from lld_agent.review.triage import triage
from lld_agent.rules.base import Context
from lld_agent.rules.critics import NOT_ASKED, Critic, named
from lld_agent.rules.engine import CheckResult, check
from lld_agent.rules.registry import every_rule
from lld_agent.rules.selection import Selection, choose
from lld_agent.threats.assess import accepting, assess

THREAT_RULE = "SEC017"
"""The rule that reports gaps of the threat engine; the subject of its findings is the template."""


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """What a person may set about a review.

    Attributes:
        selection: which rules run, and severities in place of their own.
        min_severity: findings below it are not kept.
        options: of single rules, `API001.exempt` and the like.
        explain_threats: keep what the threat engine says, whether or not its rule runs.
        only: critics to ask, by id, name or key; empty for all that the selection leaves.
    """

    selection: Selection = field(default_factory=Selection)
    min_severity: Severity = Severity.INFO
    options: dict[str, str] = field(default_factory=dict)
    explain_threats: bool = False
    only: tuple[str, ...] = ()


def review(
    design: Design, settings: ReviewSettings | None = None, brief: Brief | None = None
) -> ReviewResult:
    """Review a design without a model.

    Args:
        design: the document as read.
        settings: None for the defaults: every stable rule.
        brief: the requirements it was made from, for the rules that compare both.

    Raises:
        UsageError: a selector fits no rule.
    """
    chosen = settings or ReviewSettings()
    return settled(design, chosen, checked(design, chosen, brief))


def checked(design: Design, settings: ReviewSettings, brief: Brief | None = None) -> CheckResult:
    """Return what the rules say about a design, before anything is set aside.

    Raises:
        UsageError: a selector fits no rule.
    """
    rules = [one for one in choose(settings.selection, every_rule()) if not isinstance(one, Critic)]
    return check(design, rules, Context(Resolver(), Lexicons(), brief, settings.options))


def known(design: Design, brief: Brief | None = None) -> tuple[Finding, ...]:
    """Return what the stable rules say about a design: what critics are told and do not repeat.

    Not what a selection leaves of it, so that critics are asked the same whatever else is selected.
    """
    return checked(design, ReviewSettings(), brief).findings


def critics_chosen(settings: ReviewSettings) -> tuple[Critic, ...]:
    """Return the critics that a review with a model asks: who asks for one wants preview rules too.

    Raises:
        UsageError: `only` names no critic, or a selector fits no rule.
    """
    wanted = {named(name).id for name in settings.only}
    selection = replace(settings.selection, preview=True)
    return tuple(
        one
        for one in choose(selection, every_rule())
        if isinstance(one, Critic) and (not wanted or one.id in wanted)
    )


def settled(
    design: Design,
    settings: ReviewSettings,
    found: CheckResult,
    criticism: Criticism | None = None,
) -> ReviewResult:
    """Return the review of a design: what rules and critics found, after triage.

    Args:
        design: the document.
        settings: of the review.
        found: by the rules.
        criticism: by the critics; None where no model was asked.
    """
    judged = {*found.rules_run, *(one for one, _ in (*found.rules_skipped, *found.rules_failed))}
    rules = [one for one in every_rule() if one.id in judged or isinstance(one, Critic)]
    sorted_out = triage(
        [*found.findings, *(criticism.findings if criticism is not None else ())],
        design,
        rules,
        settings.selection.severities,
        settings.min_severity,
    )
    return ReviewResult(
        path=design.source.path,
        findings=sorted_out.findings,
        suppressed=sorted_out.suppressed,
        coverage=measure(design, found, _report(settings, criticism)),
        usage=criticism.usage if criticism is not None else None,
        threats=_threats(design, sorted_out.suppressed) if settings.explain_threats else None,
        design=design,
        critics=criticism.report if criticism is not None else None,
    )


def _report(settings: ReviewSettings, criticism: Criticism | None) -> CriticReport:
    """Return how the critics went; those that were chosen and not asked are named."""
    if criticism is not None:
        return criticism.report
    chosen = (one.id for one in choose(settings.selection, every_rule()) if isinstance(one, Critic))
    return CriticReport(skipped=tuple((rule_id, NOT_ASKED) for rule_id in chosen))


def _threats(design: Design, suppressed: Iterable[Finding]) -> ThreatReport:
    """Return what the threat engine says; gaps that the document suppresses are accepted."""
    reasons = {f.subject: f.suppressed or "" for f in suppressed if f.rule == THREAT_RULE}
    return accepting(assess(design), reasons)


def newer(result: ReviewResult, base: ReviewResult | None) -> ReviewResult:
    """Return a result with only those findings that an earlier state of the document did not have.

    Args:
        result: of the document as it is.
        base: of the same document at a revision, under the same settings; None when it was not
            there: then everything is new. What it suppressed counts as not reported. Models are
            not asked about it: a finding of theirs is new when a line that it rests on is.
    """
    had = set() if base is None else {finding.fingerprint for finding in base.findings}
    before = None if base is None or base.design is None else Pages(visible_lines(base.design))
    left = tuple(
        f for f in result.findings if f.fingerprint not in had and not _stood(f, result, before)
    )
    return replace(result, findings=left, unchanged=len(result.findings) - len(left))


def _stood(finding: Finding, result: ReviewResult, before: Pages | None) -> bool:
    """Return whether all that a finding of a model rests on stood in an earlier state already."""
    if finding.origin != "model" or before is None or result.design is None:
        return False
    lines = visible_lines(result.design)
    return all(
        normal(text) in before.text
        for part in finding.evidence
        for text in lines[part.location.line - 1 : part.location.end_line]
    )
