"""Does a span demand something?"""

import re
from dataclasses import replace

from lld_agent.model.brief import BriefSpan, Role
from lld_agent.sources.brief.segment import role_of_title
from lld_agent.sources.brief.words_of import normative_patterns

_NEVER = {Role.META, Role.GLOSSARY, Role.REFERENCES, Role.ALTERNATIVES, Role.FUTURE, Role.RISKS}
_DEMANDING = {Role.REQUIREMENTS, Role.NON_FUNCTIONAL, Role.ACCEPTANCE, Role.CONSTRAINTS}
_QUESTION = re.compile(r"[?？]\s*\Z")
_CHECKBOX = re.compile(r"\[[ xX]\]\s|\([A-Z]\)\s")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NO_DEMAND_HEADER = re.compile(
    r"(?:term|acronym|version|date|author|error code|status code)\Z", re.IGNORECASE
)


def judge(spans: tuple[BriefSpan, ...]) -> tuple[BriefSpan, ...]:
    """Return the spans with `normative` set."""
    return tuple(replace(span, normative=True) if is_normative(span) else span for span in spans)


def is_normative(span: BriefSpan) -> bool:
    """Return whether a span demands something of what is to be built.

    By its words; under a heading of requirements, items and rows demand by standing there.
    """
    if span.kind in {"heading", "fence"} or span.role in _NEVER or _QUESTION.search(span.text):
        return False
    if span.text.endswith((":", "：")) or _CHECKBOX.match(span.text) or not _is_statement(span):
        return False
    if any(pattern.search(span.text) for pattern in normative_patterns("always")):
        return True
    if not is_demanding(span):
        return False
    if span.kind in {"item", "row"}:
        return True
    return any(pattern.search(span.text) for pattern in normative_patterns("in_requirements"))


def is_demanding(span: BriefSpan) -> bool:
    """Return whether a span stands under a heading of requirements, however deep."""
    return any(role_of_title(title) in _DEMANDING for title in span.headings)


def _is_statement(span: BriefSpan) -> bool:
    """Return whether it is long enough to say something; a row needs two cells with words."""
    if span.kind == "row":
        if span.cells and _NO_DEMAND_HEADER.match(span.cells[0][0]):
            return False
        return sum(1 for _, text in span.cells if text) > 1
    return len(span.text.split()) >= 3 or len(_HAN.findall(span.text)) >= 4
