"""Defects of what is done when something fails: MU21, MU29 to MU35, MU88 to MU93."""

import re
from collections.abc import Iterator

from lld_agent.evaluation.mutations.base import Edit, Kind, Operator, Patch
from lld_agent.evaluation.mutations.builders import (
    blank,
    both,
    delete,
    filled,
    matching,
    scale,
    write,
)
from lld_agent.evaluation.mutations.nodes import (
    contract,
    own,
    properties,
    property_place,
    rows,
    steps,
    substituted,
    whole_lines,
)
from lld_agent.language.roles import role
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import (
    Dependency,
    EnvVar,
    ErrorClass,
    ErrorResponse,
    RetryPolicy,
)

_KEY = re.compile(r"idempotency([-_ ]?)key", re.IGNORECASE)
_IDEMPOTENT = re.compile(r"idempoten\w*", re.IGNORECASE)
_RETRIED = re.compile(
    r"(?P<before>Retry: |retried |up to |after )(?P<count>\d+)(?P<after> (?:times|retries|attempts))",
    re.IGNORECASE,
)
_QUEUE = re.compile(r"kafka|queue|rabbit|broker|\bbus\b|nats|sqs", re.IGNORECASE)


def _outbox_gone(design: Design) -> Iterator[Edit]:
    """Publish directly where a flow writes the outbox; what else speaks of the outbox stays."""
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        queues = [p for p in diagram.participants if _QUEUE.search(p.label)]
        for step in steps(diagram) if own(diagram) and queues else ():
            parts = [part for part in step.text.split(", ") if "outbox" not in part.casefold()]
            if len(parts) == step.text.count(",") + 1 or step.reply or "INSERT" not in step.text:
                continue
            line = whole_lines(design, step.span)
            head, _, _ = design.source.slice(line).partition(":")
            if head.endswith(step.target):
                kept = f"{head}: {', '.join(parts)}\n" if parts else ""
                sent = f"{head[: -len(step.target)]}{queues[0].id}: publish the event\n"
                yield Edit((Patch(line, kept + sent),), (diagram.span,), ("outbox",))


def _key_gone(design: Design) -> Iterator[Edit]:
    """Make every word of idempotency one of correlation: nothing tells a repetition any more."""
    patches = [
        Patch(
            Span(found.start(), found.end()),
            "correlation" if found[0][0].islower() else "Correlation",
        )
        for found in _IDEMPOTENT.finditer(design.source.text)
    ]
    retried = [
        row.span
        for endpoint in contract(design)
        if endpoint.method == "POST"
        for row in endpoint.errors
        if not any("409" in other["status"].text for other in endpoint.errors)
        and re.search(r"^5|408", row["status"].text)
        and re.match("Yes", row["retry"].text)
    ]
    if patches and retried:
        yield Edit(tuple(patches), tuple(retried))


def _hurried(design: Design) -> Iterator[Edit]:
    """Let an endpoint wait shorter than what it calls."""
    for endpoint in contract(design):
        place = property_place(design, endpoint, "timeout")
        if place and re.search(r"\d", design.source.slice(place)):
            calls = tuple(
                d.span
                for d in design.drawn(DiagramKind.SEQUENCE)
                if steps(d) and endpoint.path in steps(d)[0].text and len(steps(d)) > 3
            )
            if calls and _has_limits(design, calls):
                yield Edit((Patch(place, "40 ms"),), (endpoint.span, *calls))


def _has_limits(design: Design, calls: tuple[Span, ...]) -> bool:
    """Return whether something that a flow calls has a timeout and a number of retries."""
    limited = {
        v["variable"].text.casefold().split("_")[0]
        for v in rows(design, EnvVar)
        if "TIMEOUT" in v["variable"].text
    }
    retried = " ".join(row.key.text.casefold() for row in rows(design, RetryPolicy))
    called = {
        p.label.casefold().split(" ")[0]
        for diagram in design.diagrams
        if diagram.span in calls
        for p in diagram.participants
    }
    return any(name in retried for name in limited & called)


