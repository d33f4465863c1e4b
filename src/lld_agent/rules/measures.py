"""Latency targets, tests, load and replicas as values: what rules about numbers compare."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lld_agent.language.quantity import find_quantities
from lld_agent.language.stems import stems
from lld_agent.model.design import Design
from lld_agent.model.quantity import Comparator, Dimension, Quantity
from lld_agent.model.rows import Cell, ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import (
    Constraint,
    EnvironmentDifference,
    LoadMetric,
    PerformanceTarget,
    PerformanceTest,
    ScalingRule,
)

_LATENCY = re.compile(
    r"latenc|response|respond|answer|\bp9\d|p50|median|antwort|latência|latencia", re.IGNORECASE
)
_NO_LATENCY = re.compile(
    r"time-?out|retention|expir|\bttl\b|interval|schedule|rotation|\brto\b|\brpo\b|recover|downtime|startup|batch|job|cache|"
    r"dependen|upstream|third|external|network",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"\bbatch(?:es)?\b", re.IGNORECASE)
_PERCENTILE = re.compile(
    r"(?<!\w)p(?P<n>\d{2}(?:\.9+)?)(?!\w)|\b(?P<word>median|average|avg|mean|max)\b", re.IGNORECASE
)
_SAY_NOTHING = stems(
    "latency response time target test load performance request api call operation endpoint average median percentile max service"
    " requests calls p50 p90 p95 p99 ms second seconds answer answers under within less than all every each"
)
_REPLICAS = re.compile(r"replicas?|instances?|\bpods?\b|\bhpa\b|horizontal", re.IGNORECASE)
_OTHERS = re.compile(
    r"database|\bdb\b|postgres|mysql|read replica|redis|cache|kafka|queue|broker|worker|consumer|shard|partition|node",
    re.IGNORECASE,
)
_RATE_NAME = re.compile(
    r"requests?\s*(?:/|per )\s*s|\brps\b|\bqps\b|\btps\b|throughput", re.IGNORECASE
)


class Measured(NamedTuple):
    """A quantity, what it is of, and where it stands."""

    name: str
    quantity: Quantity
    percentile: str
    span: Span


def percentile(*texts: str) -> str:
    """Return the first percentile that texts name (p99), or avg, p50 or max; "" when there is none."""
    for text in texts:
        found = _PERCENTILE.search(text)
        if found:
            word = (found["word"] or "").lower()
            return (
                f"p{found['n']}" if found["n"] else {"median": "p50", "max": "max"}.get(word, "avg")
            )
    return ""


def rank(name: str) -> float:
    """Return a percentile as a number that grows with it: avg and p50 are 50, max is 100."""
    return {"avg": 50.0, "max": 100.0}.get(name) or float(name[1:])


def bounds(lower: Measured, upper: Measured) -> bool:
    """Return whether `lower` cannot be above `upper`: the same statistic, one lower, or one not given (G9)."""
    if lower.quantity.dimension is not upper.quantity.dimension:
        return False
    if not lower.percentile or not upper.percentile:
        return True
    return rank(lower.percentile) <= rank(upper.percentile)


def topic(text: str) -> frozenset[str]:
    """Return the stems of a name that say what it is about, without those of measuring."""
    found = stems(text) - _SAY_NOTHING
    return frozenset(word for word in found if not any(map(str.isdigit, word)))


def title(design: Design, row: ReadRow, field: str) -> str:
    """Return the header of a field's column in the table of a row; "" where there is none."""
    if not 0 <= row.table < len(design.tables):
        return ""
    reading = design.tables[row.table]
    return next(
        (
            head.text
            for head, name in zip(reading.header, reading.columns, strict=False)
            if name == field
        ),
        "",
    )


def one(cell: Cell, dimension: Dimension, hint: str = "") -> Quantity | None:
    """Return the one quantity of a dimension in a cell, None when there are none or several."""
    found = [q for q in find_quantities(cell.text, hint) if q.dimension is dimension]
    return found[0] if len(found) == 1 else None


