"""Does what a critic quotes stand in the document? Decided by code, before anybody else looks."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

SHORTEST = 12
"""Characters of a quote, after normalisation, under which it proves nothing; one of Chinese, Japanese or
Korean counts as two."""

SLACK = 3
"""Lines by which a quote may stand beside those that were claimed, before it is looked for anywhere."""

_SAME = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_LINE_MARK = re.compile(r"^[ \t]*(?:(?:[-+>]|#{1,6}|\d{1,3}[.)])[ \t]+)*")
_MARKUP = re.compile(r"[*`|\\]|~~|(?<!\w)_++|(?<!_)_++(?!\w)|<br[ ]?/?>")
_BLANKS = re.compile(r"\s+")
_NUMBERED = re.compile(r"^[ \t]*\d{1,6}\|[ \t]?")
_OF_RULERS = frozenset("|:+- \t")


def normal(text: str) -> str:
    """Return text as it is compared: one case, one kind of quotes and dashes, no marks of Markdown."""
    lines = (_LINE_MARK.sub("", line) for line in text.splitlines())
    flat = unicodedata.normalize("NFKC", " ".join(lines)).translate(_SAME)
    return _BLANKS.sub(" ", _MARKUP.sub(" ", flat)).strip().casefold()


def is_enough(wanted: str) -> bool:
    """Return whether normalised words are enough to be told from others."""
    return len(wanted) + sum(unicodedata.east_asian_width(c) in "WF" for c in wanted) >= SHORTEST


@dataclass(frozen=True)
class Pages:
    """A document as its quotes are looked up.

    Attributes:
        lines: as a person sees them.
    """

    lines: tuple[str, ...]

    def find(self, quote: str, near: tuple[int, int]) -> tuple[int, int] | None:
        """Return the first and last line of a quote: where it was claimed, else the nearest place.

        Args:
            quote: as a model gave it, perhaps with the numbers of lines that it was shown.
            near: lines on which it is said to stand.

        Returns:
            None where it stands nowhere or is too short to tell.
        """
        return min(self.places(quote), key=lambda place: _distance(place, near), default=None)

    def places(self, quote: str) -> list[tuple[int, int]]:
        """Return the first and last lines of every place where a quote stands."""
        wanted = normal("\n".join(_NUMBERED.sub("", line) for line in quote.splitlines()))
        if not is_enough(wanted):
            return []
        return [self._lines(at, at + len(wanted)) for at in self._all(wanted)]

    def holds(self, first: int, last: int, wanted: str) -> bool:
        """Return whether normalised words stand in some lines."""
        return wanted in normal("\n".join(self.lines[first - 1 : last]))

    def _all(self, wanted: str) -> Iterator[int]:
        at = self.text.find(wanted)
        while at >= 0:
            yield at
            at = self.text.find(wanted, at + 1)

    def _lines(self, start: int, end: int) -> tuple[int, int]:
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, end - 1) - 1
        return self._numbers[first], self._numbers[last]

    @cached_property
    def _kept(self) -> tuple[tuple[int, str], ...]:
        texts = ((number, normal(line)) for number, line in enumerate(self.lines, 1))
        return tuple((number, text) for number, text in texts if text)

    @cached_property
    def text(self) -> str:
        """All of it, normalised."""
        return " ".join(text for _, text in self._kept)

    @cached_property
    def _numbers(self) -> tuple[int, ...]:
        return tuple(number for number, _ in self._kept)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        sizes = (len(text) + 1 for _, text in self._kept)
        return (0, *accumulate(sizes))[: len(self._kept)]


def _distance(place: tuple[int, int], near: tuple[int, int]) -> tuple[int, int]:
    away = max(near[0] - place[1], place[0] - near[1], 0)
    return (0 if away <= SLACK else away, place[0])


def says_nothing(lines: Sequence[str], first: int, last: int, headings: frozenset[int]) -> bool:
    """Return whether lines are only headings, headers of tables and the rulers below them."""
    return all(
        number in headings
        or not lines[number - 1].strip()
        or _is_ruler(lines[number - 1])
        or (number < len(lines) and "|" in lines[number - 1] and _is_ruler(lines[number]))
        for number in range(first, last + 1)
    )


def _is_ruler(line: str) -> bool:
    return "--" in line and _OF_RULERS.issuperset(line)
