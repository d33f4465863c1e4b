"""Results and comparisons as plain text and as Markdown."""

from collections.abc import Iterable, Sequence
from math import isfinite

from lld_agent.evaluation.comparing import Difference, Gated
from lld_agent.evaluation.metrics import METRICS, Unit
from lld_agent.evaluation.results import Results
from lld_agent.evaluation.statistics import Interval, mean_interval


def figure(value: float | None, unit: Unit) -> str:
    """Return a value of a metric for people; "-" where it does not apply or is not bounded."""
    if value is None or not isfinite(value):
        return "-"
    if unit == "dollars":
        return f"{value:.2f}"
    if unit == "count":
        return f"{value:,.1f}".removesuffix(".0")
    return f"{value:.1f}" if unit == "seconds" else f"{value:.3f}"


def bounds(interval: Interval, unit: Unit) -> str:
    """Return the bounds of an interval; "" where one document says nothing about them."""
    if not isfinite(interval.low):
        return ""
    return f"{figure(interval.low, unit)} to {figure(interval.high, unit)}"


def summary(results: Results) -> str:
    """Return the means of all metrics over documents, with 95 % t-intervals, as a Markdown table."""
    crashed = sum(bool(run.error) for _, run in results.runs)
    runs = sum(1 for _ in results.runs)
    lines = [
        f"{results.drafter}: {len(results.documents)} documents, {runs} runs, {crashed} crashed",
        "",
        *_table(("Metric", "Mean", "95 % interval", "Documents"), _means(results)),
        "",
    ]
    lines += [
        f"crashed: {document.slug} run {run.repeat + 1}: {_line(run.error)}"
        for document, run in results.runs
        if run.error
    ]
    return "\n".join(lines).rstrip() + "\n"


def _means(results: Results) -> Iterable[tuple[str, ...]]:
    for metric in METRICS:
        values = list(results.values(metric.name).values())
        if not values:
            continue
        found = mean_interval(values)
        yield (
            metric.title,
            figure(found.mean, metric.unit),
            bounds(found, metric.unit),
            str(found.count),
        )


def compared(found: Sequence[Difference], base: str, candidate: str) -> str:
    """Return differences as a Markdown table; a change whose interval leaves 0 out is marked."""
    rows = [
        (
            one.metric.title,
            figure(one.base, one.metric.unit),
            figure(one.candidate, one.metric.unit),
            f"{one.change.mean:+.3f}",
            bounds(one.change, "ratio"),
            str(one.change.count),
            _sense(one),
        )
        for one in found
    ]
    titles = ("Metric", base, candidate, "Change", "95 % interval", "Documents", "")
    return "\n".join(_table(titles, rows)) + "\n"


def _sense(one: Difference) -> str:
    if one.lost:
        return f"lost: {', '.join(one.lost)}"
    sure = one.change.low > 0 or one.change.high < 0
    if not sure or one.metric.better == "neither":
        return ""
    return "better" if (one.change.mean > 0) == (one.metric.better == "higher") else "worse"


def gated_text(found: Sequence[Gated]) -> str:
    """Return the verdicts of a gate as a Markdown table."""
    rows = [(one.metric.title, one.verdict.value, one.reason) for one in found]
    return "\n".join(_table(("Metric", "Verdict", "Why"), rows)) + "\n"


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [titles, tuple("---" for _ in titles), *rows]
    return ["| " + " | ".join(map(_cell, line)) + " |" for line in lines]


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")


def _line(text: str) -> str:
    return " ".join(text.split())
