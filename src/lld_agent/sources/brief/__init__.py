"""A requirement document as a brief: what it says, piece by piece, and where."""

import re
from collections import Counter

from lld_agent.model.brief import Brief, BriefSpan, Role
from lld_agent.model.source import SourceText
from lld_agent.sources.brief import structure, things
from lld_agent.sources.brief.entities import entities
from lld_agent.sources.brief.normative import judge
from lld_agent.sources.brief.requirements import read_requirements
from lld_agent.sources.brief.segment import role_of_title, segment
from lld_agent.sources.brief.words_of import function_words
from lld_agent.text.blocks import parse_blocks

_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_RFC_ROLES = {Role.ALTERNATIVES, Role.DECISIONS, Role.RISKS}
_GENERIC = re.compile(
    r"(?:\d+[.)]?\s*)?(?:introduction|overview|background|summary|purpose|prd|requirements?|einleitung|überblick|"
    r"introducción|introdução|概述|引言|背景)",
    re.IGNORECASE,
)
_TITLE_NOISE = re.compile(
    r"^(?:PRD|RFC|KEP|MSC|Product Requirements?(?: Document)?|Requirements?(?: Document| Specification)?|Anforderungen|"
    r"Pflichtenheft|Lastenheft|Requisitos|Documento de requisitos|需求文档|产品需求文档)[\s\d-]*[:：–—-]\s*|"
    r"\s*(?:PRD|Product Requirements? Document)\s*$",
    re.IGNORECASE,
)


def load_brief(source: SourceText) -> Brief:
    """Return what a requirement document says. Never fails on text; nothing in it is invented."""
    blocks = parse_blocks(source)
    spans = judge(segment(source, blocks))
    return Brief(
        source=source,
        title=_title(source, spans),
        language=language_of(" ".join(span.text for span in spans if span.kind != "fence")),
        kind=_kind(spans),
        spans=spans,
        requirements=read_requirements(spans),
        summary=_summary(spans),
        technologies=tuple(things.technologies(spans)),
        roles=tuple(things.roles(spans)),
        links=tuple(things.read_links(source, blocks, spans)),
        entities=entities(spans, source),
        endpoints=tuple(structure.endpoints(spans)),
        glossary=tuple(structure.glossary(spans)),
        alternatives=tuple(structure.alternatives(spans)),
        decisions=tuple(structure.decisions(spans)),
    )


def language_of(text: str) -> str:
    """Return en, de, es, pt or zh: by script, else by function words; en where nothing tells."""
    sample = text[:40_000]
    words = [word.lower() for word in _WORD.findall(sample)]
    if len(_HAN.findall(sample)) > len(words) / 2 and _HAN.search(sample):
        return "zh"
    counts = Counter(words)
    scores = {code: sum(counts[w] for w in known) for code, known in function_words().items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else "en"


def _title(source: SourceText, spans: tuple[BriefSpan, ...]) -> str:
    first = next((span.text for span in spans if span.kind == "heading"), "")
    if not first or len(first.split()) > 16 or _GENERIC.fullmatch(first):
        stem = re.split(r"[\\/]", source.path)[-1].rpartition(".")[0]
        first = stem.replace("-", " ").replace("_", " ").strip() or first or "Untitled"
    return _TITLE_NOISE.sub("", first).strip() or first


def _kind(spans: tuple[BriefSpan, ...]) -> str:
    roles = {role_of_title(span.text) for span in spans if span.kind == "heading"}
    if not roles:
        return "text"
    return "rfc" if len(roles & _RFC_ROLES) > 1 and Role.REQUIREMENTS not in roles else "prd"


def _summary(spans: tuple[BriefSpan, ...]) -> tuple[str, ...]:
    """Return the first sentences of the first section about purpose, else of the document."""
    prose = [span for span in spans if _is_prose(span)]
    named = [span for span in prose if span.role is Role.OVERVIEW]
    found = named or [span for span in prose if span.role is not Role.META]
    return tuple(s.id for s in found if s.headings == found[0].headings)[:3]


def _is_prose(span: BriefSpan) -> bool:
    long_enough = len(span.text.split()) > 3 or len(_HAN.findall(span.text)) > 5
    return span.kind == "sentence" and long_enough
