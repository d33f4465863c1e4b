"""DAT008."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design, Entity
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import ConcurrencyConcern, ConcurrencyRule
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import keys

_CLAIMED = re.compile(
    r"optimistic(?:ally)?[ -](?:lock\w*|concurrency|version\w*)|version (?:column|field|check|number)",
    re.IGNORECASE,
)
_OF_ROWS = re.compile(r"version|row|updat|column|conflict|409|entit|record|lost", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"e-?tag|updated_at|modified_at|timestamp|xmin|if-match|compare-and-s|\bCAS\b|redis|advisory|resourceversion"
    r"|\bno optimistic|\bnot\b|instead|alternative|without|future|could|might|rejected|api version|pessimistic"
    r"|snapshot|\bMVCC\b|transaction(?:s)? (?:mode|model)|tikv|tidb",
    re.IGNORECASE,
)
_COLUMNS = {
    "version",
    "revision",
    "lock",
    "etag",
    "rev",
    "xmin",
    "generation",
    "ver",
}


class LockColumnMissing(Rule):
    """Optimistic locking has the column that it needs.

    ## What it checks
    Claims of optimistic locking or of a version column against the columns of the tables.

    ## Why
    Without the column the check is not written, and the later of two updates wins in silence.

    ## Fires when
    Optimistic locking is claimed, and the table it is claimed for has no version column; where the
    claim names no table, when no table of the document has one.

    ## Incorrect
        | Loan | async | Optimistic locking (version column) |    and no such column

    ## Correct
        | `version` | INTEGER | NOT NULL, DEFAULT 0 | Raised by every update |

    ## Known false positives
    Locking by an ETag, a timestamp or a compare-and-set of another store is exempt where the
    sentence says so.

    ## Sections read
    Concurrency tables, paragraphs and lists, column tables.

    ## Source
    Own; Fowler, Patterns of Enterprise Application Architecture, Optimistic Offline Lock.
    """

    id: ClassVar[str] = "DAT008"
    name: ClassVar[str] = "lock-column-missing"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per table that lacks the column, or one for all."""
        tables = [entity for entity in keys.tables(design) if not _has_version(entity)]
        everywhere = len(tables) == len(keys.tables(design))
        if not tables:
            yield Skipped("no table has columns, or all have a version column")
            return
        told: set[str] = set()
        for text, subject, span in _claims(design):
            all_tables = keys.tables(design)
            named = _named(subject, all_tables) or _named(text, all_tables)
            if named is not None and _has_version(named):
                continue
            owner = named.name if named else ""
            if (named is None and not everywhere) or owner in told:
                continue
            told.add(owner)
            what = f"table {owner} has no version column" if owner else _none(tables)
            yield Hit(
                message=f"optimistic locking is claimed{f' for {owner}' if owner else ''}, but {what}",
                places=(
                    Place(span, "claimed here"),
                    Place((named or tables[0]).columns[0].span, "the columns"),
                ),
                subject=owner or "tables",
                object="version column",
                hint="add the column that updates compare and raise",
            )
            if not owner:
                return


def _none(tables: list[Entity]) -> str:
    if len(tables) == 1:
        return f"its only table, {tables[0].name}, has no version column"
    return f"none of the {len(tables)} tables has a version column"


def _has_version(entity: Entity) -> bool:
    return any(_COLUMNS.intersection(tokens(c["column"].text)) for c in entity.columns)


def _named(text: str, tables: tuple[Entity, ...]) -> Entity | None:
    words = set(tokens(text))
    sizes = [(e, _most_words(e, words)) for e in tables]
    # `loan_items` is not about `loans`: the table with most of its words is meant.
    most = max((size for _, size in sizes), default=0)
    named = [e for e, size in sizes if size == most > 0]
    return named[0] if len(named) == 1 else None


def _most_words(entity: Entity, words: set[str]) -> int:
    names = (set(tokens(name)) for name in entity.names if name)
    return max((len(name) for name in names if name <= words), default=0)


def _claims(design: Design) -> Iterator[tuple[str, str, Span]]:
    """Yield (text, what it is about, place) of every claim."""
    for kind in (ConcurrencyRule, ConcurrencyConcern):
        for row in design.of(kind):
            text = " ".join(cell.text for cell in row.cells.values())
            if _CLAIMED.search(text) and not _OTHERWISE.search(text):
                yield text, row.key.text, row.span
    for _, block in design.prose():
        if block.kind is BlockKind.PARAGRAPH:
            yield from _in_text(block.text, block.text_span)
        for item in block.items:
            yield from _in_text(item.text, item.span)


def _in_text(text: str, span: Span) -> Iterator[tuple[str, str, Span]]:
    # transactions may be optimistic too; the lock of an application has a version or an update
    if "ptimistic" not in text or not _OF_ROWS.search(text):
        return
    if (found := _CLAIMED.search(text)) and not _OTHERWISE.search(text):
        start = span.start + found.start()
        yield text, "", Span(start, start + len(found[0]))
