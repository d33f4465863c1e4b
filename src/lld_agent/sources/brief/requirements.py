"""Normative spans, and those of scope, assumptions and criteria, as requirements with ids."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lld_agent.language.quantity import find_quantities
from lld_agent.model.brief import BriefSpan, Requirement, RequirementKind, Role
from lld_agent.sources.brief.demands import joined
from lld_agent.sources.brief.ids import Identified, identified, whole_id
from lld_agent.sources.brief.normative import without_label
from lld_agent.sources.brief.segment import role_of_title

_ID_HEADER = re.compile(
    r"(?:\A|\W)(?:ids?|#|nr\.?|no\.?|ref\.?|key|código|code|codigo)(?:\W|\Z)|编号|序号",
    re.IGNORECASE,
)
_PRIORITY_HEADER = re.compile(
    r"prior|prioridad|moscow|优先级|wichtigkeit|importance", re.IGNORECASE
)
_META_HEADER = re.compile(
    r"status|owner|source|refs?$|reference|flags|covers|traces?|stakeholder|related|depend|asociad|relacionad|verantwort|responsável|estado|notes?$|备注|状态",
    re.IGNORECASE,
)
_PRIORITY = re.compile(
    r"[\[(](?:priority|prioridade?|prioridad|priorität|优先级)?[:：]?\s*"
    r"(?P<p>P[0-4]|must(?: have)?|should(?: have)?|could(?: have)?|won't|high|medium|low|hoch|mittel|niedrig|"
    r"alta|média|media|baixa|baja|高|中|低)[\])]",
    re.IGNORECASE,
)
EDGE_CASES = re.compile(
    r"edge[ -]?cases?|corner cases?|sonderfälle|randfälle|grenzfälle|casos (?:límite|extremos|de borda)|边界|异常情况",
    re.IGNORECASE,
)
_RULES = re.compile(
    r"business rules?|geschäftsregel|reglas? de negocio|regras? de negócio|业务规则", re.IGNORECASE
)
_GIVEN = re.compile(
    r"(?:given|dad[oa]s?|gegeben|angenommen|假设|给定|假如)(?!\w)|"
    r"(?:when|cuando|quando|wenn|当) .*(?<!\w)(?:then|entonces|então|dann|则|那么)(?!\w)",
    re.IGNORECASE | re.DOTALL,
)
_QUALITY = re.compile(
    r"latency|response time|reaktionszeit|ladezeit|tempo m[áa]ximo|tiempo m[áa]ximo|in unter |"
    r"throughput|availab|uptime|scalab|performance|usab|maintainab|reliab|concurrent users|"
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


OPEN_POINT = re.compile(
    r"(?:open|unresolved) (?:question|point|issue)|offene (?:frage|r punkt)|pregunta abierta|"
    r"(?:pergunta|questão) (?:aberta|em aberto)|待定|待确认",
    re.IGNORECASE,
)


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
    groups = joined(spans)
    within = {span.id for group in groups.values() for span in group} - groups.keys()
    title = _own_title(spans)
    for span in spans:
        group = groups.get(span.id, (span,))
        if span.id in within:
            continue
        parts = _parts(span, title) if len(group) == 1 else _joined_parts(group, title)
        scenario = len(group) > 1 and _GIVEN.match(parts.text)
        if not scenario and not any(map(_is_requirement, group)):
            continue
        identity = parts.own_id
        if identity:
            taken[identity] = taken.get(identity, 0) + 1
            use = taken[identity]
            identity = identity if use == 1 else f"{identity}-{_letters(use)}"
        text = parts.text or span.text
        found.append(
            Requirement(
                id=identity,
                kind=_kind(span, parts),
                text=text,
                spans=tuple(part.id for part in group),
                priority=parts.priority,
                quantities=find_quantities(text),
                own_id=bool(identity),
                title=parts.title,
            )
        )
    own = {requirement.id for requirement in found if requirement.own_id}
    return tuple(_distinct(found, own))


def _own_title(spans: tuple[BriefSpan, ...]) -> str:
    """Return the heading that stands above everything else, "" where none does."""
    tops = {span.headings[0] for span in spans if span.headings}
    return (
        next(iter(tops))
        if len(tops) == 1
        and len(spans) > 1
        and spans[0].kind == "heading"
        and any(len(s.headings) > 1 for s in spans)
        else ""
    )


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
    if OPEN_POINT.match(span.text):
        return False
    if span.role in {Role.META, Role.GLOSSARY, Role.REFERENCES}:
        return False
    return span.role in _LISTED or _near(span, EDGE_CASES)


def _near(span: BriefSpan, pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(text) for text in (*span.headings[-1:], span.lead))


def _parts(span: BriefSpan, title: str) -> _Parts:
    if span.kind == "row" and span.cells:
        return _row_parts(span)
    own_id, text = identified(span.text)
    text = without_label(text)
    above = Identified("", "") if own_id else _above(span, title)
    priority = _PRIORITY.search(text) or (
        above.id and _PRIORITY.search(" ".join(span.headings[-2:]))
    )
    label, colon, rest = text.partition(": ")
    short = bool(colon) and bool(rest) and len(label.split()) <= 6
    return _Parts(
        own_id or above.id,
        text,
        label if short else above.rest,
        priority["p"] if priority else "",
    )


def _joined_parts(group: tuple[BriefSpan, ...], title: str) -> _Parts:
    """Return the parts of a demand of several spans: the lead, then its items."""
    first, *rest = (_parts(span, title) for span in group)
    words = [part.text.strip().rstrip(";,.；，。") for part in rest]
    mark = "; " if group[0].text.endswith((":", "：")) else " "
    own_id = next((part.own_id for part in (*rest, first) if part.own_id), "")
    return _Parts(own_id, f"{first.text} {mark.join(words)}", first.title, first.priority)


def _above(span: BriefSpan, title: str) -> Identified:
    """Return the id in the lead or nearest heading of a span ("### RF01 — Accounts"), and its words."""
    below = span.headings[1:] if span.headings[:1] == (title,) else span.headings
    texts = (span.lead, *reversed(below[-2:]))
    return next((found for text in texts if (found := identified(text)).id), Identified("", ""))


def _row_parts(span: BriefSpan) -> _Parts:
    own_id, priority = "", ""
    texts: list[str] = []
    for header, text in span.cells:
        own = whole_id(text)
        if own and not own_id and (_ID_HEADER.search(header) or not texts):
            own_id = own
        elif _PRIORITY_HEADER.search(header):
            priority = text
        elif text and not _ID_HEADER.search(header) and not (_META_HEADER.search(header) and texts):
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
    if _near(span, EDGE_CASES) or EDGE_CASES.match(parts.title):
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
