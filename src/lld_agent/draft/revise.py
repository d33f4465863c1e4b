"""Repairs: patches of blocks, kept only when the rules then find less."""

from collections.abc import Sequence
from dataclasses import dataclass

from lld_agent.draft.assemble import section_of
from lld_agent.draft.build import Built
from lld_agent.draft.crosscheck import Check, about, crosscheck
from lld_agent.draft.stages import patch
from lld_agent.draft.stages.patch import Block, Patch, PatchOp
from lld_agent.draft.stages.sections import Shared
from lld_agent.llm.ports import Asks
from lld_agent.llm.request import Outcome


@dataclass(frozen=True, slots=True)
class Revised:
    """The draft after its repairs, what is still found, and the answers that were asked for."""

    built: Built
    check: Check
    outcomes: tuple[Outcome[Patch], ...] = ()


async def revise(built: Built, check: Check, shared: Shared, asks: Asks, rounds: int) -> Revised:
    """Ask for patches while findings are left, at most `rounds` times; stop when one brings nothing."""
    outcomes: list[Outcome[Patch]] = []
    for round_ in range(1, rounds + 1):
        blocks = about(check.findings, built.draft, built.placements)
        if not check.weight or not blocks:
            break
        outcome = await asks.ask(patch.request(check.findings, blocks, shared.prefix, round_))
        outcomes.append(outcome)
        if outcome.value is None:
            break
        better = _best(built, check, outcome.value.ops, blocks, shared)
        if better is None:
            break
        built, check = better
    return Revised(built, check, tuple(outcomes))


def _best(
    built: Built, check: Check, ops: Sequence[PatchOp], blocks: Sequence[Block], shared: Shared
) -> tuple[Built, Check] | None:
    """Return the draft with the operations that help: all of them, else section by section."""
    whole = tried(built, ops, blocks, shared)
    if whole is not None and whole[1].better_than(check):
        return whole
    best: tuple[Built, Check] | None = None
    for section in dict.fromkeys(section_of(op.slot) for op in ops):
        own = [op for op in ops if section_of(op.slot) == section]
        base, bar = best or (built, check)
        listed = about(bar.findings, base.draft, base.placements) if best else blocks
        found = tried(base, own, listed, shared)
        if found is not None and found[1].better_than(bar):
            best = found
    return best


def tried(
    built: Built, ops: Sequence[PatchOp], blocks: Sequence[Block], shared: Shared
) -> tuple[Built, Check] | None:
    """Return the draft after operations and what the rules say about it; None where nothing changed."""
    placements = patch.apply(built.placements, ops, blocks, shared.ground)
    if tuple(placements) == built.placements:
        return None
    again = built.again(placements)
    return again, crosscheck(again.draft, built.brief)
