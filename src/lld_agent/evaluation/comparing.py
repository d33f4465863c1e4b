"""Two evaluations side by side: differences with intervals, and a gate with three answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import fmean, stdev

from lld_agent.evaluation.metrics import BY_NAME, METRICS, Metric
from lld_agent.evaluation.results import Results
from lld_agent.evaluation.statistics import Interval, mean_interval, t_quantile

_ROUNDING = 1e-9


class Verdict(StrEnum):
    """What a gate says. Inconclusive asks for more runs or documents; it is no failure."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric in two evaluations, on the documents that both have it for.

    Attributes:
        base, candidate: means over those documents.
        change: mean of the differences (candidate minus base) with its 95 % interval.
        lost: documents that have it in the base only.
    """

    metric: Metric
    base: float
    candidate: float
    change: Interval
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gated:
    """The verdict about one metric, and the reason in words."""

    metric: Metric
    verdict: Verdict
    reason: str


def differences(base: Results, candidate: Results) -> Iterator[Difference]:
    """Yield every metric that both evaluations have on some document, in the order of METRICS.

    Documents that have changed between them are left out.
    """
    base, _ = base.like(candidate)
    for metric in METRICS:
        old, new = base.values(metric.name), candidate.values(metric.name)
        both = sorted(old.keys() & new.keys())
        if both:
            yield Difference(
                metric,
                fmean(old[slug] for slug in both),
                fmean(new[slug] for slug in both),
                mean_interval([new[slug] - old[slug] for slug in both]),
                tuple(sorted(old.keys() - new.keys())),
            )


def gate(base: Results, candidate: Results, margin: float | None = None) -> list[Gated]:
    """Return a verdict for each gated metric, and one for each hard demand.

    Args:
        base: what is there.
        candidate: what is to replace it.
        margin: how much worse a metric may be, in place of the metric's own margin.
    """
    return [*hard(candidate), *_margins(base, candidate, margin)]


def hard(candidate: Results) -> Iterator[Gated]:
    """Yield what must hold in every run, without statistics."""
    for metric in METRICS:
        if metric.hard is None:
            continue
        bad = sorted(
            {
                document.slug
                for document, run in candidate.runs
                if not _holds(metric, run.score.metrics.get(metric.name), crashed=bool(run.error))
            }
        )
        verdict = Verdict.FAIL if bad else Verdict.PASS
        demand = f"must be {metric.hard:g} in every run"
        yield Gated(metric, verdict, f"{demand}; not so in {', '.join(bad)}" if bad else demand)


def _holds(metric: Metric, value: float | None, *, crashed: bool) -> bool:
    if crashed:
        return metric.name != "rendered"  # said once, not for every metric
    return value is None or value == metric.hard


def _margins(base: Results, candidate: Results, margin: float | None) -> Iterator[Gated]:
    base, changed = base.like(candidate)
    if changed and not base.documents:
        yield Gated(
            BY_NAME["rendered"],
            Verdict.INCONCLUSIVE,
            f"every document has changed since: {', '.join(changed)}; make the base anew",
        )
    for metric in METRICS:
        allowed = metric.margin if margin is None else margin
        if metric.margin is None or allowed is None:
            continue
        old, new = base.values(metric.name), candidate.values(metric.name)
        if not old:
            continue
        if lost := sorted(old.keys() - new.keys()):
            yield Gated(metric, Verdict.FAIL, f"not there any more for {', '.join(lost)}")
            continue
        sign = -1.0 if metric.better == "lower" else 1.0
        gains = [sign * (new[slug] - old[slug]) for slug in sorted(old)]
        yield Gated(metric, *_not_worse(gains, allowed))


def _not_worse(gains: list[float], margin: float) -> tuple[Verdict, str]:
    """Return whether gains per document show that nothing got worse by more than a margin.

    Non-inferiority with a one-sided 95 % t-bound on paired means of documents: pass when the bound
    is within the margin, fail when the mean itself is not, inconclusive between.
    """
    mean, count = fmean(gains), len(gains)
    spread = stdev(gains) if count > 1 else 0.0
    # One document shows no spread: equal figures pass, anything else needs more documents.
    same = all(abs(gain) < _ROUNDING for gain in gains)
    if count == 1:
        low = mean if same or mean >= 0 else float("-inf")
    else:
        low = mean - t_quantile(0.95, count - 1) * spread / sqrt(count)
    said = f"{_said(mean)}; 95 % bound: {_said(low)}; margin {margin:g}; {count} documents"
    if low >= -margin - _ROUNDING:
        return Verdict.PASS, said
    if mean < -margin - _ROUNDING:
        return Verdict.FAIL, said
    return Verdict.INCONCLUSIVE, said


def _said(gain: float) -> str:
    if gain == float("-inf"):
        return "none, one document"
    if abs(gain) < _ROUNDING:
        return "the same"
    return f"{abs(gain):.3f} {'better' if gain > 0 else 'worse'}"


def overall(gated: list[Gated]) -> Verdict:
    """Return the one verdict: the worst of all."""
    verdicts = {one.verdict for one in gated}
    for one in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        if one in verdicts:
            return one
    return Verdict.PASS
