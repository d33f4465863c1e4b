"""Does a span demand something?"""

import re
from collections import Counter
from dataclasses import replace

from lld_agent.model.brief import BriefSpan, Role
from lld_agent.sources.brief.ids import prefix
from lld_agent.sources.brief.words_of import fold, normative_patterns

_NEVER = {
    Role.META,
    Role.GLOSSARY,
    Role.REFERENCES,
    Role.ALTERNATIVES,
    Role.FUTURE,
    Role.RISKS,
    Role.METRICS,
}
_SERIES = 3
"""As many rows or items with ids of one prefix are a numbered list of demands, wherever they stand."""
_STEP = re.compile(
    r"(?:step|schritt|paso|passo|etapa)\s*\d|步骤\s*[\d一二三四五六七八九十]", re.IGNORECASE
)
_ABOUT_ITSELF = re.compile(
    r"(?:this|the following) (?:document|section|page|chapter|prd|rfc|proposal|table|diagram|list)(?!\w)|"
    r"why this priority|(?:dieses dokument|dieser abschnitt|este documento|esta sección|esta seção|本文档|本节)",
    re.IGNORECASE,
)
# What a feature list says about an entry besides what it does.
_ATTRIBUTE = re.compile(
    r"(?:dependenc(?:y|ies)|depends on|priority|status|owner|effort|estimate|story points|complexity|risk level|source|rationale|"
    r"priorit[aä]t|abhängigkeit(?:en)?|aufwand|prioridad|dependencias?|esfuerzo|prioridade|dependências?|esforço|"
    r"优先级|依赖|状态|来源|估算)\s*[:：]",
    re.IGNORECASE,
)
# "Could you make sure that the list is printed?" is asked, and meant.
_REQUEST = re.compile(
    r"(?:could|can|would|will) you|(?:könn|würd)(?:tet ihr|ten sie|test du)|podr[ií]a(?:s|n)?|poderia(?:m)?|能否|可否",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"\W*(?:to be (?:added|defined|determined|done)|tbd|todo|n/?a)(?!\w)", re.IGNORECASE
)
# What is wrong today is no demand, whatever it "cannot" or "has to" do.
_BACKGROUND = re.compile(
    r"problem|motivation|background|current (?:state|situation)|status quo|hintergrund|ausgangs|ist-zustand|antecedentes|"
    r"situaci[oó]n actual|problema|contexto|situaç[aã]o atual|背景|现状|问题",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"(?<!\w)(?:the|this|our|das|der|die|el|la|o|a) (?:new )?(?:system|service|app\w*|platform|tool|solution|product|dienst|"
    r"anwendung|sistema|servicio|serviço|aplica\w+) (?:must|shall|should|needs to|will|muss|soll|debe|deve)",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？]\s*\Z")
_LABEL = re.compile(
    r"(?:user[ -]story|story|historia(?: de usuario)?|história(?: de usuário)?|t[íi]tulo|title|titel|用户故事)"
    r"(?: ?\d+)?\s*[:：.]\s*(?=\S)",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PRICE = re.compile(
    r"price|cost(?!om)|preis|kosten|precio|coste|preço|custo|价格|费用", re.IGNORECASE
)
_NO_DEMAND_HEADER = re.compile(
    r"(?:term|acronym|version|date|author|error code|status code)\Z", re.IGNORECASE
)


def judge(spans: tuple[BriefSpan, ...]) -> tuple[BriefSpan, ...]:
    """Return the spans with `normative` set."""
    series = _series(spans)
    return tuple(
        replace(span, normative=True) if is_normative(span, series) else span for span in spans
    )


def _series(spans: tuple[BriefSpan, ...]) -> frozenset[str]:
    """Return the prefixes of ids that number several rows or items."""
    counts = Counter(prefix for span in spans if (prefix := id_prefix(span)))
    return frozenset(prefix for prefix, count in counts.items() if count >= _SERIES)


def is_normative(span: BriefSpan, series: frozenset[str] = frozenset()) -> bool:
    """Return whether a span demands something of what is to be built.

    By its words, or its place in a numbered series; under a heading of requirements, items and
    rows demand by standing there, and in a proposal every sentence that says how things are done.
    """
    if span.kind == "heading":
        return bool(_STEP.match(span.text)) and len(span.text.split()) > _SERIES
    if not _may_demand(span):
        return False
    if id_prefix(span) in series or (span.kind == "item" and demands(span.lead)):
        return True
    folded = fold(without_label(span.text))
    if any(pattern.match(folded) for pattern in (_ABOUT_ITSELF, _EMPTY, _ATTRIBUTE)):
        return False
    label = span.text.partition(":")[0] if ":" in span.text[:40] else ""
    if span.role is not Role.REQUIREMENTS and any(map(_BACKGROUND.search, (*span.headings, label))):
        return _ITSELF.search(folded) is not None
    return _matches("always", folded) or _demands_by_place(span, folded)


def demands(text: str) -> bool:
    """Return whether words demand something wherever they stand."""
    return bool(text) and _matches("always", fold(without_label(text)))


def without_label(text: str) -> str:
    """Return a text without the label that says what it is ("User story: As a ...")."""
    found = _LABEL.match(text)
    return text[found.end() :] if found else text


def _may_demand(span: BriefSpan) -> bool:
    """Return whether a span is a statement in a section that may hold demands."""
    asked = _QUESTION.search(span.text) and not _REQUEST.match(span.text)
    if span.kind == "fence" or span.role in _NEVER or asked:
        return False
    introduces = span.kind == "lead" or span.text.endswith((":", "："))
    under = span.kind == "item" and demands(span.lead)
    return not introduces and (under or _is_statement(span))


def _demands_by_place(span: BriefSpan, folded: str) -> bool:
    if span.role is Role.DESIGN and not (span.demanded and span.kind == "item"):
        return _matches("in_requirements", folded) or _matches("in_design", folded)
    if not span.demanded:
        return False
    return span.kind in {"item", "row"} or _matches("in_requirements", folded)


def _matches(name: str, folded: str) -> bool:
    return any(pattern.search(folded) for pattern in normative_patterns(name))


def id_prefix(span: BriefSpan) -> str:
    """Return the letters of the id that a statement begins with ("RF" of RF-001), "" for none."""
    if span.kind in {"fence", "heading", "lead"}:
        return ""
    return prefix(span.cells[0][1] if span.cells else span.text)


def _is_statement(span: BriefSpan) -> bool:
    """Return whether it is long enough to say something; a row needs two cells with words."""
    if span.kind == "row":
        if any(_NO_DEMAND_HEADER.match(header) for header, _ in span.cells[:1]) or any(
            _PRICE.search(header) for header, _ in span.cells[1:]
        ):
            return False
        return sum(1 for _, text in span.cells if text) > 1
    return len(span.text.split()) >= 3 or len(_HAN.findall(span.text)) >= 4
