"""Quantiles against printed tables, intervals against their promise."""

import random
from math import inf

import pytest

from lld_agent.evaluation.statistics import mean_interval, t_probability, t_quantile, wilson

# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, critical values of Student's t.
TABLE = [
    (0.90, 1, 3.078), (0.95, 1, 6.314), (0.975, 1, 12.706), (0.99, 1, 31.821), (0.995, 1, 63.657),
    (0.90, 2, 1.886), (0.975, 2, 4.303), (0.975, 3, 3.182), (0.995, 4, 4.604), (0.975, 5, 2.571),
    (0.95, 6, 1.943), (0.975, 7, 2.365), (0.975, 9, 2.262), (0.95, 10, 1.812), (0.975, 11, 2.201),
    (0.99, 15, 2.602), (0.975, 20, 2.086), (0.975, 30, 2.042), (0.995, 60, 2.660), (0.975, 100, 1.984),
]  # fmt: skip


@pytest.mark.parametrize(("probability", "freedom", "value"), TABLE)
def test_quantiles_are_those_of_the_table(probability: float, freedom: int, value: float):
    assert t_quantile(probability, freedom) == pytest.approx(value, abs=5.1e-4)
    assert t_quantile(1 - probability, freedom) == pytest.approx(-value, abs=5.1e-4)
    assert t_probability(t_quantile(probability, freedom), freedom) == pytest.approx(probability)


@pytest.mark.parametrize(("probability", "freedom"), [(0, 3), (1, 3), (0.9, 0)])
def test_what_has_no_quantile_is_refused(probability: float, freedom: int):
    with pytest.raises(ValueError, match="no t quantile"):
        t_quantile(probability, freedom)


def test_intervals_hold_the_true_mean_as_often_as_they_say():
    chance = random.Random(3)
    held = 0
    for _ in range(2000):
        found = mean_interval([chance.gauss(0.5, 0.1) for _ in range(6)])
        held += found.low <= 0.5 <= found.high
    assert 0.93 < held / 2000 < 0.97


def test_one_value_says_nothing_about_the_spread():
    found = mean_interval([0.7])
    assert (found.mean, found.low, found.high) == (0.7, -inf, inf)
    with pytest.raises(ValueError, match="nothing"):
        mean_interval([])


# The four sizes of the design notes, recall 0.70.
@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [(35, 50, 0.56, 0.81), (70, 100, 0.60, 0.78), (140, 200, 0.63, 0.76), (280, 400, 0.65, 0.74)],
)
def test_wilson(hits: int, count: int, low: float, high: float):
    found = wilson(hits, count)
    assert found == (pytest.approx(low, abs=0.006), pytest.approx(high, abs=0.006))


def test_wilson_at_the_ends():
    assert wilson(0, 10)[0] == pytest.approx(0)
    assert wilson(10, 10)[1] == pytest.approx(1)
    with pytest.raises(ValueError, match="no share"):
        wilson(1, 0)
