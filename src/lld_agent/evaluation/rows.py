"""Rows of a design held against those of its golden document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lld_agent.evaluation.assignment import assign
from lld_agent.evaluation.contents import Item, tables
from lld_agent.evaluation.similarity import same_content, same_item
from lld_agent.template.kit import Document

MATCH = 0.4
"""From here on a pair is one thing (measured on the pairs of tests/evaluation/paraphrases.yaml)."""

GREY = 0.25
"""From here to `MATCH` words alone cannot tell: a judge may, and without one it is no match."""

Settle = Callable[[str, Item, Item], bool | None]
"""Says whether a grey pair is one thing: slot, golden item, other item; None: not judged."""


def unsettled(_slot: str, _golden: Item, _other: Item) -> None:
    """Judge nothing."""


@dataclass(frozen=True, slots=True)
class TableMatch:
    """One table of both documents.

    Attributes:
        slot: its address.
        golden, other: how many items each has.
        matched: pairs of items that are one thing, and how far they agree.
        missing: items that only the golden document has. extra: those that only the other one has.
        grey: pairs that words alone could not settle.
    """

    slot: str
    golden: int
    other: int
    matched: tuple[tuple[Item, Item, float], ...]
    missing: tuple[Item, ...]
    extra: tuple[Item, ...]
    grey: tuple[tuple[Item, Item], ...] = ()


def match_documents(
    golden: Document, other: Document, language: str = "en", settle: Settle = unsettled
) -> tuple[TableMatch, ...]:
    """Return every table that either document fills, in the order of the golden one.

    Args:
        golden: what is right.
        other: what is judged, of the same template.
        language: of both, for word stems.
        settle: judges grey pairs.
    """
    left, right = tables(golden), tables(other)
    return tuple(
        match_table(slot, left.get(slot, ()), right.get(slot, ()), language, settle)
        for slot in dict.fromkeys((*left, *right))
    )


def match_table(
    slot: str,
    golden: Sequence[Item],
    other: Sequence[Item],
    language: str = "en",
    settle: Settle = unsettled,
) -> TableMatch:
    """Return which items of a table are which of another: the best assignment of all."""
    scores = [[same_item(one, two, language) for two in other] for one in golden]
    matched: list[tuple[Item, Item, float]] = []
    grey: list[tuple[Item, Item]] = []
    taken: set[int] = set()
    held: set[int] = set()
    for row, column in assign(scores):
        one, two, score = golden[row], other[column], scores[row][column]
        if score < GREY:
            continue
        if score < MATCH:
            verdict = settle(slot, one, two)
            if verdict is None:
                grey.append((one, two))
            if not verdict:
                continue
        matched.append((one, two, same_content(one, two, language)))
        held.add(row)
        taken.add(column)
    return TableMatch(
        slot=slot,
        golden=len(golden),
        other=len(other),
        matched=tuple(matched),
        missing=tuple(one for at, one in enumerate(golden) if at not in held),
        extra=tuple(one for at, one in enumerate(other) if at not in taken),
        grey=tuple(grey),
    )


@dataclass(frozen=True, slots=True)
class RowScore:
    """Precision, recall and agreement of rows; None where there is nothing to judge."""

    precision: float | None
    recall: float | None
    f1: float | None
    agreement: float | None


def row_score(found: Sequence[TableMatch]) -> RowScore:
    """Return the scores of one table or of many together (every row counts the same)."""
    golden, other = sum(one.golden for one in found), sum(one.other for one in found)
    matched = [agreed for one in found for _, _, agreed in one.matched]
    return RowScore(
        precision=len(matched) / other if other else None,
        recall=len(matched) / golden if golden else None,
        f1=2 * len(matched) / (golden + other) if golden + other else None,
        agreement=sum(matched) / len(matched) if matched else None,
    )
