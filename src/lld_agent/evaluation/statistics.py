"""Intervals for few documents: t for means of paired differences, Wilson for shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import atan, cos, inf, pi, sin, sqrt
from statistics import NormalDist, fmean, stdev


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and where the true one lies; one value says nothing: then the bounds are infinite."""

    mean: float
    low: float
    high: float
    count: int


def mean_interval(values: Sequence[float], level: float = 0.95) -> Interval:
    """Return the mean of independent values with its two-sided t-interval.

    Values are means of documents, or differences of them, never single runs: runs of one document are
    not independent (design notes on evals, section b3: an interval over runs covers 80 %, not 95 %).

    Raises:
        ValueError: there are none.
    """
    if not values:
        raise ValueError("a mean of nothing")
    mean, count = fmean(values), len(values)
    if count == 1:
        return Interval(mean, -inf, inf, 1)
    half = t_quantile(0.5 + level / 2, count - 1) * stdev(values) / sqrt(count)
    return Interval(mean, mean - half, mean + half, count)


def wilson(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a share, after E. B. Wilson, JASA 22 (1927), 209-212.

    Raises:
        ValueError: there is nothing to take a share of.
    """
    if count <= 0 or not 0 <= hits <= count:
        raise ValueError(f"{hits} of {count} is no share")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, spread = hits / count, z * z / count
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, middle - half), min(1.0, middle + half)


@lru_cache(maxsize=256)
def t_quantile(probability: float, freedom: int) -> float:
    """Return the value that Student's t stays below with a probability.

    The inverse of `t_probability` by bisection, exact to about 1e-12 of the value.

    Args:
        probability: between 0 and 1, both excluded.
        freedom: degrees of freedom, a whole number from 1.

    Raises:
        ValueError: the arguments are out of range.
    """
    if not 0 < probability < 1 or freedom < 1:
        raise ValueError(f"no t quantile at {probability} with {freedom} degrees of freedom")
    if probability < 0.5:
        return -t_quantile(1 - probability, freedom)
    low, high = 0.0, 1.0
    while t_probability(high, freedom) < probability:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (
            (middle, high) if t_probability(middle, freedom) < probability else (low, middle)
        )
    return (low + high) / 2


def t_probability(value: float, freedom: int) -> float:
    """Return the probability that Student's t is below a value.

    The finite series for whole degrees of freedom: M. Abramowitz and I. A. Stegun, Handbook of
    Mathematical Functions (1964), 26.7.3 and 26.7.4.
    """
    angle = atan(value / sqrt(freedom))
    square = cos(angle) ** 2
    if freedom % 2:
        term = cos(angle)
        series = term if freedom > 1 else 0.0
        for k in range(2, freedom - 1, 2):
            term *= square * k / (k + 1)
            series += term
        within = 2 / pi * (angle + sin(angle) * series)
    else:
        term = series = 1.0
        for k in range(1, freedom - 2, 2):
            term *= square * k / (k + 1)
            series += term
        within = sin(angle) * series
    return (1 + within) / 2
