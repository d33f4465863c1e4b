"""The review of one document: check, triage, and say what was looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import Resolver
from lld_agent.model.brief import Brief
from lld_agent.model.design import Design
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.review import ReviewResult
from lld_agent.model.threats import ThreatReport
from lld_agent.review.coverage import measure
from lld_agent.review.triage import triage
from lld_agent.rules.base import Context
from lld_agent.rules.engine import check
from lld_agent.rules.registry import all_rules
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
    """

    selection: Selection = field(default_factory=Selection)
    min_severity: Severity = Severity.INFO
    options: dict[str, str] = field(default_factory=dict)
    explain_threats: bool = False


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
    rules = choose(chosen.selection, all_rules())
    context = Context(Resolver(), Lexicons(), brief, chosen.options)
    checked = check(design, rules, context)
    sorted_out = triage(
        checked.findings, design, rules, chosen.selection.severities, chosen.min_severity
    )
    return ReviewResult(
        path=design.source.path,
        findings=sorted_out.findings,
        suppressed=sorted_out.suppressed,
        coverage=measure(design, checked),
        threats=_threats(design, sorted_out.suppressed) if chosen.explain_threats else None,
        design=design,
    )


def _threats(design: Design, suppressed: Iterable[Finding]) -> ThreatReport:
    """Return what the threat engine says; gaps that the document suppresses are accepted."""
    reasons = {f.subject: f.suppressed or "" for f in suppressed if f.rule == THREAT_RULE}
    return accepting(assess(design), reasons)


def newer(result: ReviewResult, base: ReviewResult | None) -> ReviewResult:
    """Return a result with only those findings that an earlier state of the document did not have.

    Args:
        result: of the document as it is.
        base: of the same document at a revision, under the same settings; None when it was not
            there: then everything is new. What it suppressed counts as not reported.
    """
    had = set() if base is None else {finding.fingerprint for finding in base.findings}
    left = tuple(f for f in result.findings if f.fingerprint not in had)
    return replace(result, findings=left, unchanged=len(result.findings) - len(left))
