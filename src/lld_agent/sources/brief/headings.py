"""Headings that Markdown does not see: bold lines, numbered lines, capitals."""

import re
from typing import NamedTuple

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.sources.brief.text import words

PSEUDO_LEVEL = 7
"""Below all six levels of Markdown: a bold line ends with the next heading of any level."""

_BOLD = re.compile(
    r"(?:\*\*|__)(?P<text>[^*\n]{1,120}?)(?:\*\*|__)[ \t]*[:：]?"
)
_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){1,5}\.?|第[一二三四五六七八九十\d]{1,3}[章节部分]|[一二三四五六七八九十]{1,3}[、.．]"
    r"|（[一二三四五六七八九十]{1,3}）|[IVX]{1,5}\.)[ \t\u3000]*(?P<text>\S[^\n]{0,100})"
)
_ENDS_SENTENCE = re.compile(r"[.!?;,。！？；，]$")
_LONGEST = 12
_CHINESE_LONGEST = 30


class Pseudo(NamedTuple):
    """A heading found in a paragraph or list: its words and its level."""

    text: str
    level: int


def pseudo_heading(block: Block, *, plain_document: bool) -> Pseudo | None:
    """Return the heading that a paragraph is, None when it is none.

    Args:
        block: a paragraph, or in plain documents a list of one numbered line.
        plain_document: the document has no Markdown headings, so numbered lines and lines in
            capitals are its headings.
    """
    if block.kind is BlockKind.PARAGRAPH:
        return _of_line(block.text.strip(), plain_document=plain_document)
    if block.kind is BlockKind.LIST and plain_document and len(block.items) == 1:
        item = block.items[0]
        if item.ordered and not item.children and _is_title(item.text):
            return Pseudo(words(item.text), 1)
    return None


def _of_line(line: str, *, plain_document: bool) -> Pseudo | None:
    if "\n" in line or not line:
        return None
    bold = _BOLD.fullmatch(line)
    if bold and _is_title(bold["text"].rstrip(" :：")):
        text = words(bold["text"]).rstrip(" :：")
        return Pseudo(text, PSEUDO_LEVEL + _depth(text))
    numbered = _NUMBERED.fullmatch(line)
    if numbered and _is_title(numbered["text"]):
        level = numbered["number"].strip(".").count(".") + 1
        return Pseudo(words(line), level if plain_document else PSEUDO_LEVEL + level)
    if plain_document and line.isupper() and _is_title(line):
        return Pseudo(words(line), 1)
    return None


def _depth(text: str) -> int:
    number = re.match(r"\d{1,3}(?:\.\d{1,3}){0,5}", text)
    return number[0].count(".") if number else 0


def _is_title(text: str) -> bool:
    """Return whether a line is short enough for a title, and no sentence."""
    if _ENDS_SENTENCE.search(text.strip()) or not any(char.isalpha() for char in text):
        return False
    if any("\u3400" <= char <= "\u9fff" for char in text):
        return len(text) <= _CHINESE_LONGEST
    return len(text.split()) <= _LONGEST
