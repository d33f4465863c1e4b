"""Inline Markdown: its plain text, its code spans, its links."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from lld_agent.model.source import Span

_SPECIAL = re.compile(r"[`*_\[\]<>\\&~]")
_TICKS = re.compile("`+")
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>[^\[\]]*)\]\(\s*(?P<target><[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)?)"
    r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\s*\)"
)
_REFERENCE = re.compile(r"!?\[(?P<text>[^\[\]]+)\]\[[^\[\]]*\]")
_AUTOLINK = re.compile(r"<(?P<target>[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^<>\s]*)>")
_BARE_LINK = re.compile(r"(?<![\w(<\[\"'=/])https?://[^\s<>\[\]()`\"']+[^\s<>\[\]()`\"'.,;:!?]")
_BREAK = re.compile(r"<br[ \t]*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--[^<>]*-->")
_EMPHASIS = re.compile(
    r"(?<!\\)(?:\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|~~)"
)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


class CodeSpan(NamedTuple):
    """A code span: its text, and where all of it stands."""

    text: str
    start: int
    end: int


class Link(NamedTuple):
    """A link or an image. `target` without angle brackets and title."""

    text: str
    target: str
    span: Span
    image: bool


def code_spans(raw: str) -> Iterator[CodeSpan]:
    """Yield the code spans of inline text, left to right."""
    runs = [found.span() for found in _TICKS.finditer(raw)]
    later: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[number][1] - runs[number][0], []).append(number)
    position = 0
    for number, (start, end) in enumerate(runs):
        if start < position:
            continue
        same = later[end - start]
        while same and same[-1] <= number:
            same.pop()
        if same:
            closing = runs[same[-1]]
            inside = raw[end : closing[0]].replace("\n", " ")
            padded = inside.startswith(" ") and inside.endswith(" ") and inside.strip()
            yield CodeSpan(inside[1:-1] if padded else inside, start, closing[1])
            position = closing[1]


def plain(raw: str) -> str:
    """Return the words of inline Markdown, stripped, on one line: no marks, links as their text."""
    if not _SPECIAL.search(raw):
        return " ".join(raw.split()) if "\n" in raw or "  " in raw else raw.strip()
    parts, position = [], 0
    if "`" in raw:
        for code in code_spans(raw):
            parts.append(_words(raw[position : code.start]))
            parts.append(code.text)
            position = code.end
    parts.append(_words(raw[position:]))
    return " ".join("".join(parts).split())


def _words(raw: str) -> str:
    text = raw
    if "[" in text:
        text = _REFERENCE.sub(r"\g<text>", _LINK.sub(r"\g<text>", text))
    if "<" in text:
        text = _TAG.sub("", _AUTOLINK.sub(r"\g<target>", _BREAK.sub(" ", text)))
    text = _EMPHASIS.sub("", text)
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return html.unescape(text) if "&" in text else text


def links(raw: str, offset: int = 0) -> Iterator[Link]:
    """Yield links, autolinks, bare addresses and images outside code spans, left to right.

    Args:
        raw: inline or block source.
        offset: added to all spans.
    """
    masked = masked_code(raw)
    found = [
        Link(
            m["text"].strip(),
            m["target"].strip("<>"),
            Span(offset + m.start(), offset + m.end()),
            bool(m["image"]),
        )
        for m in _LINK.finditer(masked)
    ]
    taken = [link.span for link in found]
    for pattern in (_AUTOLINK, _BARE_LINK):
        for m in pattern.finditer(masked):
            span = Span(offset + m.start(), offset + m.end())
            if not any(other.start <= span.start < other.end for other in taken):
                target = m[0].strip("<>")
                found.append(Link(target, target, span, image=False))
    yield from sorted(found, key=lambda link: link.span)


def masked_code(raw: str) -> str:
    """Return the text with its code spans as blanks, every character in its place."""
    if "`" not in raw:
        return raw
    parts, position = [], 0
    for code in code_spans(raw):
        parts.append(raw[position : code.start])
        parts.append(" " * (code.end - code.start))
        position = code.end
    parts.append(raw[position:])
    return "".join(parts)
