"""The quantity grammar, in the units and languages that documents use."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.language.quantity import find_quantities, parse_quantity
from lld_agent.model.quantity import Comparator, Dimension

T, S, R, P, C = Dimension.TIME, Dimension.SIZE, Dimension.RATE, Dimension.RATIO, Dimension.COUNT


@pytest.mark.parametrize(
    ("text", "dimension", "low", "high"),
    [
        ("< 200ms", T, 0.2, 0.2),
        ("within 2 seconds", T, 2, 2),
        ("innerhalb von 2 Sekunden", T, 2, 2),
        ("mindestens 500 Buchungen", C, 500, 500),
        ("5分钟", T, 300, 300),
        ("响应时间不超过2秒", T, 2, 2),
        ("1000个并发用户", C, 1000, 1000),
        ("500 concurrent users", C, 500, 500),
        ("within 3 business days", T, 3 * 86400, 3 * 86400),
        ("5 000 Nutzer", C, 5000, 5000),
        ("3 segundos", T, 3, 3),
        ("1,5 GB", S, 1.5e9, 1.5e9),
        ("512Mi", S, 512 * 2**20, 512 * 2**20),
        ("256MB-1GB", S, 256e6, 1e9),
        ("2-10 pods", C, 2, 10),
        ("99.9 %", P, 0.999, 0.999),
        ("99.95% a month", P, 0.9995, 0.9995),
        ("100 requests/second", R, 100, 100),
        ("10 requests/minute per IP", R, 1 / 6, 1 / 6),
        ("120 reservations per second", R, 120, 120),
        ("1.000 Benutzer", C, 1000, 1000),
        ("10k rps", R, 10_000, 10_000),
        ("$0.50", Dimension.MONEY, 0.5, 0.5),
    ],
)
def test_quantities(text: str, dimension: Dimension, low: float, high: float):
    found = parse_quantity(text)
    assert found is not None
    assert found.dimension is dimension
    assert math.isclose(found.low, low)
    assert math.isclose(found.high, high)
    assert text[found.span.start : found.span.end] == found.raw


@pytest.mark.parametrize(
    "text", ["v1.2.3", "2026-01-02", "10.0.0.1", "12:30", "section 4.2", "RFC 9110", "abc123", ""]
)
def test_what_looks_like_one_and_is_none(text: str):
    assert find_quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("at most 5 s", Comparator.LE),
        ("> 5 s", Comparator.GT),
        ("≥ 5 s", Comparator.GE),
        ("höchstens 5 s", Comparator.LE),
        ("5 s", Comparator.EQ),
    ],
)
def test_comparators(text: str, comparator: Comparator):
    assert find_quantities(text)[0].comparator is comparator


def test_percentiles_qualify():
    assert find_quantities("p99 latency < 200 ms")[0].qualifier == "p99"


def test_bare_numbers_need_a_hint():
    assert find_quantities("300") == ()
    assert find_quantities("300", "seconds")[0].low == 300
    assert find_quantities("500m", "cpu")[0].low == 0.5


@given(st.text(max_size=120))
def test_any_text_is_read_and_spans_are_exact(text: str):
    for found in find_quantities(text):
        assert text[found.span.start : found.span.end] == found.raw


@pytest.mark.parametrize(
    "bait", ["1" * 50_000, "1," * 30_000, "at least " * 10_000, "1 - " * 20_000]
)
def test_bait_is_read_in_linear_time(bait: str):
    find_quantities(bait)
