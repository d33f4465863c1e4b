"""The words of inline Markdown, with code and identifiers left as they are written."""

import re

from lld_agent.text.inline import code_spans, plain

_MARKS = re.compile(r"[`*_\[\]<>\\&~\n]|  ")
_LABEL = re.compile(
    r"(?P<mark>\*\*|__)(?P<bold>[^*_\n]{1,90}?)(?P=mark)[ \t]*[:：–—-]?[ \t]*"
    r"|(?P<plain>[^\W\d_][^:：.!?。\n|`]{0,60}?)[ \t]?(?:[:：](?!//|\d)[ \t]*|[ ][–—-][ ])"
)  # fmt: skip
_LINK_TARGET = re.compile(r"\]\([^()\s]*\)|https?://\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def words(raw: str) -> str:
    """Return the words of inline Markdown on one line; code spans keep their backticks."""
    if not _MARKS.search(raw):
        return raw.strip()
    if "`" not in raw:
        return plain(raw)
    parts, position = [], 0
    for code in code_spans(raw):
        parts += [_around(raw[position : code.start]), f"`{code.text}`"]
        position = code.end
    parts.append(_around(raw[position:]))
    return " ".join("".join(parts).split())


def _around(raw: str) -> str:
    """Return plain words with the blanks at both ends that code stands against."""
    text = plain(raw)
    if not text:
        return " " if raw and not raw.strip("*_~") else text
    before = " " if raw[:1].isspace() else ""
    return before + text + (" " if raw[-1:].isspace() else "")


def masked(raw: str) -> str:
    """Return text with code, targets of links and addresses as `x`, every character in its place.

    For looking at sentences: what stands in code ends none.
    """
    text = raw
    if "`" in text:
        parts, position = [], 0
        for code in code_spans(text):
            parts += [text[position : code.start], "x" * (code.end - code.start)]
            position = code.end
        text = "".join((*parts, text[position:]))
    if "://" in text or "](" in text or "@" in text:
        text = _LINK_TARGET.sub(_crossed, text)
    return text


def _crossed(match: re.Match[str]) -> str:
    # A full stop at the end of an address belongs to the sentence.
    kept = len(match[0]) - len(match[0].rstrip(".,;:!?"))
    return "x" * (len(match[0]) - kept) + match[0][len(match[0]) - kept :]


def label(raw: str) -> tuple[str, str]:
    """Return label and text of `**Label:** text` or `Label: text`; ("", raw) without a label."""
    found = _LABEL.match(raw)
    if not found:
        return "", raw
    name = (found["bold"] or found["plain"] or "").strip().strip(":：").strip()
    return name, raw[found.end() :].strip()