def _counts_differ(design: Design) -> Iterator[Edit]:
    """Give another number of retries in prose or in a variable than the strategy has."""
    for section in design.sections:
        for found in _RETRIED.finditer(design.source.slice(section.span)):
            start = section.span.start + found.start("count")
            above = design.source.line_span(*_line_above(design, start))
            number = int(found["count"])
            same = (
                rf"(?i)(?<!\d){number} (?:retries|times|attempts)|RETRIES[^|]*\|[^|]*\| `{number}`"
            )
            if len(re.findall(same, design.source.text)) < 2:
                continue
            span = Span(start, start + len(found["count"]))
            policies = tuple(row.span for row in rows(design, RetryPolicy, ErrorClass))
            yield Edit((Patch(span, str(number + 4)),), (above, *policies))


def _line_above(design: Design, offset: int) -> tuple[int, int]:
    number = design.source.line_of(offset)
    return max(0, number - 2), number - 1


def _weaker(design: Design) -> Iterator[Edit]:
    bare = [
        row.key.text.casefold()
        for row in rows(design, Dependency)
        if re.match(r"(?i)none|no\b|fail|5\d\d|-|—", row["fallback"].text)
        and not re.search(r"(?i)async|optional|library", row["type"].text)
    ]
    for table, cell in properties(design, "SLA"):
        if not any(
            table.heading.casefold() in name or name in table.heading.casefold() for name in bare
        ):
            continue
        patch = substituted(design, cell.span, re.compile(r"\d+(?:[.,]\d+)?(?= ?%)"), "91")
        if patch:
            yield Edit((patch,), (table.span,), (table.heading, "vailab"))


def _unlisted(design: Design) -> Iterator[Edit]:
    """Rename an external integration, so that no dependency has its name."""
    for section in design.sections:
        if section.slot.startswith("api.external") and section.level > 3:
            line = design.source.slice(section.heading_span)
            at = line.find(section.title)
            start = section.heading_span.start + at
            if at >= 0:
                yield Edit((Patch(Span(start, start + len(section.title)), "Weather feed"),))


def _dead_letter_gone(design: Design) -> Iterator[Edit]:
    """Retry messages, and call what a design puts aside something that puts nothing aside."""
    pattern = re.compile(
        r"dead[- ]?letter(?: queue| topic)?s?|\bDLQ\b|(?<=\.)dlq\b|poison\w*|quarantin\w*|discard\w*|parking|parked",
        re.IGNORECASE,
    )
    policies = [row for row in rows(design, RetryPolicy) if row.table >= 0]
    if not policies:
        return
    last = whole_lines(design, policies[-1].span)
    row = "| Event consumer: message cannot be handled | 5 | Exponential from 1 s, at most 30 s | None |\n"
    words = tuple(
        Patch(Span(found.start(), found.end()), "journal")
        for found in pattern.finditer(design.source.text)
    )
    yield Edit((Patch(Span(last.end, last.end), row), *words), (policies[-1].span,))


def _words(row: ReadRow) -> str:
    return " ".join(cell.text for cell in row.cells.values())


def _is_third_party(design: Design, row: ReadRow) -> bool:
    """Return whether a policy is about a required payment, identity, mail or model service."""
    name = row.key.text.casefold()
    asked = [r for r in rows(design, Dependency) if r.key.text.casefold() in name]
    if not asked or re.search(r"(?i)async|optional|library", asked[0]["type"].text):
        return False
    return role(asked[0].key.text) in {"payment", "identity", "mail", "model"}


def _dependency_policy(design: Design, row: ReadRow) -> bool:
    """Return whether a policy is the only one about a required dependency."""
    words = set(re.findall(r"[A-Za-z]{4,}", row.key.text.casefold()))
    for other in rows(design, Dependency):
        named = set(re.findall(r"[A-Za-z]{4,}", other.key.text.casefold()))
        if named & words and re.match(r"required(?!.*async)", other["type"].text, re.IGNORECASE):
            rest = " ".join(
                r.key.text.casefold() for r in rows(design, RetryPolicy) if r is not row
            )
            return not any(word in rest for word in named)
    return False


def _is_required(row: ReadRow) -> bool:
    """Return whether a table calls a dependency required, or has no types and answers 5xx without it."""
    kind = row["type"].text
    if kind:
        return re.match(r"required(?!.*async)", kind, re.IGNORECASE) is not None
    return re.search(r"\b50[234]\b", row["fallback"].text) is not None


