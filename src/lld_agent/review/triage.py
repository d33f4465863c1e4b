"""Decides what becomes of findings: their severity, and whether they are shown at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lld_agent.model.design import Design
from lld_agent.model.finding import Finding, Severity
from lld_agent.rules.base import Hit, Place, Rule
from lld_agent.rules.critics import Critic
from lld_agent.rules.engine import distinct, position, to_finding
from lld_agent.rules.selection import severity_of
from lld_agent.rules.suppression import Suppression, apply, read_suppressions, without_rule

UNUSED = "STR011"
"""The rule about suppressions that set nothing aside: only triage can know, so it judges here."""


@dataclass(frozen=True, slots=True)
class Triage:
    """Findings left, and those that the document sets aside; both in document order."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]


def triage(
    findings: Iterable[Finding],
    design: Design,
    rules: Sequence[Rule],
    severities: Mapping[str, Severity],
    min_severity: Severity = Severity.INFO,
) -> Triage:
    """Apply severities of the settings, the document's suppressions and the lowest severity.

    Args:
        findings: of one document.
        design: that document.
        rules: those that ran: only for them a suppression can be called unused.
        severities: selector to severity, in place of the rule's own.
        min_severity: findings below it are dropped, whether suppressed or not.
    """
    suppressions, _ = read_suppressions(design)
    left, aside, unused = apply(findings, suppressions)
    late, late_aside, _ = apply(_unused(unused, rules, design), suppressions)
    weighed = {rule.id: severity_of(rule, severities) for rule in rules}

    def settled(part: Iterable[Finding]) -> tuple[Finding, ...]:
        changed = (
            f.model_copy(update={"severity": weighed.get(f.rule) or f.severity}) for f in part
        )
        return tuple(
            sorted((f for f in changed if f.severity.rank >= min_severity.rank), key=position)
        )

    return Triage(settled([*left, *late]), settled([*aside, *late_aside]))


def _unused(
    pairs: Iterable[tuple[Suppression, str]], rules: Sequence[Rule], design: Design
) -> list[Finding]:
    """Return a finding for each rule that ran and that a suppression names in vain."""
    judge = next((rule for rule in rules if rule.id == UNUSED), None)
    if judge is None:
        return []
    # What a model reports may differ from run to run: no reason to call its suppression unused.
    ran = {rule.id for rule in rules if not isinstance(rule, Critic)} - {UNUSED}
    return distinct(
        to_finding(
            Hit(
                message=f"ignoring {rule_id} here has no effect: it reports nothing",
                places=(Place(suppression.span),),
                subject=rule_id,
                object=suppression.reason,
                hint=f"remove {rule_id} from the comment",
                repair=without_rule(suppression, rule_id, design),
            ),
            judge,
            design,
        )
        for suppression, rule_id in pairs
        if rule_id in ran
    )
