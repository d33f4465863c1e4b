"""Defects of the API contract: MU01 to MU11, MU67 to MU74."""

import json
import re
from collections.abc import Callable, Iterator

from lld_agent.evaluation.mutations.base import Edit, Operator, Patch, Sites
from lld_agent.evaluation.mutations.builders import matching, substitute
from lld_agent.evaluation.mutations.nodes import (
    contract,
    endpoint_block,
    own,
    property_place,
    removable,
    removal,
    replaced,
    rows,
    steps,
    table_of,
    trimmed,
    whole_lines,
    without,
    written,
)
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import ComponentInput, EnvVar, ErrorClass

_OTHER_STATUS = {"400": "422", "404": "410", "409": "422", "422": "409", "401": "403", "403": "401"}
_PAGING = re.compile(r"page|limit|offset|cursor|size|seite|页", re.IGNORECASE)
_PROBE = re.compile(r"health|live|ready|metrics|ping", re.IGNORECASE)
_PARAMETER = re.compile(r"\{[^{}]*\}")


def _used(design: Design, endpoint: Endpoint) -> list[Span]:
    """Return where flows and inputs of components name an endpoint."""
    route = re.compile(
        rf"{endpoint.method}\s+{re.escape(endpoint.path).replace('/', '/')}(?![\w/{{-])"
    )
    found = [
        step.span
        for diagram in design.drawn(DiagramKind.SEQUENCE)
        if own(diagram)
        for step in steps(diagram)
        if route.search(step.text)
    ]
    return found + [
        row.span for row in rows(design, ComponentInput) if route.search(row["input"].text)
    ]


def _endpoint_gone(design: Design) -> Iterator[Edit]:
    for endpoint in contract(design):
        used = _used(design, endpoint)
        if used:
            block = endpoint_block(design, endpoint)
            yield Edit((without(design, block),), tuple(used), (endpoint.path,))


def _path_renamed(design: Design) -> Iterator[Edit]:
    """Rename the last fixed segment, singular for plural, where it is declared only."""
    for endpoint in contract(design):
        used = _used(design, endpoint)
        fixed = [part for part in endpoint.path.split("/") if part and "{" not in part]
        if not used or not fixed or not fixed[-1].isascii():
            continue
        new = fixed[-1][:-1] if fixed[-1].endswith("s") else f"{fixed[-1]}s"
        before, _, behind = endpoint.path.rpartition(f"/{fixed[-1]}")
        path = f"{before}/{new}{behind}"
        patch = replaced(design, endpoint.span, endpoint.path, path)
        if patch and not any(e.path == path for e in design.endpoints):
            yield Edit((patch,), tuple(used), (endpoint.path,))


def _class_route_gone(design: Design) -> Iterator[Edit]:
    drawn = {(e.method, e.path): e.span for e in design.endpoints if e.notation == "class"}
    for endpoint in contract(design):
        place = drawn.get((endpoint.method, endpoint.path))
        if place:
            block = endpoint_block(design, endpoint)
            yield Edit((without(design, block),), (place,), (endpoint.path,))


def _error_gone(wanted: Callable[[Endpoint, ReadRow], bool]) -> Sites:
    def sites(design: Design) -> Iterator[Edit]:
        for endpoint in contract(design):
            for row in endpoint.errors:
                same = [r for r in endpoint.errors if r["status"].text == row["status"].text]
                if len(same) == 1 and removable(design, row) and wanted(endpoint, row):
                    edit = removal(design, row, (endpoint.path,))
                    yield Edit(edit.patches, (*edit.near, endpoint.span), edit.about)

    return sites


def _is_limit(endpoint: Endpoint, row: ReadRow) -> bool:
    limit = endpoint.properties.get("rate_limit")
    return "429" in row["status"].text and limit is not None and bool(re.search(r"\d", limit.text))


def _is_certain(endpoint: Endpoint, row: ReadRow) -> bool:
    secured = endpoint.properties.get("authentication")
    if "401" in row["status"].text:
        return secured is not None and bool(
            re.search(r"token|key|jwt|mtls|bearer", secured.text, re.IGNORECASE)
        )
    return "404" in row["status"].text and endpoint.path.rstrip("/").endswith("}")


def _new_status(design: Design) -> Iterator[Edit]:
    """Put a copy of an error row behind it, with a status that no class has."""
    classes = [row for row in rows(design, ErrorClass) if row["http_status"].text]
    if not classes or "423" in design.source.text:
        return
    for endpoint in contract(design):
        if endpoint.errors:
            row = endpoint.errors[-1]
            line = design.source.slice(whole_lines(design, row.span)).rstrip("\n")
            line = line.replace(row["status"].text, "423", 1)
            line = line.replace(row["code"].text, "RESOURCE_LOCKED", 1)
            line = line.replace(row["description"].raw, "Another request holds the lock", 1)
            end = whole_lines(design, row.span).end
            yield Edit((Patch(Span(end, end), f"{line}\n"),), (classes[0].span,))