def latency_targets(design: Design) -> tuple[Measured, ...]:
    """Return the latencies that operations must keep: performance targets and constraints."""
    return (*operation_targets(design, Dimension.TIME), *_constraints(design))


def operation_targets(design: Design, dimension: Dimension) -> Iterator[Measured]:
    """Yield the performance targets of a dimension."""
    for row in design.of(PerformanceTarget):
        quantity = one(row["target"], dimension)
        if (
            row.confidence >= 0.5
            and quantity is not None
            and quantity.comparator not in {Comparator.GT, Comparator.GE}
        ):
            said = percentile(
                quantity.raw, row["target"].text, row.key.text, title(design, row, "target")
            )
            yield Measured(row.key.text, quantity, said, row["target"].span)


def _constraints(design: Design) -> Iterator[Measured]:
    for row in design.of(Constraint):
        words = f"{row.key.text} {row['description'].text}"
        quantity = one(row["description"], Dimension.TIME)
        # A row that is called latency may be about a batch; another one with the word is about a job.
        said = _DOMAIN.sub(" ", words) if _LATENCY.search(row.key.text) else words
        told = _LATENCY.search(words) and not _NO_LATENCY.search(said)
        if row.confidence >= 0.5 and quantity is not None and told:
            yield Measured(
                words, quantity, percentile(row["description"].text), row["description"].span
            )


def latency_tests(design: Design) -> Iterator[Measured]:
    """Yield the latencies that performance tests let pass."""
    for row in design.of(PerformanceTest):
        quantity = one(row["threshold"], Dimension.TIME)
        if row.confidence >= 0.5 and quantity is not None:
            said = percentile(
                row["threshold"].text,
                row["metric"].text,
                row.key.text,
                title(design, row, "threshold"),
            )
            yield Measured(
                f"{row.key.text} {row['metric'].text}", quantity, said, row["threshold"].span
            )


def request_rate(design: Design, column: str) -> Measured | None:
    """Return the requests per second of the load table (normal, peak or burst); None when there is not one row of it."""
    found = []
    for row in design.of(LoadMetric):
        named = _RATE_NAME.search(row.key.text) and not _OTHERS.search(row.key.text)
        values = (
            find_quantities(row[column].text, "count") if named and row.confidence >= 0.5 else ()
        )
        if len(values) == 1 and values[0].dimension in {Dimension.COUNT, Dimension.RATE}:
            found.append(Measured(row.key.text, values[0], "", row[column].span))
    return found[0] if len(found) == 1 else None


def autoscaling(design: Design) -> Measured | None:
    """Return the range of replicas between which the service scales; None when it is not one range."""
    found = []
    for row in design.of(ScalingRule):
        if (
            row.confidence < 0.5
            or not _REPLICAS.search(row.key.text)
            or _OTHERS.search(row.key.text)
        ):
            continue
        counts = [
            q
            for q in find_quantities(row["target"].text, "count")
            if q.dimension is Dimension.COUNT
        ]
        low, high = (
            min((q.low for q in counts), default=0),
            max((q.high for q in counts), default=0),
        )
        if 0 < low < high < float("inf"):
            text = row["target"].text
            whole = Quantity(low, high, Dimension.COUNT, unit="replicas", raw=text)
            found.append(Measured(row.key.text, whole, "", row["target"].span))
    return found[0] if len(found) == 1 else None


def production_replicas(design: Design) -> Measured | None:
    """Return how many replicas production has by the table of environments."""
    for row in design.of(EnvironmentDifference):
        if (
            row.confidence >= 0.5
            and _REPLICAS.search(row.key.text)
            and not _OTHERS.search(row.key.text)
        ):
            quantity = one(row["production"], Dimension.COUNT, "count")
            if quantity is not None:
                return Measured(row.key.text, quantity, "", row["production"].span)
    return None
