"""Names and lifetimes of caches, as the rules about caches compare them."""

from lld_agent.language.names import tokens
from lld_agent.language.quantity import find_quantities
from lld_agent.model.quantity import Dimension

_NOISE = {
    "cache",
    "caching",
    "cached",
    "layer",
    "data",
    "ttl",
    "key",
    "redi",
    "redis",
    "store",
    "second",
    "minute",
    "hour",
    "ms",
}


def words(name: str) -> frozenset[str]:
    """Return the words of a cache's name that tell it from other caches."""
    return frozenset(tokens(name)) - _NOISE


def same(left: str, right: str) -> bool:
    """Return whether two names mean the same cache: one has all words of the other."""
    first, second = words(left), words(right)
    return bool(first and second) and (first <= second or second <= first)


def seconds(text: str, unit: str = "") -> float | None:
    """Return the one duration of a cell, None where it has none, several or a range."""
    found = [q for q in find_quantities(text, unit) if q.dimension is Dimension.TIME]
    return found[0].low if len(found) == 1 and found[0].low == found[0].high else None
