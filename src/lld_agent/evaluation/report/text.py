"""Results and comparisons as plain text and as Markdown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import isfinite

from lld_agent.evaluation.comparing import Difference, Gated, differences, gate, overall
from lld_agent.evaluation.metrics import METRICS, Unit
from lld_agent.evaluation.report.shown import Shown
from lld_agent.evaluation.results import Results
from lld_agent.evaluation.reviews import CriticFigures, Judged, Reviews
from lld_agent.evaluation.statistics import Interval, mean_interval, wilson
from lld_agent.report.escape import one_line


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
    low, high = interval.low, interval.high
    if unit == "share":
        low, high = max(0.0, low), min(1.0, high)
    return f"{figure(low, unit)} to {figure(high, unit)}"


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
        f"crashed: {document.slug} run {run.repeat + 1}: {one_line(run.error)}"
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
            sense(one),
        )
        for one in found
    ]
    titles = ("Metric", base, candidate, "Change", "95 % interval", "Documents", "")
    return "\n".join(_table(titles, rows)) + "\n"


def sense(one: Difference) -> str:
    """Return better or worse where the interval of a change leaves 0 out, lost documents, or ""."""
    if one.lost:
        return f"lost: {', '.join(one.lost)}"
    sure = one.change.low > 0 or one.change.high < 0
    if not sure or one.metric.better == "neither":
        return ""
    return "better" if (one.change.mean > 0) == (one.metric.better == "higher") else "worse"


def reviewed(found: Reviews) -> str:
    """Return the figures of reviews as Markdown."""
    recall = [
        (
            one.dimension,
            str(one.defects),
            str(one.found),
            figure(one.found / one.defects, "share"),
            "{:.2f} to {:.2f}".format(*wilson(one.found, one.defects)),
        )
        for one in found.dimensions
    ]
    clean = [
        (
            one.document,
            f"{one.words:,}",
            str(one.findings),
            figure(one.findings * 1000 / max(1, one.words), "ratio"),
        )
        for one in found.clean
    ]
    lines = [
        found.said,
        "",
        *_table(("Dimension", "Defects", "Found", "Recall", "95 % interval"), recall),
        "",
        *_table(("Clean document", "Words", "Findings", "per 1,000 words"), clean),
        "",
        *(line for note in notes(found) for line in (note, "")),
    ]
    return "\n".join(lines).rstrip() + "\n"


def notes(found: Reviews) -> list[str]:
    """Return what else there is to say about reviews, a line each."""
    critics = _critics(found.critics) if found.critics is not None else []
    return [*_threats(found), *_judged(found.judged), *critics]


def _threats(found: Reviews) -> list[str]:
    sums: Counter[str] = Counter()
    for one in found.clean:
        sums.update(one.threats)
    if not sums:
        return []
    told = ", ".join(f"{name} {count}" for name, count in sorted(sums.items()))
    return [f"Threats expected on these designs: {sums.total()} ({told})."]


def _judged(judged: Sequence[Judged]) -> list[str]:
    count, true = sum(one.judged for one in judged), sum(one.true for one in judged)
    if not count:
        return []
    low, high = wilson(true, count)
    return [
        f"Judged findings on real designs: {true} of {count} true ({true / count:.3f}, {low:.2f} to {high:.2f})."
    ]


def _critics(found: CriticFigures) -> list[str]:
    defects, seen = (
        sum(one.defects for one in found.defects),
        sum(one.found for one in found.defects),
    )
    words, raised = sum(one.words for one in found.clean), sum(one.findings for one in found.clean)
    share = ""
    if defects:
        low, high = wilson(seen, defects)
        share = f" ({seen / defects:.3f}, {low:.2f} to {high:.2f})"
    steady = (
        ""
        if found.stability is None
        else f"; overlap of {found.repeats} runs {found.stability:.3f}"
    )
    cost = "unknown" if found.usage.cost is None else f"{found.usage.cost:.2f} US dollars"
    said = (
        f"Critics ({found.model}): {seen} of {defects} defects for readers found{share}; on clean designs "
        f"{raised} findings, {raised * 1000 / max(1, words):.3f} per 1,000 words{steady}."
    )
    spent = f"{found.usage.requests} requests, cost {cost}"
    return [said, f"{spent}, {found.failures} questions without an answer."]


def gated_text(found: Sequence[Gated]) -> str:
    """Return the verdicts of a gate as a Markdown table."""
    rows = [(one.metric.title, one.verdict.value, one.reason) for one in found]
    return "\n".join(_table(("Metric", "Verdict", "Why"), rows)) + "\n"


def markdown_report(shown: Shown) -> str:
    """Return everything as Markdown for a pull request."""
    parts = []
    if shown.drafts and shown.base:
        found = gate(shown.base, shown.drafts, shown.margin)
        parts += [f"## Gate: {overall(found).value}\n", gated_text(found)]
        parts += [
            "## Changes\n",
            compared(list(differences(shown.base, shown.drafts)), "Base", "Candidate"),
        ]
    if shown.drafts:
        parts += ["## Drafts\n", summary(shown.drafts)]
    if shown.reviews:
        parts += ["## Reviews\n", reviewed(shown.reviews)]
    return "\n".join(parts)


def _table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [titles, tuple("---" for _ in titles), *rows]
    return ["| " + " | ".join(map(_cell, line)) + " |" for line in lines]


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")
