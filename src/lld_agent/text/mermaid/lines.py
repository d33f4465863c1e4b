"""Where the parts of a diagram stand: the engine gives no positions, its statements are lines."""

import re
from collections.abc import Callable

from lld_agent.model.source import Span

_SPACE = re.compile(r"\s+")


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

    def at(self, number: int) -> Span:
        """Return the span of a 1-based line, all of the diagram where there is none."""
        if self._own and 1 <= number <= len(self._spans):
            return self._spans[number - 1]
        return self._at

    def following(self, matches: Callable[[str], bool]) -> Span:
        """Return the next line that matches, from the last one found on; all if none does."""
        for number in range(self._next, len(self._texts)):
            if matches(self._texts[number]):
                self._next = number + 1
                return self.at(number + 1)
        return self._at

    def first(self, matches: Callable[[str], bool]) -> Span:
        """Return the first line that matches; all of the diagram if none does."""
        for number, text in enumerate(self._texts):
            if matches(text):
                return self.at(number + 1)
        return self._at

    def anywhere(self, *words: str) -> Span:
        """Return the first line that holds all these words."""
        return self.first(lambda text: all(word in text for word in words))


def squeezed(text: str) -> str:
    """Return a text without white space, for comparing what the engine normalised."""
    return _SPACE.sub("", text)
