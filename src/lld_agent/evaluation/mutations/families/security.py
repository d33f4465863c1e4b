"""Defects of security: MU36 to MU42, MU50, MU94 to MU103."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lld_agent.evaluation.mutations.base import Edit, Kind, Operator, Patch
from lld_agent.evaluation.mutations.builders import (
    blank,
    both,
    cut_section,
    matching,
    substitute,
    write,
)
from lld_agent.evaluation.mutations.nodes import (
    contract,
    endpoint_block,
    property_place,
    removable,
    removal,
    rows,
    table_of,
    whole_lines,
)
from lld_agent.language.stems import stems
from lld_agent.model.design import Design
from lld_agent.model.source import Span
from lld_agent.model.threats import Outcome
from lld_agent.model.vocabulary import (
    AuthenticationFlow,
    AuthorizationRule,
    EdgeCaseTest,
    EncryptionRule,
    EnvVar,
    LogLevel,
    Threat,
    UnitTest,
)
from lld_agent.threats.assess import assess


def _threat_gone(design: Design, *, control: bool) -> Iterator[Edit]:
    """Remove the row of an expected threat; with `control`, the line of its first control too."""
    for expected in assess(design).of(Outcome.COVERED):
        row = expected.row
        if row is None or not removable(design, row):
            continue
        if not control:
            yield removal(design, row)
            continue
        words = [c.casefold() for c in expected.template.controls]
        lines = [
            number
            for number, line in enumerate(design.source.lines)
            if any(word in line.casefold() for word in words)
        ]
        first = design.source.line_of(row.span.start) - 1
        others = [n for n in lines if n != first]
        if 0 < len(others) <= 3 and all(design.source.lines[n].startswith("|") for n in others):
            spans = [design.source.line_span(n, n + 1) for n in others]
            table = table_of(design, row)
            near = (table.span,) if table else ()
            yield Edit(
                tuple(Patch(span, "") for span in (whole_lines(design, row.span), *spans)), near
            )


def _test_gone(design: Design) -> Iterator[Edit]:
    """Remove the only test of a grave threat."""
    tests = [*rows(design, EdgeCaseTest), *rows(design, UnitTest)]
    words = {id(t): stems(" ".join(c.text for c in t.cells.values())) for t in tests}
    for threat in rows(design, Threat):
        if "High" not in {threat["likelihood"].text, threat["impact"].text}:
            continue
        about = stems(threat.key.text)
        near = [t for t in tests if len(set(about) & set(words[id(t)])) > 1]
        if len(near) == 1 and removable(design, near[0]):
            edit = removal(design, near[0])
            yield Edit(edit.patches, (*edit.near, threat.span))


def _swapped(design: Design) -> Iterator[Edit]:
    """Swap what answers two threats that stand one below the other."""
    threats = [row for row in rows(design, Threat) if row.table >= 0 and row["mitigation"].text]
    for one, other in pairwise(threats):
        if one.table == other.table:
            first, second = one["mitigation"], other["mitigation"]
            between = design.source.text[first.span.end : second.span.start]
            span = Span(first.span.start, second.span.end)
            yield Edit((Patch(span, second.raw + between + first.raw),), (one.span, other.span))


def _role_unknown(design: Design) -> Iterator[Edit]:
    if not design.of(AuthorizationRule):
        return
    for endpoint in contract(design):
        place = property_place(design, endpoint, "authentication")
        if place and re.search(r"role|rolle|角色", design.source.slice(place), re.IGNORECASE):
            yield Edit((Patch(place, "JWT bearer token, role `COMPTROLLER`"),), (endpoint.span,))


def _other_mechanism(design: Design) -> Iterator[Edit]:
    if re.search(r"basic auth|http basic", design.source.text, re.IGNORECASE):
        return
    for endpoint in contract(design):
        place = property_place(design, endpoint, "authentication")
        if place and re.search(r"jwt|token|bearer", design.source.slice(place), re.IGNORECASE):
            near = tuple(row.span for row in rows(design, AuthenticationFlow))
            if not near:
                return
            yield Edit((Patch(place, "HTTP Basic authentication"),), (endpoint.span, *near))


def _counted(design: Design) -> Iterator[Edit]:
    """Make the id at the end of a path a number."""
    for endpoint in contract(design):
        for row in endpoint.parameters:
            if (
                endpoint.path.endswith(f"{{{row['name'].text}}}")
                and "UUID" in row["type"].text.upper()
            ):
                cell = row["type"]
                text = cell.raw.replace(cell.text, "integer")
                yield Edit((Patch(cell.span, text),), (endpoint.span,))


def _cleartext(design: Design) -> Iterator[Edit]:
    """Give a variable for an address a default without TLS."""
    for row in rows(design, EnvVar):
        name = row["variable"].text
        if re.search(r"_UR[LI]$", name) and row["default"].present and row.table >= 0:
            address = f"`http://{name.partition('_')[0].lower()}.acme-platform.io/v1`"
            yield Edit((Patch(row["default"].span, address),), (row.span,))


def _secret_in_query(design: Design) -> Iterator[Edit]:
    """Hand the token over in the address."""
    for endpoint in contract(design):
        if endpoint.method == "GET":
            block = endpoint_block(design, endpoint)
            at = design.source.text.find(endpoint.path, block.start) + len(endpoint.path)
            yield Edit((Patch(Span(at, at), "?access_token={token}"),), (endpoint.span,))


def _callback(design: Design) -> Iterator[Edit]:
    """Let a caller say which address the server is to call, where nothing limits the addresses."""
    if re.search(r"(?i)ssrf|egress|allow-?list|private (?:network|address)", design.source.text):
        return
    for endpoint in contract(design):
        cell = endpoint.request
        if cell.present and endpoint.method == "POST":
            at = design.source.slice(cell.span).find("{")
            if at >= 0:
                start = cell.span.start + at + 1
                patch = Patch(
                    Span(start, start), '\n  "callbackUrl": "https://customer.example/hook",'
                )
                yield Edit((patch,), (endpoint.span,))


def _authorization_gone(design: Design) -> Iterator[Edit]:
    for row in rows(design, AuthorizationRule):
        words = re.findall(r"[a-z]{4,}", row.key.text.casefold())
        rest = " ".join(
            r.key.text.casefold() for r in rows(design, AuthorizationRule) if r is not row
        )
        paths = [
            endpoint
            for endpoint in contract(design)
            if any(word[:-1] in endpoint.path.casefold() for word in words)
            and not any(p[:-1] in rest for p in endpoint.path.casefold().split("/") if len(p) > 3)
        ]
        alone = words and not any(word[:-1] in rest for word in words)
        if paths and alone and removable(design, row):
            edit = removal(design, row)
            yield Edit(edit.patches, (*edit.near, *(e.span for e in paths)))


def _no_control(design: Design) -> Iterator[Edit]:
    yield from _threat_gone(design, control=True)


def _control_kept(design: Design) -> Iterator[Edit]:
    yield from _threat_gone(design, control=False)


OPERATORS = (
    Operator(
        "MU36",
        "blank the mitigation of a threat",
        "security",
        ("SEC002",),
        blank(Threat, "mitigation"),
        also=("STR004", "SEC004"),
    ),
    Operator(
        "MU37",
        "delete a threat and its control",
        "security",
        ("SEC017",),
        _no_control,
        everywhere=True,
        also=(
            "SEC003",
            "CFG001",
            "SEC006",
            "CFG004",
            "SEC004",
            "DAT014",
            "TST006",
            "ERR001",
            "API009",
            "SEC009",
        ),
    ),
    Operator(
        "MU38",
        "delete a threat, keep its control",
        "security",
        ("SEC017",),
        _control_kept,
        also=("SEC003",),
    ),
    Operator(
        "MU39", "swap what answers two threats", "security", ("SEC004",), _swapped, Kind.CRITICS
    ),
    Operator(
        "MU40",
        "encrypt with something broken",
        "security",
        ("SEC010",),
        substitute(EncryptionRule, "at_rest", r"AES-?\d+(?:-[A-Z]+)?|AES-GCM", "3DES"),
    ),
    Operator(
        "MU40b",
        "transport with something broken",
        "security",
        ("SEC010", "SEC012"),
        substitute(EncryptionRule, "in_transit", r"TLS ?1\.\d", "TLS 1.0"),
    ),
    Operator(
        "MU42",
        "let a token live for ever",
        "security",
        ("SEC011",),
        write(
            AuthenticationFlow,
            "token_lifetime",
            "Never expires",
            both(
                matching("token_lifetime", r"\d"),
                matching("mechanism", r"token|jwt|session|oauth|cookie|key"),
            ),
        ),
    ),
    Operator(
        "MU50",
        "delete the only test of a grave threat",
        "security",
        ("SEC003",),
        _test_gone,
        also=("TST001", "TST003", "TST006", "TST002", "TST004"),
    ),
    Operator(
        "MU93",
        "delete the table of threats",
        "security",
        ("SEC001", "STR001"),
        cut_section(r"security\.threats"),
        also=("STR010", "SEC004"),
    ),
    Operator(
        "MU94",
        "answer a threat with a measure that is set up nowhere",
        "security",
        ("SEC004",),
        write(
            Threat,
            "mitigation",
            "Hardware tokens with WebAuthn for every operator",
            both(matching("mitigation", r"\w")),
        ),
        also=("SEC017", "SEC003"),
    ),
    Operator(
        "MU95",
        "delete the line that says who may use a resource",
        "security",
        ("SEC006",),
        _authorization_gone,
        also=("SEC007", "STA007", "SEC014"),
    ),
    Operator(
        "MU96",
        "ask for a role that nobody has",
        "security",
        ("SEC007",),
        _role_unknown,
        also=("API005",),
    ),
    Operator(
        "MU97",
        "authenticate in a way that nothing describes",
        "security",
        ("SEC008",),
        _other_mechanism,
    ),
    Operator(
        "MU98",
        "call an address in clear text",
        "security",
        ("SEC012",),
        _cleartext,
        also=("CFG006", "CFG002"),
    ),
    Operator(
        "MU99",
        "make an id a number that can be counted up",
        "security",
        ("SEC014", "API013"),
        _counted,
    ),
    Operator(
        "MU100",
        "let a caller choose the address that is called",
        "security",
        ("SEC015",),
        _callback,
        also=("SEC013", "SEC017"),
    ),
    Operator(
        "MU101",
        "hand a token over in an address",
        "security",
        ("SEC016",),
        _secret_in_query,
        also=("API001", "API002"),
    ),
    Operator(
        "MU102",
        "log a password",
        "security",
        ("SEC016",),
        write(
            LogLevel,
            "example",
            "login password=hunter2 accepted for ana@example.com",
            matching("example", r"\w"),
        ),
    ),
    Operator(
        "MU103",
        "blank the lifetime of one token",
        "security",
        ("SEC011",),
        blank(AuthenticationFlow, "token_lifetime", matching("mechanism", r"^(?!.*expir)")),
    ),
)
