"""Placeholders of a template that nobody filled; shared by STR002, STR007 and STR009."""

import re
from collections.abc import Iterator

from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Parameter
from lld_agent.rules.str_structure.prose import nested, prose

# not `{{BASE_URL}}/users`, a variable of an HTTP client
_CAPS = re.compile(r"(?<![/=@])\{\{[A-Z][A-Z0-9_]{1,60}\}\}(?!/)")
_BRACED = re.compile(r"(?<![\w$\\/%#{(=\"':.@-])\{([^\W\d_][^{}\n|]{0,160})\}(?![\w/}=])")
_CHOICE = re.compile(r"Draft *(?:\\?\||/) *In Review *(?:\\?\||/) *Approved", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_][^\s]*[ /][^\s]")
# {name: string, id}, {red, dark green, blue}, {x = 1}: notation, not a blank to fill
_NOTATION = re.compile(
    r"^[\w.-]+\s*[:=]|[;=<]\s*\w+\s*[;>]|^[\w.-]+(?:\s*,\s*[\w.-]+)+,?$"
    r"|^[^\s,]+(?: [^\s,]+){0,2}(?:\s*,\s*[^\s,]+(?: [^\s,]+){0,2}){2,},?$"
)
_EXAMPLE = re.compile(r"\be\.g\.|\bfor example\b|\betc\b", re.IGNORECASE)
_AFTER = re.compile(r"$|[\s|,.;)\]*_]|:(?!\S)")


def placeholders(design: Design) -> Iterator[Span]:
    """Yield the placeholders of a document, in order.

    They are `{{CAPS}}`, a choice nobody made, and in a document that follows a template also
    `{several words}`, and `{word}` where it is all of a cell or an item: elsewhere braces are sets,
    formulas and types. Paths with `{id}`, JSON, `${X}`
    and what stands in code are none; a fence counts when it holds nothing else.
    """
    text = prose(design)
    found = [Span(*match.span()) for match in _CAPS.finditer(text)]
    found += [Span(*match.span()) for match in _CHOICE.finditer(text)]
    if design.template:
        found += _braced(design, text)
    found += _in_fences(design)
    yield from sorted(set(found))


def in_diagram(raw: str, kind: DiagramKind) -> bool:
    """Return whether a diagram holds placeholders, so that its syntax says nothing."""
    if _CAPS.search(raw):
        # `A{{LABEL}}` is a hexagon in a flow chart
        return kind is not DiagramKind.FLOW or bool(re.search(r"(?<!\w)\{\{[A-Z_]+\}\}", raw))
    if kind in {DiagramKind.FLOW, DiagramKind.OTHER}:
        return False
    return any(_is_prose(match[1]) for match in _BRACED.finditer(raw))


def _braced(design: Design, text: str) -> Iterator[Span]:
    parameters = [table.span for table in design.tables if table.kind is Parameter]
    for match in _BRACED.finditer(text):
        whole = _stands_alone(text, *match.span())
        if _is_prose(match[1]):
            if whole or _AFTER.match(text, match.end()):
                yield Span(*match.span())
            continue
        named = any(start <= match.start() < end for start, end in parameters)
        if whole and not named and not _NOTATION.search(match[1]):
            yield Span(*match.span())


def _is_prose(inside: str) -> bool:
    notation = _NOTATION.search(inside) and not _EXAMPLE.search(inside)
    return bool(_WORDS.match(inside)) and not notation


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether a piece is all of its cell, item, heading or line, emphasis aside."""
    before, after = start - 1, end
    while before >= 0 and text[before] in " \t*_":
        before -= 1
    while after < len(text) and text[after] in " \t*_\r":
        after += 1
    opens = before < 0 or text[before] in "\n|:#-"
    return opens and (after >= len(text) or text[after] in "\n|")


def _in_fences(design: Design) -> Iterator[Span]:
    for block in nested(design.blocks):
        if block.kind is BlockKind.FENCE and block.info.strip() in {"", "text", "mermaid"}:
            inside = block.text.strip()
            match = _BRACED.fullmatch(inside)
            if match and _is_prose(match[1]):
                yield block.text_span
    for diagram in design.diagrams:
        if design.template and not diagram.origin and in_diagram(diagram.raw, diagram.kind):
            yield diagram.span
