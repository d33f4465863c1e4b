"""Controls that a design declares: typed rows first, then the phrases of the template."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from lld_agent.model.rows import ReadRow, Row
from lld_agent.model.source import Span
from lld_agent.model.threats import ThreatTemplate
from lld_agent.model.vocabulary import (
    AuthenticationFlow,
    AuthorizationRule,
    CacheLayer,
    EncryptionRule,
    GuardrailCheck,
    InputRule,
    OutputFilter,
    Secret,
    TokenLimit,
)
from lld_agent.threats.facts import Facts, given
from lld_agent.threats.passages import Passages

_OWN = re.compile(
    r"\b(?:own|owns|owner|self|member|membership|tenant|same user|assigned|belongs|row-level|rls|próprio|propio|eigene[nr]?)\b",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"service|internal|machine|s2s|peer|dapr|mtls|serviço|servicio|dienst", re.IGNORECASE
)
_FINITE = re.compile(r"\d")
_TLS = re.compile(r"tls|https|ssl", re.IGNORECASE)
_AT_REST = re.compile(r"aes|kms|tde|encrypt|pgcrypto|hash|bcrypt|argon|luks|managed", re.IGNORECASE)


def control(template: ThreatTemplate, facts: Facts) -> Span | None:
    """Return where a control of a threat stands, None if the document declares none."""
    typed = _TYPED.get(template.id)
    span = next(typed(facts), None) if typed else None
    return span or phrase_of(template, facts.told.answered)


def phrase_of(template: ThreatTemplate, passages: Passages) -> Span | None:
    """Return where a control phrase of a template stands in some passages."""
    if not passages.text:
        return None
    literals, patterns = _compiled(template)
    for phrase in literals:
        span = passages.phrase(phrase)
        if span:
            return span
    return next(filter(None, map(passages.search, patterns)), None)


@cache
def _compiled(template: ThreatTemplate) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    literals = tuple(text.lower() for text in template.controls if not text.startswith("~"))
    patterns = (
        re.compile(text[1:], re.IGNORECASE) for text in template.controls if text.startswith("~")
    )
    return literals, tuple(patterns)


def _rows(
    kind: type[Row], field: str, pattern: re.Pattern[str] | None = None
) -> Callable[[Facts], Iterator[Span]]:
    """Return a control: rows of a kind with something in a column, or what fits a pattern."""

    def found(facts: Facts) -> Iterator[Span]:
        for row in facts.design.of(kind):
            if given(row, field) and (pattern is None or pattern.search(row[field].text)):
                yield row.span

    return found


def _anywhere(kind: type[Row], pattern: re.Pattern[str]) -> Callable[[Facts], Iterator[Span]]:
    def found(facts: Facts) -> Iterator[Span]:
        for row in facts.design.of(kind):
            if pattern.search(_text(row)):
                yield row.span

    return found


def _text(row: ReadRow) -> str:
    return " ".join(cell.text for cell in (*row.cells.values(), *row.extra.values()))


def _between_services(facts: Facts) -> Iterator[Span]:
    yield from _anywhere(AuthenticationFlow, _SERVICE)(facts)
    yield from (
        flow.span for flow in facts.model.flows if flow.boundary.value == "B2" and flow.auth
    )


def _limited(facts: Facts) -> Iterator[Span]:
    for endpoint in facts.endpoints:
        cell = endpoint.properties.get("rate_limit")
        if cell is not None and _FINITE.search(cell.text):
            yield cell.span


_TYPED: Mapping[str, Callable[[Facts], Iterator[Span]]] = {
    "T01": _rows(AuthenticationFlow, "token_lifetime", _FINITE),
    "T02": _between_services,
    "T05": _rows(EncryptionRule, "in_transit", _TLS),
    "T07": _anywhere(AuthorizationRule, _OWN),
    "T08": _rows(InputRule, "rules"),
    "T09": _limited,
    "T10": _rows(AuthorizationRule, "permission_model"),
    "T11": _limited,
    "T13": _rows(Secret, "storage"),
    "T14": _rows(EncryptionRule, "at_rest", _AT_REST),
    "T18": _rows(CacheLayer, "invalidation"),
    "T19": _anywhere(
        AuthorizationRule, re.compile(r"tenant|organi[sz]ation|workspace", re.IGNORECASE)
    ),
    "L01": _rows(GuardrailCheck, "check"),
    "L02": _rows(OutputFilter, "filter"),
    "L05": _rows(OutputFilter, "filter"),
    "L09": _rows(TokenLimit, "enforcement"),
}
