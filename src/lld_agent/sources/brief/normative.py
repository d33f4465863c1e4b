"""Does a span demand something?"""

import re
from collections import Counter
from dataclasses import replace

from lld_agent.model.brief import BriefSpan, Role
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
    r"(?:dieses dokument|dieser abschnitt|este documento|esta sección|esta seção|本文档|本节)",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？]\s*\Z")
_ID = re.compile(
    r"\[?(?P<prefix>[A-Z][A-Z0-9]{0,9}(?:-[A-Z]{1,8})?)[-_]?\d{1,5}(?:\.\d+)*[a-z]?\]?(?=[\s:：.)—–|-]|\Z)"
)
_CHECKBOX = re.compile(r"\[[ xX]\]\s|\([A-Z]\)\s")
_HAN = re.compile(r"[\u3400-\u9fff]")
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
    if id_prefix(span) in series:
        return True
    folded = fold(span.text)
    if _ABOUT_ITSELF.match(folded):
        return False
    return _matches("always", folded) or _demands_by_place(span, folded)


def _may_demand(span: BriefSpan) -> bool:
    """Return whether a span is a statement in a section that may hold demands."""
    if span.kind == "fence" or span.role in _NEVER or _QUESTION.search(span.text):
        return False
    lead = span.text.endswith((":", "：")) or _CHECKBOX.match(span.text)
    return not lead and _is_statement(span)


def _demands_by_place(span: BriefSpan, folded: str) -> bool:
    if span.role is Role.DESIGN:
        return _matches("in_requirements", folded) or _matches("in_design", folded)
    if not span.demanded:
        return False
    return span.kind in {"item", "row"} or _matches("in_requirements", folded)


def _matches(name: str, folded: str) -> bool:
    return any(pattern.search(folded) for pattern in normative_patterns(name))


def id_prefix(span: BriefSpan) -> str:
    """Return the letters of the id that a row or item begins with ("RF" of RF-001), "" for none."""
    if span.kind not in {"row", "item"}:
        return ""
    found = _ID.match(span.cells[0][1] if span.cells else span.text)
    return found["prefix"] if found else ""


def _is_statement(span: BriefSpan) -> bool:
    """Return whether it is long enough to say something; a row needs two cells with words."""
    if span.kind == "row":
        if span.cells and _NO_DEMAND_HEADER.match(span.cells[0][0]):
            return False
        return sum(1 for _, text in span.cells if text) > 1
    return len(span.text.split()) >= 3 or len(_HAN.findall(span.text)) >= 4
