"""Closed lists of values in code and in tables: `enum Status { ... }`, a table Status | Meaning."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import EnumType, TableReading
from lld_agent.model.rows import Cell
from lld_agent.model.source import Span
from lld_agent.template.reader.sections import normal
from lld_agent.template.reader.walk import Placed

_NOT_CODE = frozenset(
    {"mermaid", "sql", "json", "jsonc", "yaml", "yml", "toml", "bash", "sh", "shell", "console", "text",
     "markdown", "md", "diff", "http"}
)  # fmt: skip
# Java, C#, TypeScript, Rust, Go of protocol buffers, Prisma: enum Name { A, B = 1, C("c") }
_BRACED = re.compile(
    r"(?<!\w)enum(?:[ \t]+class)?[ \t]+(?P<name>[A-Za-z_]\w{0,80})[^{}\n]{0,80}\{(?P<body>[^{}]{1,4000})\}"
)
_UNION = re.compile(
    r"(?<!\w)type[ \t]+(?P<name>[A-Za-z_]\w{0,80})[ \t]*=(?P<body>(?:\s{0,40}\|?\s{0,40}['\"][\w-]{1,60}['\"]){2,60})"
)
_PYTHON = re.compile(
    r"^(?P<indent>[ \t]*)class[ \t]+(?P<name>[A-Za-z_]\w{0,80})\([^()\n]{0,100}(?:Enum|Choices)"
    r"[^()\n]{0,40}\):[^\n]*\n(?P<body>(?:(?P=indent)[ \t]+[^\n]*\n?|[ \t]*\n){1,80})",
    re.MULTILINE,
)
_COMMENT = re.compile(r"//[^\n]*|/\*.{0,2000}?\*/|#[^\n]*", re.DOTALL)
_MEMBER = re.compile(r"(?:^|[,;\n{])[ \t]*(?P<value>[A-Za-z_]\w{0,80})(?=[ \t]*(?:[,;=(\n}]|$))")
_ASSIGNED = re.compile(r"^[ \t]+(?P<value>[A-Za-z]\w{0,80})[ \t]*=", re.MULTILINE)
_QUOTED = re.compile(r"['\"](?P<value>[\w-]{1,60})['\"]")

_TITLES = frozenset(
    {"status", "state", "value", "enum value", "status value", "phase", "estado", "valor", "zustand",
     "wert", "statut", "状态", "值"}
)  # fmt: skip
_STATES = re.compile(
    r"(?<![^\W_])(?:status(?:es)?|states?|enum(?:eration)?s?|phases?|lifecycle|estados?|zust[aä]nde?|状态)(?![^\W_])|(?:Status|State|Enum|Phase)(?:es|s)?(?![a-z])",
    re.IGNORECASE,
)
# a table of steps repeats states and has where they lead
_MOVES = re.compile(
    r"next|event|trigger|transition|target|allowed|from|condition|action|code|http", re.IGNORECASE
)
_NAME = re.compile(
    r"`(?P<code>[A-Za-z_][\w.]{1,80})`|(?P<word>[A-Z][a-z]\w*(?:Status|State|Enum|Phase))(?!\w)"
)
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*")


def in_code(block: Block, heading: str) -> Iterator[EnumType]:
    """Yield the enumerations that a fence in a programming language declares."""
    language = block.info.split(" ")[0].lower()
    if language in _NOT_CODE or ("num" not in block.text and "type" not in block.text):
        return
    # comments are blanked, not cut, so that places stay
    text = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), block.text)
    for pattern, member in ((_BRACED, _MEMBER), (_UNION, _QUOTED), (_PYTHON, _ASSIGNED)):
        for found in pattern.finditer(text):
            values = tuple(_values(found, member, block))
            if len(values) > 1:
                span = _span(block, found.start(), found.end())
                yield EnumType(found["name"], "", values, span, heading=heading, origin="code")


def _values(found: re.Match[str], member: re.Pattern[str], block: Block) -> Iterator[Cell]:
    start = found.start("body")
    for value in member.finditer(found["body"]):
        span = _span(block, start + value.start("value"), start + value.end("value"))
        yield Cell(value["value"], value["value"], span, 0.9)


def _span(block: Block, start: int, end: int) -> Span:
    begin = block.text_span.start
    return Span(begin + start, begin + end)


def in_tables(tables: tuple[TableReading, ...], placed: tuple[Placed, ...]) -> Iterator[EnumType]:
    """Yield the tables that list states and say what each means, by the name they stand under."""
    before = _lines_before(placed)
    for table in tables:
        titles = [cell.text for cell in table.header]
        if len(titles) < 2 or normal(titles[0]) not in _TITLES or any(map(_MOVES.search, titles)):
            continue
        first = [row[0] for row in table.rows if row]
        named = _named(table, before.get(table.span.start, ""))
        distinct = len({cell.text for cell in first}) == len(first)
        if named and distinct and len(first) > 1 and all(_TOKEN.fullmatch(c.text) for c in first):
            yield EnumType(
                named, "", tuple(first), table.span, heading=table.heading, origin="table"
            )


def _named(table: TableReading, line: str) -> str:
    """Return what the values of a table belong to: a name in code beside it, or its label or heading."""
    for text in (table.label, line, table.heading):
        if text and _STATES.search(text):
            found = _NAME.findall(text)
            # "`status` is stored as the `OrderStatus` enum": the last name is the type
            names = [code or word for code, word in found]
            return names[-1] if names else text.partition("(")[0].strip(" :")
    return ""


def _lines_before(placed: tuple[Placed, ...]) -> dict[int, str]:
    """Return start of a block → last line of the paragraph right before it in its section."""
    found: dict[int, str] = {}
    for earlier, later in pairwise(placed):
        if earlier.section == later.section and earlier.block.kind is BlockKind.PARAGRAPH:
            found[later.block.span.start] = earlier.block.text.rsplit("\n", 1)[-1][-300:]
    return found