def _line_gone(design: Design) -> Iterator[Edit]:
    """Delete what is done when one dependency fails, where policies stand in a fence."""
    for block in design.blocks:
        if "→ Retry" not in block.text:
            continue
        for found in re.finditer(
            r"(?m)^(?P<name>\S.*) (?:call )?failure.*:\n(?:  .*\n)+", block.text
        ):
            start = block.text_span.start + found.start()
            name = found["name"].removesuffix(" call")
            near = tuple(
                r.span
                for r in rows(design, Dependency)
                if name.casefold() in r.key.text.casefold() and _is_required(r)
            )
            if near:
                span = whole_lines(design, Span(start, start + len(found[0])))
                yield Edit((Patch(span, ""),), (*near, block.span), (name,))


OPERATORS = (
    Operator(
        "MU21",
        "publish directly where the outbox was written",
        "failure",
        ("DAT014",),
        _outbox_gone,
        Kind.EITHER,
        also=("FLO001", "FLO006", "FLO002"),
    ),
    Operator(
        "MU29",
        "let a client's mistake be retried",
        "failure",
        ("ERR002",),
        write(
            ErrorResponse,
            "retry",
            "Yes",
            lambda d, r: (
                bool(re.search(r"400|409|422|404", r["status"].text))
                and matching("retry", r"^no")(d, r)
            ),
        ),
    ),
    Operator(
        "MU29b",
        "let a class of client's mistakes be retried",
        "failure",
        ("ERR002",),
        write(
            ErrorClass,
            "retry",
            "Yes",
            both(matching("http_status", r"^4(?!29|08)"), matching("retry", r"^no")),
        ),
    ),
    Operator(
        "MU30",
        "call the idempotency key a correlation id",
        "failure",
        ("ERR001",),
        _key_gone,
        everywhere=True,
        also=(
            "TST003",
            "TST001",
            "DAT007",
            "SEC013",
            "API007",
            "DAT005",
            "REQ002",
            "REQ004",
            "TST005",
            "SEC014",
            "SEC004",
        ),
    ),
    Operator(
        "MU31",
        "let a caller wait shorter than its callee",
        "failure",
        ("ERR005", "PRF007"),
        _hurried,
        also=("PRF006", "PRF010"),
    ),
    Operator(
        "MU32",
        "give another number of retries in one place",
        "failure",
        ("ERR006", "CFG008", "TXT003"),
        _counts_differ,
        also=("ERR005", "ERR011"),
    ),
    Operator(
        "MU33",
        "delete the retry policy of a required dependency",
        "failure",
        ("ERR003",),
        delete(RetryPolicy, _dependency_policy),
        also=("ERR004", "TST006"),
    ),
    Operator(
        "MU33b",
        "delete the policy of a required dependency from the list",
        "failure",
        ("ERR003",),
        _line_gone,
        also=("ERR004", "TST006"),
    ),
    Operator(
        "MU34",
        "blank what happens without a dependency",
        "failure",
        ("ERR008",),
        blank(Dependency, "fallback"),
        also=("ERR012", "STR004"),
    ),
    Operator(
        "MU35", "let a dependency promise less than the service", "failure", ("ERR012",), _weaker
    ),
    Operator(
        "MU88",
        "blank the breaker of a third party",
        "failure",
        ("ERR004",),
        blank(RetryPolicy, "circuit_breaker", both(filled("circuit_breaker"), _is_third_party)),
    ),
    Operator(
        "MU89",
        "let pauses double without end",
        "failure",
        ("ERR007",),
        write(RetryPolicy, "backoff", "Exponential from 90 s", matching("backoff", r"expon|doubl")),
    ),
    Operator(
        "MU90",
        "integrate something that no list has",
        "failure",
        ("ERR010",),
        _unlisted,
        also=("ERR012",),
    ),
    Operator(
        "MU91b",
        "put no message aside any more",
        "failure",
        ("ERR013",),
        _dead_letter_gone,
        everywhere=True,
        also=(
            "TST001",
            "ERR010",
            "ERR003",
            "TST006",
            "CFG001",
            "REQ002",
            "DAT004",
            "STA001",
            "STR010",
        ),
    ),
    Operator(
        "MU92",
        "retry each hop of a chain many times",
        "failure",
        ("ERR011", "ERR006"),
        scale(RetryPolicy, "max_retries", 4),
        also=("ERR005", "ERR007", "CFG008"),
    ),
)
