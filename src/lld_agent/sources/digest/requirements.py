"""Normative spans, and those of scope, assumptions and criteria, as requirements with ids."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lld_agent.language.quantity import find_quantities
from lld_agent.model.brief import BriefSpan, Requirement, RequirementKind, Role
from lld_agent.sources.digest.segment import role_of_title

_ID = (
    r"(?:[A-Z][A-Z0-9]{0,7}(?:-[A-Z0-9]{1,6})?[-_]\d{1,5}(?:\.\d+)*[a-z]?|(?:FR|NFR|NF|RF|RNF|REQ|US|UC|AC|BR|RN|R|F)\d{1,4}(?:\.\d+)*|"
    r"R\d+\.\d+)"
)
_OWN_ID = re.compile(rf"\[?(?P<id>{_ID})\]?(?=[\s:：.)\]—–-]|\Z)")
_ID_HEADER = re.compile(
    r"(?:id|#|nr\.?|no\.?|ref\.?|key|código|code|codigo|编号|序号|需求编号)\Z", re.IGNORECASE
)
_PRIORITY_HEADER = re.compile(
    r"prior|prioridad|moscow|优先级|wichtigkeit|importance", re.IGNORECASE
)
_META_HEADER = re.compile(
    r"status|owner|source|verantwort|responsável|estado|notes?$|备注|状态", re.IGNORECASE
)
_PRIORITY = re.compile(
    r"[\[(](?P<p>P[0-4]|must(?: have)?|should(?: have)?|could(?: have)?|won't|high|medium|low|hoch|mittel|niedrig|"
    r"alta|média|media|baixa|baja|高|中|低)[\])]",
    re.IGNORECASE,
)
_EDGE = re.compile(
    r"edge cases?|corner cases?|sonderfälle|randfälle|grenzfälle|casos (?:límite|extremos|de borda)|边界|异常情况",
    re.IGNORECASE,
)
_RULES = re.compile(
    r"business rules?|geschäftsregel|reglas? de negocio|regras? de negócio|业务规则", re.IGNORECASE
)
_GIVEN = re.compile(r"(?:given|dado|dada|gegeben|angenommen|假设|给定)(?!\w)", re.IGNORECASE)
_QUALITY = re.compile(
    r"latency|response time|throughput|availab|uptime|scalab|performance|usab|maintainab|reliab|concurrent users|"
    r"antwortzeit|verfügbar|skalier|disponib|rendimiento|desempenho|escalab|tempo de resposta|tiempo de respuesta|"
    r"响应时间|性能|可用性|并发|可扩展",
    re.IGNORECASE,
)
_BY_ROLE = {
    Role.SCOPE_IN: RequirementKind.SCOPE_IN,
    Role.SCOPE_OUT: RequirementKind.SCOPE_OUT,
    Role.ASSUMPTIONS: RequirementKind.ASSUMPTION,
    Role.ACCEPTANCE: RequirementKind.ACCEPTANCE,
    Role.NON_FUNCTIONAL: RequirementKind.NON_FUNCTIONAL,
    Role.CONSTRAINTS: RequirementKind.CONSTRAINT,
}
_LISTED = {Role.SCOPE_IN, Role.SCOPE_OUT, Role.ASSUMPTIONS, Role.ACCEPTANCE}


class _Parts(NamedTuple):
    """The words of a span apart: own id, what is demanded, a short title, the priority."""

    own_id: str
    text: str
    title: str
    priority: str


def read_requirements(spans: tuple[BriefSpan, ...]) -> tuple[Requirement, ...]:
    """Return the requirements of a brief in document order.

    Own ids are kept; a second use of one gets `-b`, `-c`, ... Others are R-1, R-2, ... Every
    normative span belongs to one.
    """
    taken: dict[str, int] = {}
    found: list[Requirement] = []
    number = 0
    for span in spans:
        if not _is_requirement(span):
            continue
        parts = _parts(span)
        if parts.own_id:
            taken[parts.own_id] = taken.get(parts.own_id, 0) + 1
            use = taken[parts.own_id]
            identity = parts.own_id if use == 1 else f"{parts.own_id}-{_letters(use)}"
        else:
            number += 1
            identity = f"R-{number}"
        text = parts.text or span.text
        found.append(
            Requirement(
                id=identity,
                kind=_kind(span, parts),
                text=text,
                spans=(span.id,),
                priority=parts.priority,
                quantities=find_quantities(text),
                own_id=bool(parts.own_id),
                title=parts.title,
            )
        )
    own = {requirement.id for requirement in found if requirement.own_id}
    return tuple(_distinct(found, own))


def _distinct(found: list[Requirement], own: set[str]) -> Iterator[Requirement]:
    """Yield the requirements with our own numbers moved out of the way of the document's."""
    number = 0
    for requirement in found:
        if requirement.own_id:
            yield requirement
            continue
        number += 1
        while f"R-{number}" in own:
            number += 1
        yield Requirement(
            f"R-{number}", requirement.kind, requirement.text, requirement.spans, requirement.priority,
            requirement.quantities, own_id=False, title=requirement.title,
        )  # fmt: skip


