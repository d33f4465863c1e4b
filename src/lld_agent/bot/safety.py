"""Text of documents and models in comments: it may say anything and do nothing.

Nothing in it is markup, mention, reference, address or command to a bot; secrets are gone; what
people cannot see is gone. Every text is cut to what a host takes, its mark kept.
"""

import os
import re
import unicodedata

from lld_agent.model.redaction import redactor
from lld_agent.report.markdown import words
from lld_agent.text.escape import code_span

LONGEST_COMMENT = 8_000
LONGEST_SUMMARY = 60_000
LONGEST_MESSAGE = 8_000
LONGEST_TITLE = 255
_LONGEST_QUOTE = 300
_CUT = "\n\n(cut: too long for a comment)"
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})", re.MULTILINE)
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


def plain(text: str) -> str:
    """Return text on one line, without comments of HTML, unseen characters and secrets."""
    seen = "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in _UNSEEN
    )
    return redactor(os.environ).text(" ".join(_uncommented(seen).split()))


def prose(text: str) -> str:
    """Return words of a document or model as Markdown in which they are words only."""
    return words(plain(text))


def quoted(text: str) -> str:
    """Return words of a document as a code span."""
    flat = plain(text)
    if len(flat) > _LONGEST_QUOTE:
        flat = flat[:_LONGEST_QUOTE] + " ..."
    return code_span(flat) if flat else "an empty line"


def fitted(text: str, limit: int, mark: str = "") -> str:
    """Return text of at most `limit` characters, ending in a mark on a line of its own.

    It is cut at a blank line, else at the end of a line; a fence left open is closed. Characters
    beyond the first plane count as two: hosts differ in how they count.
    """
    tail = f"\n\n{mark}" if mark else ""
    if _length(text + tail) <= limit:
        return text + tail
    room = limit - _length(_CUT + "\n```````" + tail)
    cut = _shortened(text, max(0, room))
    at = cut.rfind("\n\n")
    if at < len(cut) // 2:
        at = cut.rfind("\n")
    cut = cut[:at] if at > 0 else cut
    return cut.rstrip() + _closing(cut) + _CUT + tail


def shortened(text: str, limit: int) -> str:
    """Return plain text of at most `limit` bytes of UTF-8, no character split."""
    data = text.encode("utf-8", "replace")
    if len(data) <= limit:
        return text
    return data[: limit - 4].decode("utf-8", "ignore") + " ..."


def _uncommented(text: str) -> str:
    """Return text without HTML comments; what would begin one after that is broken up."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            at = len(text)
            break
        at = end + 3
    parts.append(text[at:])
    return "".join(parts).replace("<!--", "<! --")


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "replace")) // 2


def _shortened(text: str, limit: int) -> str:
    data = text.encode("utf-16-le", "replace")
    return data[: 2 * limit].decode("utf-16-le", "ignore")


def _closing(text: str) -> str:
    """Return what closes the fence that a text leaves open."""
    fence = ""
    for found in _FENCE.finditer(text):
        if not fence:
            fence = found[1]
        elif found[1].startswith(fence):
            fence = ""
    return f"\n{fence}" if fence else ""
