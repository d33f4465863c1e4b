"""A document as it was read: decoded text, and where each character stands in it."""

import re
from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

# markdown-it splits lines at the same three (and no other) line ends.
_LINE_END = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """A half-open range of code points, [start, end), in the decoded text of one document."""

    start: int
    end: int


class Location(BaseModel):
    """A span as people count: 1-based lines and code-point columns, with byte offsets beside.

    `end_column` is that of the first character after the span.
    """

    model_config = ConfigDict(frozen=True)

    line: int
    column: int
    end_line: int
    end_column: int
    byte_start: int
    byte_end: int


class SourceText:
    """The decoded text of one document and its line table.

    Args:
        text: the text with its own line ends, without a byte order mark.
        path: as the person named it; `-` for standard input.
        bom: whether the bytes began with a byte order mark.
        encoding: of the bytes, one of utf-8, utf-16-le, utf-16-be, utf-32-le, utf-32-be.
    """

    def __init__(
        self, text: str, path: str = "-", *, bom: bool = False, encoding: str = "utf-8"
    ) -> None:
        self.text = text
        self.path = path
        self.bom = bom
        self.encoding = encoding

    def named(self, path: str) -> "SourceText":
        """Return the same text under another name."""
        return SourceText(self.text, path, bom=self.bom, encoding=self.encoding)

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line."""
        return [0, *(match.end() for match in _LINE_END.finditer(self.text))]

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return _LINE_END.split(self.text)

    def line_of(self, offset: int) -> int:
        """Return the 1-based line that holds the character at `offset`."""
        return bisect_right(self.line_starts, offset)

    def line_span(self, first: int, last: int) -> Span:
        """Return the span of 0-based lines [first, last) with their ends, as in `token.map`."""
        starts = self.line_starts
        start = starts[first] if first < len(starts) else len(self.text)
        end = starts[last] if last < len(starts) else len(self.text)
        return Span(start, end)

    def slice(self, span: Span) -> str:
        """Return the text of a span."""
        return self.text[span.start : span.end]

    def locate(self, span: Span) -> Location:
        """Return a span as lines, columns and byte offsets of the original bytes."""
        first, last = self.line_of(span.start), self.line_of(span.end)
        before = len(self._mark) + len(self.text[: span.start].encode(self.encoding))
        return Location(
            line=first,
            column=span.start - self.line_starts[first - 1] + 1,
            end_line=last,
            end_column=span.end - self.line_starts[last - 1] + 1,
            byte_start=before,
            byte_end=before + len(self.slice(span).encode(self.encoding)),
        )

    def encode(self) -> bytes:
        """Return the original bytes."""
        return self._mark + self.text.encode(self.encoding)

    @property
    def _mark(self) -> bytes:
        return "\ufeff".encode(self.encoding) if self.bom else b""