def _letters(use: int) -> str:
    return chr(ord("a") + use - 1) if use <= 26 else str(use)


def _is_requirement(span: BriefSpan) -> bool:
    if span.normative:
        return True
    if span.kind not in {"item", "row"} or span.text.endswith((":", "：")) or not span.text:
        return False
    if span.role in {Role.META, Role.GLOSSARY, Role.REFERENCES}:
        return False
    return span.role in _LISTED or _near(span, _EDGE)


def _near(span: BriefSpan, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(text) for text in (*span.headings[-1:], span.lead))


def _parts(span: BriefSpan) -> _Parts:
    if span.kind == "row" and span.cells:
        return _row_parts(span)
    own = _OWN_ID.match(span.text)
    text = span.text[own.end() :].lstrip(" :：.)—–-\t") if own else span.text
    priority = _PRIORITY.search(text)
    title, colon, rest = text.partition(": ")
    short = bool(colon) and bool(rest) and len(title.split()) <= 6
    return _Parts(
        own["id"] if own else "", text, title if short else "", priority["p"] if priority else ""
    )


def _row_parts(span: BriefSpan) -> _Parts:
    own_id, priority = "", ""
    texts: list[str] = []
    for header, text in span.cells:
        own = _OWN_ID.fullmatch(text) if text else None
        if own and not own_id and (_ID_HEADER.match(header) or not texts):
            own_id = own["id"]
        elif _PRIORITY_HEADER.search(header):
            priority = text
        elif text and not _ID_HEADER.match(header) and not (_META_HEADER.search(header) and texts):
            texts.append(text)
    title = texts[0] if len(texts) > 1 and len(texts[0].split()) <= 8 else ""
    return _Parts(own_id, ": ".join(texts), title, priority)


_PREFIXES = (
    (("AC",), RequirementKind.ACCEPTANCE),
    (("NF", "RNF"), RequirementKind.NON_FUNCTIONAL),
    (("BR", "RN-"), RequirementKind.BUSINESS_RULE),
)


def _kind(span: BriefSpan, parts: _Parts) -> RequirementKind:
    """Return the kind: by what stands above, by the prefix of its id, by its section, by its words."""
    if _near(span, _EDGE):
        return RequirementKind.EDGE_CASE
    if _GIVEN.match(parts.text):
        return RequirementKind.ACCEPTANCE
    prefixed = (kind for starts, kind in _PREFIXES if parts.own_id.upper().startswith(starts))
    by_id = next(prefixed, RequirementKind.BUSINESS_RULE if _near(span, _RULES) else None)
    found = by_id or _BY_ROLE.get(span.role)
    if found is not None:
        return found
    measured = _QUALITY.search(parts.text) and find_quantities(parts.text)
    quality = any(role_of_title(title) is Role.NON_FUNCTIONAL for title in span.headings)
    return RequirementKind.NON_FUNCTIONAL if measured or quality else RequirementKind.FUNCTIONAL
