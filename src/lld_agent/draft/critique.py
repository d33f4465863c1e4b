"""Critics read the draft that the rules are done with; a repair is kept when it is worth it."""

from collections.abc import Sequence
from dataclasses import dataclass

from lld_agent.critics.evidence import Pages
from lld_agent.critics.pipeline import Asking, Criticism, criticise, recheck
from lld_agent.critics.reading import visible_lines
from lld_agent.draft.build import Built
from lld_agent.draft.crosscheck import WEIGHTS, Check, about
from lld_agent.draft.revise import Revised, tried
from lld_agent.draft.stages import patch
from lld_agent.draft.stages.patch import Patch
from lld_agent.draft.stages.sections import Shared
from lld_agent.llm.request import Failure, Outcome
from lld_agent.model.design import Design
from lld_agent.model.finding import Finding
from lld_agent.model.source import SourceText
from lld_agent.model.usage import NOTHING, Usage
from lld_agent.rules.critics import Critic, named
from lld_agent.template.reader import read_design

READERS = ("edge", "threat", "api")
"""The critics that read a draft: a run has a price to keep to, and these are the gaps a draft has first.
`review --llm` asks all ten."""


@dataclass(frozen=True, slots=True)
class Critique:
    """What critics said about a draft, and what became of it.

    Attributes:
        before, after: what they find before and after the repair; the same where none was kept.
        weights: of rules and critics together, before and after.
        kept: whether the repair was.
        failures: questions without an answer: what, and why.
        usage: of all calls of critics and second readings.
        patch: the answer that the repair came from, None where none was asked for.
    """

    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    weights: tuple[int, int]
    kept: bool = False
    failures: tuple[tuple[str, Failure], ...] = ()
    usage: Usage = NOTHING
    patch: Outcome[Patch] | None = None


async def critique(
    revised: Revised, shared: Shared, asking: Asking, round_: int
) -> tuple[Built, Check, Critique]:
    """Let critics read a draft, ask for a repair of what they and the rules find, and weigh it.

    The repair is kept when rules find no new error and no more weight, and rules and critics together
    find less. After it each finding of the critics is read again: it stands while its words stand and
    a second reading upholds it. Critics also read the repaired draft; what they find there counts
    when a line that it rests on is new, since what they only now notice was there before.

    Args:
        revised: the draft after the repairs that rules asked for.
        shared: of all calls of the run.
        asking: how critics are asked.
        round_: number of the repair.
    """
    built, check = revised.built, revised.check
    first = await criticise(_read(built), check.findings, _readers(), asking)
    heavy = _heavy(first.findings)
    weight = check.weight + _weight(heavy)
    unchanged = Critique(
        first.findings, first.findings, (weight, weight), failures=first.failures, usage=first.usage
    )
    wanted = (*check.findings, *heavy)
    blocks = about(wanted, built.draft, built.placements)
    if not heavy or not blocks:
        return built, check, unchanged
    outcome = await asking.asks.ask(patch.request(wanted, blocks, shared.prefix, round_))
    asked = Critique(
        first.findings,
        first.findings,
        (weight, weight),
        failures=first.failures,
        usage=first.usage,
        patch=outcome,
    )
    again = tried(built, outcome.value.ops, blocks, shared) if outcome.value is not None else None
    if again is None or again[1].weight > check.weight or not again[1].errors <= check.errors:
        return built, check, asked
    second = await _reread(first, built, again, asking)
    after = again[1].weight + _weight(second.findings)
    better = after < weight and not second.failures
    result = Critique(
        before=first.findings,
        after=second.findings if better else first.findings,
        weights=(weight, after if better else weight),
        kept=better,
        failures=(*first.failures, *second.failures),
        usage=first.usage + second.usage,
        patch=outcome,
    )
    return (*again, result) if better else (built, check, result)


async def _reread(
    first: Criticism, built: Built, again: tuple[Built, Check], asking: Asking
) -> Criticism:
    """Return what stands after a repair: what still stands, and what is new with its lines."""
    repaired, known = _read(again[0]), again[1].findings
    standing = await recheck(first.confirmed, _read(built), repaired, known, asking.asks)
    fresh = await criticise(repaired, known, _readers(), asking)
    before = Pages(visible_lines(_read(built)))
    whole = (1, len(before.lines))
    new = tuple(
        finding
        for finding in fresh.findings
        if any(before.find(part.quote, whole) is None for part in finding.evidence)
    )
    return Criticism(
        (*standing.findings, *new),
        failures=(*standing.failures, *fresh.failures),
        usage=standing.usage + fresh.usage,
    )


def _readers() -> tuple[Critic, ...]:
    return tuple(map(named, READERS))


def _heavy(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if WEIGHTS[finding.severity])


def _weight(findings: Sequence[Finding]) -> int:
    return sum(WEIGHTS[finding.severity] for finding in findings)


def _read(built: Built) -> Design:
    return read_design(SourceText(built.draft.markdown, "draft.md"))
