"""A quantity as a value; `language.quantity` reads them out of text."""

from dataclasses import dataclass
from enum import StrEnum

from lld_agent.model.source import Span

_NOWHERE = Span(0, 0)


class Dimension(StrEnum):
    """What a quantity measures. Values are held in the base unit given here."""

    TIME = "time"  # seconds
    SIZE = "size"  # bytes
    RATE = "rate"  # per second
    RATIO = "ratio"  # 0 to 1
    COUNT = "count"
    CPU = "cpu"  # cores
    MONEY = "money"
    NONE = ""  # a bare number


class Comparator(StrEnum):
    """How the number bounds."""

    EQ = "="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    ABOUT = "~"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit.

    Attributes:
        low, high: equal for a single number; `high` is infinity for `3+`. In base units.
        unit: as written, for example "ms", "req/s", "GB".
        qualifier: percentile or statistic (p50, p95, p99, avg, max), else "".
        raw, span: as written and where; offsets are into the text that was parsed.
    """

    low: float
    high: float
    dimension: Dimension
    comparator: Comparator = Comparator.EQ
    unit: str = ""
    qualifier: str = ""
    raw: str = ""
    span: Span = _NOWHERE
