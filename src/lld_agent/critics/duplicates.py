"""What is said already: by a rule, by another critic, or by the same one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lld_agent.critics.candidates import Candidate, rejected
from lld_agent.critics.reasons import Reason
from lld_agent.language.names import tokens
from lld_agent.language.stems import stems
from lld_agent.model.criticism import Rejected
from lld_agent.model.finding import Finding

ALIKE = 0.7
"""Share of common words from which two claims about the same lines say the same."""

WITHIN = 0.4
"""Share of the shorter claim's words that stand in another about the same subject and two same lines.

Critics with different questions meet in one defect and tell it from their side; on recorded reviews of
three protocol proposals this parted the pairs that are one defect from those that only share quotes.
"""

SHARED = 0.4
"""Share of a rule's words that a claim about nearly the same subject has when it repeats the rule."""


def without_known(
    candidates: Iterable[Candidate], known: Sequence[Finding]
) -> tuple[list[Candidate], list[Rejected]]:
    """Part candidates from those that a rule reports: same subject, mostly the same lines. Rules win."""
    left: list[Candidate] = []
    gone: list[Rejected] = []
    for candidate in candidates:
        rule = next((f for f in known if _same_as_rule(candidate, f)), None)
        if rule is None:
            left.append(candidate)
        else:
            detail = f"{rule.rule} in line {rule.location.line}: {rule.message}"
            gone.append(rejected(candidate, Reason.DUPLICATE_OF_RULE, detail))
    return left, gone


def _same_as_rule(candidate: Candidate, finding: Finding) -> bool:
    lines = {
        number
        for part in finding.evidence
        for number in range(part.location.line, part.location.end_line + 1)
    }
    # Who rests mostly on other lines sees another defect of the same thing.
    if 2 * len(lines & candidate.lines) <= len(candidate.lines):
        return False
    sides = [set(tokens(side)) for side in (finding.subject, finding.object) if side]
    about = [set(tokens(subject)) for subject in candidate.subjects]
    if any(one == side for one in about for side in sides if one):
        return True
    # One name within the other (`loan`, `POST /loans`) is only a hint: then words must agree too.
    near = any(one <= side or side <= one for one in about for side in sides if one and side)
    said = stems(finding.message)
    return near and len(said & stems(candidate.message)) >= SHARED * len(said)


def distinct(candidates: Iterable[Candidate]) -> tuple[list[Candidate], list[Rejected]]:
    """Part candidates from those that say what a better one says.

    Two say the same when their lines overlap and either their subjects and lines are equal or
    their claims have most words in common; or when they have two lines and a subject in common and a
    good part of the shorter claim stands in the other. The better one has more quotes, then the graver
    severity, then more confidence.
    """
    kept: list[Candidate] = []
    gone: list[Rejected] = []
    for candidate in sorted(candidates, key=_goodness):
        at = next((n for n, one in enumerate(kept) if _same(one, candidate)), None)
        if at is None:
            kept.append(candidate)
            continue
        best = kept[at] = replace(kept[at], votes=kept[at].votes + candidate.votes)
        detail = f"{best.critic.id} says: {best.message}"
        gone.append(rejected(candidate, Reason.DUPLICATE, detail))
    return sorted(kept, key=lambda c: (min(c.lines), c.critic.id, c.id)), gone


_GRAVE = ("error", "warning", "info")


def _goodness(candidate: Candidate) -> tuple[int, int, float, str, str]:
    raised = candidate.raised
    grave = _GRAVE.index(raised.severity)
    return (-len(candidate.quotes), grave, -raised.confidence, candidate.critic.id, candidate.id)


def _same(one: Candidate, other: Candidate) -> bool:
    if one.lines.isdisjoint(other.lines):
        return False
    if one.lines == other.lines and set(one.subjects) & set(other.subjects):
        return one.raised.kind == other.raised.kind or _alike(one, other) >= ALIKE / 2
    meet = len(one.lines & other.lines) > 1 and bool(set(one.subjects) & set(other.subjects))
    return _alike(one, other) >= ALIKE or (meet and _within(one, other) >= WITHIN)


def _within(one: Candidate, other: Candidate) -> float:
    first, second = stems(one.message), stems(other.message)
    return len(first & second) / min(len(first), len(second)) if first and second else 0.0


def _alike(one: Candidate, other: Candidate) -> float:
    first, second = stems(one.message), stems(other.message)
    return len(first & second) / len(first | second) if first | second else 0.0
