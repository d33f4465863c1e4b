"""How alike two items of a table are, between 0 and 1, without a model."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import sqrt

from rapidfuzz import fuzz

from lld_agent.evaluation.contents import Item
from lld_agent.language.names import tokens
from lld_agent.language.stems import stems

PATH = "path"
# What all paths of a service share: parameters, and the version in front.
_COMMON = re.compile(r"\{[^{}]*\}|:[a-z_]\w*|(?<![^/\s])(?:api|v\d+)(?![^/\s])", re.IGNORECASE)
_BLANKS = re.compile(r"[\s`*_\"'“”„‘’]+")


def same_item(one: Item, two: Item, language: str = "en") -> float:
    """Return how sure it is that two items of one slot speak of the same thing.

    An item is known by its name: what follows it may differ. Identifiers are compared as names;
    prose by its words, and then the rest of the item has a say, because people put into one column
    what others put into the next. Of a fixed row the template gives the name, so only the rest counts.
    Items of parts that are not the same are not the same either.
    """
    if one.fixed != two.fixed:
        return 0.0
    if set(one.known_by) <= one.exact and not one.fixed:
        alike = _named(one, two)
        # A path is one thing wherever it stands; a column is one within its table.
        return alike if PATH in one.known_by else alike * _around(one, two, language)
    whole = text_similarity(_all(one), _all(two), language)
    if not one.fixed:
        name = text_similarity(_name(one), _name(two), language)
        whole = max(0.6 * name + 0.4 * whole, whole)
    return whole * _around(one, two, language) if whole else 0.0


def same_content(golden: Item, other: Item, language: str = "en") -> float:
    """Return how far two items of one thing agree: the mean over the cells that the golden one fills."""
    parts = [
        _cell(text, other.cells.get(name, ""), language, exact=name in golden.exact)
        for name, text in golden.cells.items()
    ]
    return sum(parts) / len(parts) if parts else 1.0


@lru_cache(maxsize=65536)
def text_similarity(one: str, two: str, language: str = "en") -> float:
    """Return how alike two pieces of prose are.

    The mean of two measures that err in different ways: the overlap of word stems, relative to the
    shorter text, and the cosine of character trigrams (weights measured in tests/evaluation).
    """
    left, right = plain(one), plain(two)
    if left == right:
        return 1.0
    if not left or not right:
        return 0.0
    first, second = stems(left, language), stems(right, language)
    shared = len(first & second)
    words = shared / sqrt(len(first) * len(second)) if shared else 0.0
    return 0.4 * words + 0.4 * _cosine(left, right) + 0.2 * fuzz.token_sort_ratio(left, right) / 100


def plain(text: str) -> str:
    """Return a text in lower case without marks of Markdown, with single blanks."""
    return _BLANKS.sub(" ", text.casefold()).strip()


def _cell(golden: str, other: str, language: str, *, exact: bool) -> float:
    if not other:
        return 0.0
    if exact:
        return float(_identifier(golden) == _identifier(other))
    return text_similarity(golden, other, language)


def _named(one: Item, two: Item) -> float:
    """Return 1.0 for the same identifiers; else how alike the identifiers are, never a sure match."""
    names = [(one.cells.get(name, ""), two.cells.get(name, "")) for name in one.known_by]
    scores = [_identifiers_alike(left, right) for left, right in names]
    return min(scores) if scores else 0.0


def _identifiers_alike(one: str, two: str) -> float:
    if _identifier(one) == _identifier(two):
        return 1.0
    left, right = (tokens(_COMMON.sub(" ", text)) for text in (one, two))
    if not left or not right:
        return 0.0
    if left == right:
        return 0.95
    return 0.9 * len(set(left) & set(right)) / len(set(left) | set(right))


@lru_cache(maxsize=16384)
def _identifier(text: str) -> str:
    # The name of a path parameter says nothing: /users/{id} and /users/{userId} are one.
    return re.sub(r"\{[^{}]*\}|:[a-z_]\w*", "{}", plain(text).rstrip("/."))


def _around(one: Item, two: Item, language: str) -> float:
    if one.parent is None or two.parent is None:
        return float(one.parent is two.parent)
    return same_item(one.parent, two.parent, language)


def _name(item: Item) -> str:
    return _joined(item.cells.get(name, "") for name in item.named_by)


def _all(item: Item) -> str:
    """Return the words of an item; drawings and code of one language are alike whatever they say."""
    return _joined(text for name, text in item.cells.items() if name not in item.literal)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(filter(None, texts))


def _cosine(one: str, two: str) -> float:
    left, right = _grams(one), _grams(two)
    shared = sum(count * right[gram] for gram, count in left.items() if gram in right)
    return shared / (_length(left) * _length(right)) if shared else 0.0


@lru_cache(maxsize=8192)
def _grams(text: str) -> Counter[str]:
    """Return character trigrams; pairs where half of the text is Chinese, whose words have two."""
    han = sum(letter >= "\u3400" and letter <= "\u9fff" for letter in text)
    size = 2 if 2 * han > len(text) else 3
    padded = f" {text} "
    return Counter(padded[at : at + size] for at in range(len(padded) - size + 1))


def _length(grams: Counter[str]) -> float:
    return sqrt(sum(count * count for count in grams.values()))
