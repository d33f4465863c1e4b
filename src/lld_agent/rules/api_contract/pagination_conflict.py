"""API009."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import canonical_name
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import EnvVar, PerformanceTarget
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SIZE = re.compile(
    r"(?:page_?|per_?|max_?)?(?:limit|size|per_?page|page_?size|top|count)", re.IGNORECASE
)
_OFFSET = {"page", "offset", "skip", "page-number"}
_CURSOR = {"cursor", "after", "before", "page-token", "next-token", "continuation-token", "since"}
_MAXIMUM = re.compile(
    r"(?:max(?:imum)?|up to|at most|<=|≤|no more than|capped at|höchstens|máx(?:imo)?\.?|最大|最多)\s*"
    r"(?:(?:is|of|[:=])\s*)?(\d{1,6})|\b\d{1,3}\s*(?:-|–|\.\.|to)\s*(\d{1,6})"
    r"|(?<![\w.])(\d{1,6})\s+(?:at most|at the most|max(?:imum)?|or fewer|or less)\b(?!\.?\s*\d)",
    re.IGNORECASE,
)
_SAYS_CURSOR = re.compile(r"cursor[- ]?(?:based )?paginat|keyset", re.IGNORECASE)
_ENV = re.compile(
    r"(?:\A|_)MAX_?(?:PAGE_?SIZE|PER_?PAGE|LIMIT|PAGE_?LIMIT)\Z|PAGE_?SIZE_?MAX|LIST_?LIMIT_?MAX"
)
_WHOLE = re.compile(r"\d{1,6}")


class PaginationConflict(Rule):
    """Pagination is one thing everywhere, and has a maximum.

    ## What it checks
    Page and limit parameters against each other, the configuration and what the text says about
    pagination.

    ## Why
    A client pages by number, the query by cursor: one of them is rewritten. Without a maximum one
    request reads the whole table.

    ## Fires when
    The default is larger than the maximum; the maximum differs from the variable that sets it; the
    parameters page by number while the text says cursor pagination; or a size parameter has no
    maximum anywhere.

    ## Incorrect
        | `limit` | integer | 20 | Items per page (max 100) |     and `LIST_MAX_PAGE_SIZE` = 50

    ## Correct
        The same maximum in both.

    ## Known false positives
    A maximum that is enforced by another service.

    ## Sections read
    Parameters of endpoints, configuration variables, performance targets.

    ## Source
    Google AIP-158; own comparisons.
    """

    id: ClassVar[str] = "API009"
    name: ClassVar[str] = "pagination-conflict"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per conflict, and one for all sizes without a maximum."""
        paged = [
            (e, row) for e in routes.declared(design) if e.method == "GET" for row in _sizes(e)
        ]
        numbered = [e for e in routes.declared(design) if e.method == "GET" and _pages(e)]
        if not paged and not numbered:
            yield Skipped("no endpoint has page or limit parameters")
            return
        settings = [
            row
            for row in design.of(EnvVar)
            if _ENV.search(row["variable"].text) and _WHOLE.fullmatch(row["default"].text)
        ]
        for endpoint, row in paged:
            yield from _compare(endpoint, row, settings)
        open_ended = [(e, row) for e, row in paged if _maximum(row) is None]
        if open_ended and not settings:
            yield _unbounded(open_ended)
        cursor = _cursor(design)
        if cursor is not None and numbered:
            yield Hit(
                message=f"{routes.text_of(numbered[0])} pages by number, while the text says cursor pagination",
                places=(
                    Place(numbered[0].parameters[0].span, "the parameters"),
                    Place(cursor, "what the text says"),
                ),
                subject="pagination",
                object="cursor",
                hint="choose one; with a cursor the parameters are `cursor` and `limit`",
            )


def _sizes(endpoint: Endpoint) -> list[ReadRow]:
    names = {canonical_name(row["name"].text) for row in endpoint.parameters}
    paging = names & (_OFFSET | _CURSOR)
    return [
        row
        for row in endpoint.parameters
        if _SIZE.fullmatch(row["name"].text) and (paging or "page" in row["name"].text.lower())
    ]


def _pages(endpoint: Endpoint) -> bool:
    names = {canonical_name(row["name"].text) for row in endpoint.parameters}
    return bool(names & _OFFSET) and not names & _CURSOR


def _maximum(row: ReadRow) -> int | None:
    text = " ".join(cell.text for cell in (*row.cells.values(), *row.extra.values()))
    found = _MAXIMUM.search(text)
    return int(found[1] or found[2] or found[3]) if found else None


def _compare(endpoint: Endpoint, row: ReadRow, settings: list[ReadRow]) -> Iterator[Hit]:
    maximum, default = _maximum(row), row["default"].text
    name = f"{row['name'].text} of {routes.text_of(endpoint)}"
    if maximum is not None and _WHOLE.fullmatch(default) and int(default) > maximum:
        yield Hit(
            message=f"{name} has default {default}, more than its maximum {maximum}",
            places=(Place(row.span),),
            subject=name,
            object="default",
        )
    differing = [s for s in settings if maximum is not None and int(s["default"].text) != maximum]
    if len(settings) == 1 and differing:
        setting = differing[0]
        yield Hit(
            message=f"{name} is at most {maximum}, while {setting['variable'].text} is {setting['default'].text}",
            places=(Place(row.span, "the parameter"), Place(setting.span, "the variable")),
            subject=name,
            object=setting["variable"].text,
            hint="give both the same maximum",
        )


def _unbounded(found: list[tuple[Endpoint, ReadRow]]) -> Hit:
    texts = ", ".join(f"{row['name'].text} of {routes.text_of(e)}" for e, row in found)
    return Hit(
        message=f"{texts}: no maximum is given",
        places=tuple(Place(row.span) for _, row in found),
        subject="maximum",
        object=texts,
        hint="say the largest page, for example max 100",
    )


def _cursor(design: Design) -> Span | None:
    for row in design.of(PerformanceTarget):
        for cell in row.cells.values():
            if _SAYS_CURSOR.search(cell.text):
                return cell.span
    for _, block in design.prose():
        if "ursor" in block.text or "eyset" in block.text:
            found = _SAYS_CURSOR.search(block.text)
            if found:
                return block.span
    return None