def _code_at_two(design: Design) -> Iterator[Edit]:
    """Move one use of an error code to another status."""
    used: dict[str, list[ReadRow]] = {}
    for endpoint in contract(design):
        for row in endpoint.errors:
            used.setdefault(row["code"].text.strip(), []).append(row)
    for code, found in used.items():
        statuses = {row["status"].text.strip() for row in found}
        if code and len(found) > 1 and len(statuses) == 1 and statuses & set(_OTHER_STATUS):
            other = _OTHER_STATUS[statuses.pop()]
            near = tuple(row.span for row in found[:-1])
            yield Edit((written(found[-1]["status"], other),), near)


def _pages_gone(design: Design) -> Iterator[Edit]:
    for endpoint in contract(design):
        paging = [row for row in endpoint.parameters if _PAGING.search(row["name"].text)]
        if endpoint.method != "GET" or not paging or "{" in endpoint.path.rpartition("/")[2]:
            continue
        table = table_of(design, paging[0])
        if table is None:
            continue
        span = Span(paging[0].span.start, paging[-1].span.end)
        if len(table.rows) == len(paging):
            above = [b for b in design.blocks if b.span.end <= table.span.start]
            labelled = above and design.source.slice(above[-1].span).strip().endswith(":**")
            span = Span(above[-1].span.start if labelled else table.span.start, table.span.end)
        kept = [r for r in design.rows if span.start <= r.span.start < span.end]
        if len(kept) == len(paging):
            yield Edit((without(design, span),), (endpoint.span,), (endpoint.path,))


def _open(design: Design) -> Iterator[Edit]:
    for endpoint in contract(design):
        place = property_place(design, endpoint, "authentication")
        if endpoint.method in {"POST", "PUT", "PATCH", "DELETE"} and place:
            said = design.source.slice(place)
            if not re.match(r"(?i)none|public|keine|无", said):
                yield Edit((Patch(place, "None"),), (endpoint.span,))


def _value_renamed(design: Design) -> Iterator[Edit]:
    """Spell one stored value another way in a JSON sample."""
    for enum in design.enums:
        for endpoint in contract(design):
            for cell in (endpoint.request, endpoint.response):
                for value in enum.values if cell.present else ():
                    if not value.text.isupper():
                        continue
                    name = enum.field or "status"
                    found = re.search(
                        rf'"{re.escape(name)}"\s*:\s*"{re.escape(value.text)}"', cell.text
                    )
                    span = cell.span
                    patch = found and replaced(
                        design, span, found[0], found[0].replace(value.text, f"RE_{value.text}")
                    )
                    if patch:
                        yield Edit((patch,), (enum.span, endpoint.span))


def _no_table(design: Design) -> Iterator[Edit]:
    """Remove the error table of one endpoint, with its label."""
    for endpoint in contract(design):
        table = table_of(design, endpoint.errors[0]) if endpoint.errors else None
        others = [e for e in contract(design) if e is not endpoint and e.errors]
        if table is None or not others or _PROBE.search(endpoint.path):
            continue
        above = [b for b in design.blocks if b.span.end <= table.span.start]
        labelled = above and design.source.slice(above[-1].span).strip().endswith(":**")
        start = above[-1].span.start if labelled else table.span.start
        span = Span(start, table.span.end)
        text = design.source.slice(span)
        span = Span(start, start + len(text.rstrip()))
        yield Edit((without(design, span),), (endpoint.span,), (endpoint.path,))


def _property_blank(names: tuple[str, ...]) -> Sites:
    def sites(design: Design) -> Iterator[Edit]:
        for endpoint in contract(design):
            for name in names if not _PROBE.search(endpoint.path) else ():
                place = property_place(design, endpoint, name)
                if place:
                    yield Edit((Patch(place, ""),), (endpoint.span,))

    return sites


def _unsafe_summary(design: Design) -> Iterator[Edit]:
    for endpoint in contract(design):
        place = property_place(design, endpoint, "description")
        if endpoint.method == "GET" and place:
            yield Edit(
                (Patch(place, "Creates an invoice and deletes the open order"),), (endpoint.span,)
            )


