"""Samples of messages: JSON as documents write it, which is often not quite JSON."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lld_agent.model.rows import Cell
from lld_agent.model.source import Span

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[{}\[\]:]|[A-Za-z0-9_.+-]+')


@dataclass(frozen=True, slots=True)
class Member:
    """`"key": value` of a sample; `value` is "" for objects and lists, text without its quotes.

    `depth` is 1 for the members of the outermost object; `parent` is the key around it.
    """

    key: str
    value: str
    depth: int
    span: Span
    parent: str = ""
    many: bool = False


def members(sample: Cell) -> tuple[Member, ...]:
    """Return the members of a sample, in order; none when it is no object."""
    return tuple(_members(sample.raw, sample.span.start)) if sample.present else ()


def _members(text: str, offset: int) -> Iterator[Member]:
    around: list[str] = []
    key: re.Match[str] | None = None
    last: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word == ":":
            key = last if last is not None and last[0].startswith('"') else None
            last = None
            continue
        if word in "}]":
            if around:
                around.pop()
            key = None
        elif word in "{[":
            if key is not None:
                yield _member(key, "", around, offset, many=word == "[")
            around.append(key[0].strip('"') if key is not None else around[-1] if around else "")
            key = None
        elif key is not None:
            yield _member(key, word.strip('"'), around, offset)
            key = None
        last = token


def _member(
    key: re.Match[str], value: str, around: list[str], offset: int, *, many: bool = False
) -> Member:
    span = Span(offset + key.start(), offset + key.end())
    return Member(key[0].strip('"'), value, len(around), span, around[-1] if around else "", many)
