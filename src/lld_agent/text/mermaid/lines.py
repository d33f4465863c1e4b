"""Where the parts of a diagram stand: the engine gives no positions, its statements are lines."""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cached_property
from itertools import accumulate

from lld_agent.model.source import Span

_SPACE = re.compile(r"\s+")
_NAME = r"\[\*\]|[^\s:;\[\]]{1,200}"
_ARROW = re.compile(
    rf"(?<!\S)(?P<source>{_NAME}?)(?::::[\w-]{{1,80}})?\s{{0,40}}-->\s{{0,40}}(?P<target>{_NAME})"
)
_AHEAD = 400
"""Lines of comments and notes between two steps; further on a match is another step's."""


class Lines:
    """The lines of a diagram text with their places in the document.

    Args:
        raw: text of the diagram.
        at: span of that text in the document; a text from elsewhere has all its parts there.
        own: whether `raw` is the text at `at`, so that lines can be told apart.
    """

    def __init__(self, raw: str, at: Span, *, own: bool) -> None:
        self._at = at
        self._own = own
        self._texts: list[str] = []
        self._spans: list[Span] = []
        position = 0
        for line in re.split(r"\r\n|\r|\n", raw):
            start = position + len(line) - len(line.lstrip())
            self._texts.append(line.strip())
            self._spans.append(Span(at.start + start, at.start + start + len(line.strip())))
            position += len(line)
            position += 2 if raw[position : position + 2] == "\r\n" else 1
        self._next = 0
        self._joined = "\n".join(self._texts)
        lengths = (len(text) + 1 for text in self._texts[:-1])
        self._offsets = list(accumulate(lengths, initial=0))

    def at(self, number: int) -> Span:
        """Return the span of a 1-based line, all of the diagram where there is none."""
        if self._own and 1 <= number <= len(self._spans):
            return self._spans[number - 1]
        return self._at

    def following(self, matches: Callable[[str], bool]) -> Span:
        """Return the next line that matches, soon after the last one found; all if none does."""
        for number in range(self._next, min(len(self._texts), self._next + _AHEAD)):
            if matches(self._texts[number]):
                self._next = number + 1
                return self.at(number + 1)
        return self._at

    def arrow(self, source: str, target: str, matches: Callable[[str], bool]) -> Span:
        """Return the first line with an arrow from one name to another that matches; all if none does."""
        for number in self._arrows.get((source, target), ()):
            if matches(self._texts[number]):
                return self.at(number + 1)
        return self._at

    @cached_property
    def _arrows(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for number, text in enumerate(self._texts):
            arrow = _ARROW.search(text)
            if arrow:
                found.setdefault((arrow["source"], arrow["target"]), []).append(number)
        return found

    def anywhere(self, *words: str) -> Span:
        """Return the first line that holds all these words."""
        # The first line with the longest word is the earliest that can have them all.
        longest = max(words, key=len, default="")
        number = self._with(longest)
        while number < len(self._texts):
            if all(word in self._texts[number] for word in words):
                return self.at(number + 1)
            number += 1
        return self._at

    def _with(self, word: str) -> int:
        """Return the number of the first line that holds a word, by one search in all of them."""
        if "\n" in word:
            return len(self._texts)
        found = self._joined.find(word)
        return bisect_right(self._offsets, found) - 1 if found >= 0 else len(self._texts)


def squeezed(text: str) -> str:
    """Return a text without white space, for comparing what the engine normalised."""
    return _SPACE.sub("", text)
