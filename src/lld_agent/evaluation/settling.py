"""Grey pairs that a judge or a person settled: two rows of one table, the same thing or not."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from lld_agent.errors import InputError
from lld_agent.evaluation.contents import Item
from lld_agent.evaluation.rows import Settle


class GreyPair(BaseModel):
    """Two rows that words cannot tell apart: of the golden design, and of a draft."""

    model_config = ConfigDict(frozen=True)

    slot: str
    golden: str
    other: str

    @property
    def text(self) -> str:
        """Both in one line."""
        return f"{self.golden} ~ {self.other}"


class Settled(GreyPair):
    """A pair with a verdict, and who gave it."""

    same: bool
    by: str


Known = Mapping[tuple[str, str, str], bool]


def grey_pair(slot: str, golden: Item, other: Item) -> GreyPair:
    """Return a pair as it is stored: its rows with all their cells."""
    return GreyPair(slot=slot, golden=_whole(golden), other=_whole(other))


def read_settled(path: Path) -> dict[tuple[str, str, str], bool]:
    """Return pair → whether it is one thing; of two verdicts the later one holds.

    Raises:
        InputError: the file cannot be read, or a line is no verdict.
    """
    found: dict[tuple[str, str, str], bool] = {}
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot read {path}", "`lld-agent eval judge --pairs` writes it"
        ) from error
    for number, line in enumerate(lines, 1):
        if line:
            try:
                one = Settled.model_validate_json(line)
            except ValidationError as error:
                [first, *_] = error.errors(include_url=False, include_input=False)
                raise InputError(f"{path}:{number}: {first['msg']}", "one pair a line") from None
            found[one.slot, one.golden, one.other] = one.same
    return found


def settled_text(pairs: Iterable[Settled]) -> str:
    """Return verdicts as JSON lines."""
    return "".join(json.dumps(one.model_dump(), ensure_ascii=False) + "\n" for one in pairs)


def settler(known: Known) -> Settle:
    """Return what looks verdicts up; None for a pair that nobody judged."""

    def settle(slot: str, golden: Item, other: Item) -> bool | None:
        pair = grey_pair(slot, golden, other)
        return known.get((pair.slot, pair.golden, pair.other))

    return settle


def _whole(item: Item) -> str:
    cells = "; ".join(" ".join(text.split()) for text in item.cells.values())
    return f"{item.parent.label}: {cells}" if item.parent is not None else cells
