"""DAT009."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design, Entity
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys
from lld_agent.rules.enumerations import enum_columns
from lld_agent.rules.wording import listed

_ENUM = re.compile(r"(?<![A-Za-z])enum", re.IGNORECASE)
_SEVERAL = r"\w[\w-]*['\"`]?\s*(?:[,|/]|\bor\b)\s*['\"`]?\w"
_NAMED = re.compile(r"([A-Z][A-Za-z0-9]+|[a-z]\w*_\w+)")


class EnumOpen(Rule):
    """The values of an enumeration are listed, all of them.

    ## What it checks
    ENUM columns and columns that list their values in capitals.

    ## Why
    Two people who complete the list complete it differently; clients and migrations need it.

    ## Fires when
    The list ends in "etc." or "...", or an ENUM column has no list anywhere: one finding per table.

    ## Incorrect
        | `state` | ENUM | NOT NULL | OPEN, RETURNED, etc. |

    ## Correct
        | `state` | ENUM | NOT NULL | OPEN, LATE, RETURNED |

    ## Known false positives
    Values that another document owns. A list under a heading, in a diagram of states, in SQL or in
    code counts as given.

    ## Sections read
    Column tables, SQL, class and state diagrams, headings, code.

    ## Source
    Own; INCOSE Guide to Writing Requirements, R9 open-ended clauses.
    """

    id: ClassVar[str] = "DAT009"
    name: ClassVar[str] = "enum-open"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table with open enumerations."""
        tables = keys.tables(design)
        if not tables:
            yield Skipped("no table has columns")
            return
        unfinished = {enum.span for enum in design.enums if enum.open and enum.field}
        given = {(tokens(e.owner), tokens(e.field)) for e in design.enums if e.field}
        open_types = {(e.owner, e.field) for e in enum_columns(design) if e.open}
        elsewhere = _elsewhere(design)
        for entity in tables:
            ends_open = [
                c
                for c in entity.columns
                if c.span in unfinished or (entity.name, c["column"].text) in open_types
            ]
            unlisted = [c for c in entity.columns if _is_unlisted(c, entity, given, elsewhere)]
            if ends_open or unlisted:
                yield _hit(entity, ends_open, unlisted)


def _is_unlisted(
    column: ReadRow,
    entity: Entity,
    given: set[tuple[tuple[str, ...], tuple[str, ...]]],
    elsewhere: tuple[str, str],
) -> bool:
    name = tokens(column["column"].text)
    if not _ENUM.search(column["type"].text) or (tokens(entity.name), name) in given:
        return False
    text = f"{column['type'].text} {column['constraints'].text} {column['description'].text}"
    if re.search(r"[,/|(]\s*['\"`]?\w", text.replace("NOT NULL", "")) and len(text.split()) > 2:
        return False  # a list that the reader did not take for one
    words = {column["column"].text, *_NAMED.findall(column["type"].text)}
    titles, body = elsewhere
    return not any(keys.stands_in(word, titles) or _lists(word, body) for word in words if word)


def _lists(name: str, text: str) -> bool:
    """Return whether a text gives several values behind a name, on its line."""
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)[^\n]{{0,80}}?{_SEVERAL}", text))


def _elsewhere(design: Design) -> tuple[str, str]:
    """Return where an enumeration may be listed beside its table: titles and names, and text."""
    titles = [section.title for section in design.sections]
    titles += [enum.owner for enum in design.enums]
    titles += [d.heading for d in design.drawn(DiagramKind.STATE)]
    # a heading ExecutionStatus lists execution_status and status
    titles += [
        f"{'_'.join(words)} {words[-1]}"
        for section in design.sections
        if (words := tokens(section.title))
    ]
    wanted = {BlockKind.FENCE, BlockKind.PARAGRAPH, BlockKind.LIST}
    body = [design.source.slice(block.span) for block in design.blocks if block.kind in wanted]
    return "\n".join(titles), "\n".join(body)


def _hit(entity: Entity, ends_open: list[ReadRow], unlisted: list[ReadRow]) -> Hit:
    parts = []
    if ends_open:
        parts.append(f"the values of {listed(c['column'].text for c in ends_open)} end in etc.")
    if unlisted:
        parts.append(
            f"the values of {listed(c['column'].text for c in unlisted)} are listed nowhere"
        )
    columns = [*ends_open, *unlisted]
    return Hit(
        message=f"in {entity.name}, {' and '.join(parts)}",
        places=tuple(Place(column.span) for column in columns),
        subject=entity.name,
        object=listed(column["column"].text for column in columns),
        hint="list all values",
    )
