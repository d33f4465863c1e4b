"""Do the numbers of a claim stand in what it quotes, or follow from it?"""

import re
from collections.abc import Iterable, Iterator

from lld_agent.language.quantity import find_quantities

# Where something stands is no content: lines 3 to 5, step 4, section 3.2.
_PLACES = re.compile(
    r"\b(?:lines?|steps?|sections?|rows?|items?|points?|figures?|tables?|parts?)\s+\d+(?:\.\d+)*"
    r"(?:\s?(?:-|–|to|and|or|,)\s?\d+(?:\.\d+)*)*",
    re.IGNORECASE,
)
# Not within a name: p99, SHA-256, v2.
_NUMBER = re.compile(r"(?<![\w.,/#-])\d+(?:[.,]\d+)*(?![\w/]|[.,]\d|-[A-Za-z])")
_COUNTS = {0.0, 1.0, 2.0}
"""Numbers that language needs: one, both, none."""

_MOST = 12
"""Values that are combined; with many, some combination gives any number."""
_CLOSE = 1e-6


def unfounded(claim: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers of a claim that its sources do not have.

    A number is founded when it stands in a source as it is, when a quantity of a source has the same
    value in another unit (200 ms, 0.2 s), or when it is the sum, difference, product or quotient of
    two values of the sources. 0, 1 and 2 need no source; numbers of lines, steps and sections are no
    content.

    Args:
        claim: of a model.
        sources: quoted lines, and what else may be named.
    """
    told = " ".join(sources)
    text = _PLACES.sub(" ", claim)
    words = {found[0].casefold() for found in _NUMBER.finditer(told)}
    known = sorted({*_values(told), *(_plain(word) for word in words)})
    lost = [
        number
        for number, values in _claimed(text)
        if number.casefold() not in words
        and not any(value in _COUNTS or _follows(value, known) for value in values)
    ]
    return tuple(lost)


def _claimed(text: str) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Yield each number as written, with what it may be worth: bare, and in its unit."""
    measured = find_quantities(text)
    for found in _NUMBER.finditer(text):
        inside = [q for q in measured if q.span.start <= found.start() < q.span.end]
        yield found[0], (_plain(found[0]), *(value for q in inside for value in (q.low, q.high)))


def _values(text: str) -> Iterator[float]:
    for quantity in find_quantities(text):
        yield quantity.low
        if quantity.high != float("inf"):
            yield quantity.high


def _plain(number: str) -> float:
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", number):
        return float(number.replace(",", ""))
    parts = re.split(r"[.,]", number)
    return float(f"{parts[0]}.{''.join(parts[1:]) or '0'}")


def _follows(value: float, known: list[float]) -> bool:
    if any(_same(value, one) for one in known):
        return True
    return any(
        _same(value, made)
        for one in known[:_MOST]
        for other in known[:_MOST]
        for made in _combined(one, other)
    )


def _combined(one: float, other: float) -> Iterator[float]:
    yield one + other
    yield one - other
    yield one * other
    if other:
        yield one / other


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _CLOSE * max(abs(one), abs(other), 1e-9)
