"""Formulas of a design: assignments in plain and Python fences, with what stands on each side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.source import Span

_LANGUAGES = {"", "text", "txt", "plain", "python", "py", "math", "pseudo", "pseudocode", "formula"}
_ASSIGNED = re.compile(
    r"[ \t]*(?P<name>[A-Za-z_]\w{0,60})[ \t]*(?::[ \t]*\w+[ \t]*)?:?=(?!=)[ \t]*(?P<value>\S[^\n]*)"
)
_COMMENT = re.compile(r"\s#.*|\s//.*")


@dataclass(frozen=True, slots=True)
class Formula:
    """One assignment; `value` is the right side without comments, `line` as written."""

    name: str
    value: str
    line: str
    span: Span
    heading: str

    @property
    def symbols(self) -> frozenset[str]:
        """The names on the right side in lower case, functions left out."""
        return frozenset(
            found.lower() for found in re.findall(r"\b[A-Za-z_]\w*\b(?!\s?\()", self.value)
        )


def formulas(design: Design) -> Iterator[Formula]:
    """Yield the assignments of a document in order (G8: only of plain, Python and formula fences)."""
    for section in design.sections:
        for block in design.blocks[section.first : section.last]:
            if block.kind is not BlockKind.FENCE or "=" not in block.text:
                continue
            if block.info.strip().lower() not in _LANGUAGES:
                continue
            at = block.text_span.start
            for line in block.text.splitlines(keepends=True):
                found = _ASSIGNED.match(line)
                if found:
                    value = _COMMENT.sub("", found["value"]).strip()
                    span = Span(at, at + len(line.rstrip()))
                    yield Formula(found["name"].lower(), value, line.strip(), span, section.title)
                at += len(line)