def _other_format(design: Design) -> Iterator[Edit]:
    """Put a sample of an error with other keys behind an error table."""
    declared = [
        block.text_span
        for block in design.blocks
        if block.info.startswith("json") and '"title"' in block.text and '"detail"' in block.text
    ]
    for endpoint in contract(design) if declared else ():
        table = table_of(design, endpoint.errors[0]) if endpoint.errors else None
        if table is not None:
            end = trimmed(design, table.span).end
            keys = {"errorNumber": 17, "errorText": "The error in words", "help": "..."}
            sample = json.dumps(keys, indent=2)
            text = f"\n\n**Error Example:**\n\n```json\n{sample}\n```"
            yield Edit((Patch(Span(end, end), text),), tuple(declared))


def _path_parameter(design: Design) -> Iterator[Edit]:
    for endpoint in contract(design):
        names = _PARAMETER.findall(endpoint.path)
        for row in endpoint.parameters:
            if f"{{{row['name'].text}}}" in names:
                yield Edit((written(row["name"], f"{row['name'].text}_ref"),), (endpoint.span,))


def _status_route_gone(design: Design) -> Iterator[Edit]:
    """Remove the GET of a thing that a 202 promises."""
    started = [
        e
        for e in contract(design)
        if e.method != "GET"
        and re.search(r"\b202\b", design.source.slice(endpoint_block(design, e)))
    ]
    for asked in started:
        noun = [part for part in asked.path.split("/") if part and "{" not in part]
        for endpoint in contract(design):
            if endpoint.method == "GET" and noun and noun[-1] in endpoint.path:
                yield Edit(
                    (without(design, endpoint_block(design, endpoint)),),
                    (asked.span,),
                    (asked.path, endpoint.path),
                )


OPERATORS = (
    Operator(
        "MU01",
        "delete an endpoint that a flow calls",
        "api",
        ("API001",),
        _endpoint_gone,
        also=("API002", "TST005", "STA008", "API006", "API014", "ERR001", "DAT004", "STR004"),
    ),
    Operator(
        "MU02",
        "rename a path segment in the contract only",
        "api",
        ("API001", "API002"),
        _path_renamed,
        also=("SEC006", "TST005"),
    ),
    Operator(
        "MU03",
        "delete an endpoint that the class diagram has",
        "api",
        ("API002", "API001"),
        _class_route_gone,
        also=("API006", "TST005", "STA008", "API014"),
    ),
    Operator(
        "MU04",
        "delete the 429 of an endpoint with a rate limit",
        "api",
        ("API004",),
        _error_gone(_is_limit),
        also=("FLO007", "API006"),
    ),
    Operator(
        "MU05",
        "delete the 401 or 404 of an endpoint",
        "api",
        ("API005",),
        _error_gone(_is_certain),
        also=("FLO007", "API006"),
    ),
    Operator(
        "MU06",
        "answer with a status that no class has",
        "api",
        ("API006",),
        _new_status,
        also=("TST003",),
    ),
    Operator(
        "MU07",
        "use an error code for a second status",
        "api",
        ("API007",),
        _code_at_two,
        also=("API005", "API006", "TST003", "FLO007"),
    ),
    Operator(
        "MU08",
        "drop the paging parameters of a list",
        "api",
        ("API008",),
        _pages_gone,
        also=("API009",),
    ),
    Operator(
        "MU09",
        "change the largest page in the configuration only",
        "api",
        ("API009", "CFG008"),
        substitute(
            EnvVar, "default", r"\d+", "7777", matching("variable", r"PAGE|LIST_LIMIT|MAX_LIMIT")
        ),
    ),
    Operator(
        "MU10",
        "let everybody call a mutation",
        "security",
        ("SEC005",),
        _open,
        also=("API005", "SEC006"),
    ),
    Operator(
        "MU11", "spell a stored value another way in the API", "data", ("API015",), _value_renamed
    ),
    Operator(
        "MU67",
        "delete the error table of one endpoint",
        "api",
        ("API003",),
        _no_table,
        also=("FLO007", "API004", "API006", "TST003", "ERR001"),
    ),
    Operator(
        "MU68",
        "blank a limit that the other endpoints give",
        "api",
        ("API010",),
        _property_blank(("rate_limit", "timeout")),
        templates=frozenset({"service"}),
    ),
    Operator("MU69", "let a GET create something", "api", ("API011",), _unsafe_summary),
    Operator("MU70", "give an error sample other keys", "api", ("API012",), _other_format),
    Operator(
        "MU71", "rename a path parameter in its table only", "api", ("API013",), _path_parameter
    ),
    Operator(
        "MU72",
        "delete the route that tells how a 202 ended",
        "api",
        ("API014", "API001"),
        _status_route_gone,
        also=("API006", "TST005", "API002"),
    ),
)
