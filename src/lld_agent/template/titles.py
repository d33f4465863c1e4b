"""Headings and their numbers; headings and labels that name fields (`{name} - {outcome}`)."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal, get_args, get_origin

from lld_agent.template.endpoint import split_endpoint
from lld_agent.template.kit import Group

ENDPOINT = "{method} {path}"
_FIELD = re.compile(r"\{(\w+)\}")
_TAIL = " — {"
"""What stands before a last field that is left out, dash and all, when it is empty."""


class Numbering:
    """Numbers the headings of one group in turn: 3.2, then 3.2.1, 3.2.2, ..."""

    def __init__(self, number: tuple[int, ...]) -> None:
        self.number = number
        self._count = 0

    @property
    def last(self) -> tuple[int, ...]:
        """The number given last."""
        return (*self.number, self._count)

    def next(self) -> tuple[int, ...]:
        """Return the number of the next numbered heading."""
        self._count += 1
        return self.last


def heading_line(level: int, number: tuple[int, ...], title: str) -> str:
    """Return a heading: `## 9. Security Design`, `### 9.5 Threat Model (Basic)`."""
    return " ".join(part for part in ("#" * level, heading_text(number, title)) if part)


def heading_text(number: tuple[int, ...], title: str) -> str:
    """Return a heading without its marks; a number of one part ends in a dot."""
    dotted = ".".join(map(str, number)) + ("." if len(number) == 1 else "")
    return " ".join(part for part in (dotted, title) if part)


def fill(pattern: str, group: Group) -> str:
    """Return a pattern with the values of the group's fields in it, on one line."""
    values = {name: getattr(group, name) for name in _FIELD.findall(pattern)}
    if _TAIL in pattern and not all(values.values()):
        pattern = pattern.partition(_TAIL)[0]
    return pattern.format_map(values).strip()


def read(pattern: str, text: str, kind: type[Group]) -> Mapping[str, str] | None:
    """Return the values that give this text: the inverse of `fill`; None if none do."""
    if pattern == ENDPOINT:
        return dict(zip(("method", "path"), split_endpoint(text), strict=True))
    expression = _expression(pattern, kind)
    for candidate in (text, f" {text}", f"{text} "):
        found = expression.fullmatch(candidate)
        if found is not None:
            return found.groupdict("")
    return None


@cache
def _expression(pattern: str, kind: type[Group]) -> re.Pattern[str]:
    head, tail, last = pattern.partition(_TAIL)
    if tail:
        return re.compile(f"{re.escape(head)}(?: — (?P<{last[:-1]}>.*))?")
    parts = _FIELD.split(pattern)
    return re.compile(
        "".join(
            re.escape(part) if index % 2 == 0 else f"(?P<{part}>{_values(kind, part)})"
            for index, part in enumerate(parts)
        )
    )


def _values(kind: type[Group], name: str) -> str:
    annotation = kind.model_fields[name].annotation
    if get_origin(annotation) is Literal:
        return "|".join(re.escape(value) for value in get_args(annotation))
    return ".*"
