"""Text in one canonical form, so that equal content is equal text."""

import re
from typing import Annotated

from pydantic import BeforeValidator

# C0 controls but tab and line feed, DEL, surrogates, and the line separators that some readers
# (not Markdown) take for line ends.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|\r")


def canonical(value: object) -> object:
    """Return text stripped, with LF line ends, no trailing blanks, no NUL or surrogates.

    Anything but a string is returned as it is, for pydantic to judge.
    """
    if not isinstance(value, str):
        return value
    return "\n".join(_lines(value)).strip()


def canonical_verbatim(value: object) -> object:
    """Like `canonical`, but the first line keeps its indent: for code and drawings.

    Blank lines before and after are dropped.
    """
    if not isinstance(value, str):
        return value
    lines = _lines(value)
    while lines and not lines[0]:
        del lines[0]
    return "\n".join(lines).rstrip()


def _lines(value: str) -> list[str]:
    text = _FORBIDDEN.sub("", _LINE_END.sub("\n", value))
    return [line.rstrip(" \t") for line in text.split("\n")]


def canonical_line(value: object) -> object:
    """Like `canonical`, and every run of white space becomes one space: for names and headings."""
    if not isinstance(value, str):
        return value
    return " ".join(_FORBIDDEN.sub(" ", value).split())


Text = Annotated[str, BeforeValidator(canonical)]
"""Inline or block Markdown, as people write it, in canonical form."""

Line = Annotated[str, BeforeValidator(canonical_line)]
"""Text of one line: a name, a heading, a key."""

Verbatim = Annotated[str, BeforeValidator(canonical_verbatim)]
"""Text that is written as it stands, between fences."""
