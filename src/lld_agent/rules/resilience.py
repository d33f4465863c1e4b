"""Retries, timeouts and breakers as values: what tables, variables and listings say of each call."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lld_agent.language.names import similarity
from lld_agent.language.quantity import find_quantities
from lld_agent.language.roles import role
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.quantity import Comparator, Dimension, Quantity
from lld_agent.model.rows import ABSENT, Cell
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import ComponentError, EnvVar, ErrorClass, RetryPolicy
from lld_agent.rules import flows

_COUNTED = re.compile(
    r"(?<![\w.])(?P<n>\d{1,3})\s*(?:x\b|×|(?P<word>times|retries|retry|attempts?|tries)\b|次)|"
    r"(?P<what>max(?:imum)?(?: retries| attempts)?|retries|retry up to|attempts)\s*(?:[:=]\s*)?"
    r"(?P<m>\d{1,3})(?![\d.]|\s*(?:ms|s\b|sec|min|%))",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,3}")
_ENDLESS = re.compile(r"unlimited|infinite|forever|indefinit|until|∞|always", re.IGNORECASE)
_EXPONENTIAL = re.compile(r"exponential|exp\.?\s*back|doubl|x2|×2", re.IGNORECASE)
_CAP = re.compile(
    r"(?:max\w*|cap\w*|up to|limit\w*|ceiling|at most|≤|<=)\W*(?:of|at|is|delay|wait)?\W*\Z",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"\b(?:time-?outs?|errors?|failures?|failed|unavailable|unavailability|unreachable|down|connections?|calls?|invoke|invocations?|"
    r"requests?|exceptions?|transient|retry|retries|counts?|attempts?|max|maximum|number|of|the|for|lost|service|services|network|"
    r"external|api|apis|http|deadlocks?|quer(?:y|ies))\b",
    re.IGNORECASE,
)
# DatabaseError, as the template has it, is the error of a database.
_CLASS = re.compile(r"(?<=[a-z])(?=(?:Error|Exception|Failure|Timeout)\b)")
_SECTION = re.compile(r"retr(?:y|ies)|resilien|back-?off|circuit", re.IGNORECASE)
_ENV_COUNT = re.compile(
    r"RETR(?:Y|IES)_?(?:MAX_?)?(?:ATTEMPTS|COUNT|LIMIT|MAX)?\Z|MAX_?(?:RETRIES|ATTEMPTS|RETRY)",
    re.IGNORECASE,
)
_ENV_NAME = re.compile(r"_?(?:MAX_?)?RETR(?:Y|IES).*|_?MAX_ATTEMPTS.*", re.IGNORECASE)

_ENV_TIMEOUT = re.compile(
    r"(?P<name>[A-Z][A-Z0-9_]*?)_(?:REQUEST_|CALL_)?TIMEOUT(?:_(?P<unit>MS|S|SEC|SECONDS|MILLIS))?"
)
_UNITS = {"MS": "ms", "MILLIS": "ms", "S": "seconds", "SEC": "seconds", "SECONDS": "seconds"}


@dataclass(frozen=True, slots=True)
class Policy:
    """How one kind of failure is retried.

    Attributes:
        name: what is retried, as written. where: which part of the design says so.
        retries: tries after the first; None when not given. `loose` when it may be one less.
        waits: pauses in seconds where they are listed.
        base, cap: first and longest pause in seconds, where given.
        endless: whether it is retried without end.
        timeout: seconds of one try, where given.
        breaker: cell of the circuit breaker.
    """

    name: str
    where: str
    span: Span
    retries: int | None = None
    loose: bool = False
    waits: tuple[float, ...] = ()
    base: float | None = None
    cap: float | None = None
    exponential: bool = False
    endless: bool = False
    timeout: float | None = None
    breaker: Cell = ABSENT

    @property
    def subject(self) -> str:
        """What fails, without the words for failing: `Keycloak timeout` is about Keycloak."""
        return " ".join(_FAILURE.sub(" ", _CLASS.sub(" ", self.name)).split())

    def pause(self) -> float:
        """Return the seconds spent waiting between all tries, 0 where nothing is given."""
        count = self.retries or 0
        if self.waits:
            return sum(self.waits[:count])
        if self.base is None:
            return 0.0
        growth = 2.0 if self.exponential else 1.0
        waits = (self.base * growth**number for number in range(min(count, 64)))
        return sum(min(wait, self.cap) if self.cap is not None else wait for wait in waits)


def retried(text: str) -> tuple[int | None, bool]:
    """Return how many retries a text speaks of, and whether it counts attempts instead."""
    found = _COUNTED.search(text)
    if found is None:
        return None, False
    word = (found["word"] or found["what"] or "").lower()
    return int(
        found["n"] or found["m"]
    ), "attempt" in word or "tries" in word.split() or word == "times"


def stated(design: Design) -> tuple[Policy, ...]:
    """Return the policies of the retry tables and of listings in sections about retries."""
    return (*_from_rows(design), *_from_listings(design))


def mentioned(design: Design) -> tuple[Policy, ...]:
    """Return what other parts of the design say about retries: classes, components, variables."""
    return (*_from_classes(design), *_from_variables(design))


def same_call(one: Policy, other: Policy) -> bool:
    """Return whether two policies are about the same thing: the same words, or the same words but failing."""
    if similarity(one.name, other.name) >= 0.85:
        return True
    first, second = one.subject, other.subject
    kinds = role(first), role(second)
    return bool(first and second) and (
        similarity(first, second) >= 0.85
        or (kinds[0] == kinds[1] == "store" and _is_generic(first, second))
    )


def _is_generic(first: str, second: str) -> bool:
    generic = {"database", "db", "datastore"}
    return bool({first.casefold(), second.casefold()} & generic)


def covers(policy: Policy, dependency: str) -> bool:
    """Return whether a policy is about a dependency, by name or by kind (G5)."""
    if not policy.subject:
        return role(dependency) not in flows.STORES
    return (
        flows.shares_name(policy.subject, dependency)
        # A name may hold a word for failing as its own: `Key management service: no answer`.
        or flows.shares_name(policy.name, dependency)
        or role(policy.subject) == role(dependency) != ""
    )


def _from_rows(design: Design) -> Iterator[Policy]:
    for row in design.of(RetryPolicy):
        name = row["error_type"].text
        if row.confidence < 0.5 or not name or "{" in name:
            continue
        count, backoff = row["max_retries"].text, row["backoff"].text
        retries, loose = retried(f"{count} {backoff}")
        if _BARE.fullmatch(count.strip()):
            retries = int(count)
            loose = "attempt" in _title(design, row.table, "max_retries").lower()
        timeout = next((c.text for n, c in row.extra.items() if "timeout" in n.lower()), "")
        yield _policy(
            row["error_type"].text,
            "the retry strategy",
            row.span,
            retries=retries,
            loose=loose,
            backoff=backoff,
            count=count,
            timeout=timeout,
            breaker=row["circuit_breaker"],
        )


def _title(design: Design, table: int, field: str) -> str:
    if not 0 <= table < len(design.tables):
        return ""
    reading = design.tables[table]
    return next(
        (h.text for h, c in zip(reading.header, reading.columns, strict=False) if c == field), ""
    )


def _from_listings(design: Design) -> Iterator[Policy]:
    """Yield the policies of plain fences: a line that names the failure, indented lines about it."""
    for section in design.sections:
        if not _SECTION.search(section.title):
            continue
        for block in design.blocks[section.first : section.last]:
            if block.kind is BlockKind.FENCE and block.info.strip().lower() in {"", "text", "txt"}:
                yield from _listing(block.text, block.text_span.start)


def _listing(text: str, offset: int) -> Iterator[Policy]:
    name, name_at, held = "", 0, list[str]()
    for line in [*text.split("\n"), ""]:
        inner = line[:1] in {" ", "\t", "-", "*", "•", "→", "├", "└", "│"} and bool(line.strip())
        if inner and name:
            held.append(line)
        else:
            if name and held:
                body = "\n".join(held)
                retries, loose = retried(body)
                span = Span(name_at, name_at + len(name))
                yield _policy(
                    name.rstrip(" :"),
                    "the retry strategy",
                    span,
                    retries=retries,
                    loose=loose,
                    backoff=body,
                )
            name, name_at, held = line.rstrip(), offset, []
        offset += len(line) + 1


def _from_classes(design: Design) -> Iterator[Policy]:
    for row in design.of(ErrorClass):
        retries, loose = retried(row["retry"].text)
        if retries is not None and row.confidence >= 0.5:
            yield Policy(
                row["category"].text, "the error classes", row["retry"].span, retries, loose
            )
    for row in design.of(ComponentError):
        retries, loose = (
            retried(row["recovery"].text) if "etr" in row["recovery"].text else (None, False)
        )
        if retries is not None and row.confidence >= 0.5:
            yield Policy(
                row["condition"].text, f"the errors of {row.heading}", row.span, retries, loose
            )


def _from_variables(design: Design) -> Iterator[Policy]:
    for row in design.of(EnvVar):
        name, default = row["variable"].text, row["default"].text.strip()
        if not _BARE.fullmatch(default) or not _ENV_COUNT.search(name):
            continue
        about = _FAILURE.sub(" ", row["description"].text).strip()
        own = _ENV_NAME.sub("", name).replace("_", " ")
        yield Policy(about or own, name, row.span, int(default), loose="ATTEMPT" in name.upper())


def _policy(  # noqa: PLR0913 - one argument for each column of a retry table
    name: str,
    where: str,
    span: Span,
    *,
    retries: int | None,
    loose: bool,
    backoff: str,
    count: str = "",
    timeout: str = "",
    breaker: Cell = ABSENT,
) -> Policy:
    times = [q for q in find_quantities(backoff) if q.dimension is Dimension.TIME]
    caps = [q for q in times if _is_cap(q, backoff)]
    first = [q for q in times if q not in caps]
    waits = _waits(first, backoff)
    allowed = [q.high for q in find_quantities(timeout) if q.dimension is Dimension.TIME]
    return Policy(
        name,
        where,
        span,
        retries,
        loose,
        waits,
        first[0].high if first else None,
        caps[0].high if caps else None,
        bool(_EXPONENTIAL.search(backoff)),
        bool(_ENDLESS.search(count)),
        allowed[0] if len(allowed) == 1 else None,
        breaker,
    )


def _is_cap(quantity: Quantity, text: str) -> bool:
    before = text[max(0, quantity.span.start - 20) : quantity.span.start]
    return quantity.comparator in {Comparator.LE, Comparator.LT} or bool(_CAP.search(before))


def _waits(times: list[Quantity], text: str) -> tuple[float, ...]:
    """Return the pauses of a list such as `[1s, 2s, 4s]`; nothing when there is no list."""
    found: list[float] = []
    for before, after in pairwise(times):
        between = text[before.span.end : after.span.start].strip()
        if between in {",", "/", "→", "->", ";", ", then", "then"}:
            found = [*(found or [before.high]), after.high]
        elif found:
            break
    return tuple(found)


def timeouts(design: Design) -> tuple[Policy, ...]:
    """Return how long one try of a call may take: retry table, integrations, variables `X_TIMEOUT_MS`."""
    found = [policy for policy in stated(design) if policy.timeout is not None]
    for table in design.tables:
        name = table.heading
        if not table.property_table or not table.slot.startswith("api.external"):
            continue
        for cells in table.rows:
            if len(cells) > 1 and cells[0].text.strip().lower() in {"timeout", "request timeout"}:
                found += _allowed(name, f"the integration {name}", cells[1].text, cells[1].span)
    for row in design.of(EnvVar):
        named = _ENV_TIMEOUT.fullmatch(row["variable"].text)
        if named:
            hint = _UNITS.get((named["unit"] or "").upper(), "")
            name = named["name"].replace("_", " ")
            found += _allowed(name, row["variable"].text, row["default"].text, row.span, hint)
    return tuple(found)


def _allowed(name: str, where: str, text: str, span: Span, hint: str = "") -> list[Policy]:
    times = [q for q in find_quantities(text, hint) if q.dimension is Dimension.TIME]
    return [Policy(name, where, span, timeout=times[0].high)] if len(times) == 1 else []
