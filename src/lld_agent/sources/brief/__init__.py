"""A requirement document as a brief: what it says, piece by piece, and where."""

import re
from collections import Counter

from lld_agent.model.blocks import BlockKind
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
_DOCUMENT = (
    r"(?:(?:software|product|system|functional|business|technical|project|feature|added|modified)s? )*"
    r"(?:requirements?|specifications?|specs?|prd|srs|brd|frd)(?: (?:document|specification|spec|definition))?"
    r"(?:\s*\((?:prd|srs|brd|frd)\))?|pflichtenheft|lastenheft|anforderungen|requisitos|requerimientos|"
    r"documento de requ\w+(?: d\w+ \w+)?|levantamento de requisitos|especificaci[oó]n de requ\w+|需求文档|产品需求文档|需求"
)
_GENERIC = re.compile(
    rf"(?:\d+[.)]?\s*)?(?:introduction|overview|background|summary|purpose|readme|docs|spec|{_DOCUMENT}|einleitung|überblick|"
    r"introducción|introdução|概述|引言|背景)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\A[\w.-]+\.(?:md|txt|markdown)\s*[—–:-]?\s*", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:(?:product|project|feature|service|app|application|system) ?name|projekt(?:name)?|proyecto|projeto|nombre del proyecto|"
    r"nome do projeto|产品名称|项目名称)\s*[:：]\s*(?P<name>[^\n]{2,80})\Z",
    re.IGNORECASE,
)
_WORDLESS = {BlockKind.FRONT_MATTER, BlockKind.HTML, BlockKind.RULE}
_NO_NAMES = {Role.OVERVIEW, Role.META}
_LONGEST_TITLE = 16
_HEAD = 30
"""How many spans from the top may say the name of what is asked for."""
_TITLE_NOISE = re.compile(
    rf"^(?:RFC|KEP|MSC|(?:{_DOCUMENT}))[\s\d-]*[:：–—-]\s*|\s*[—–:-]?\s*(?:PRD|Product Requirements? Document)\s*$",
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


def is_wordless(brief: Brief) -> bool:
    """Return whether a document is nothing but front matter, comments and rules.

    Words nested deeper than anything is read are words.
    """
    blocks = parse_blocks(brief.source)
    return not brief.spans and all(block.kind in _WORDLESS for block in blocks)


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
    """Return the name of what is asked for: the title, a name given at the top, or the file's."""
    first = next((span.text for span in spans if span.kind == "heading"), "")
    named = _cleaned(first)
    if named:
        return named
    told = (_NAMED.match(span.text) for span in spans[:_HEAD])
    below = spans[1].text if len(spans) > 1 and spans[1].kind == "heading" else ""
    steps = (re.sub(r"[-_]+", " ", step) for step in _steps_of(source.path))
    given = (found["name"].strip(" .") for found in told if found)
    found = next((name for name in (*given, _cleaned(below), *map(_cleaned, steps)) if name), "")
    return found or first or "Untitled"


def _steps_of(path: str) -> tuple[str, ...]:
    """Return the name of a file without its ending, then of its folder: both may name the thing."""
    *folders, name = re.split(r"[\\/]", path)
    return (name.rpartition(".")[0], *folders[-1:])


def _cleaned(title: str) -> str:
    """Return a title without what kind of document it heads, "" where nothing else is left."""
    bare = _TITLE_NOISE.sub("", _FILE.sub("", title)).strip()
    fits = bare and len(bare.split()) <= _LONGEST_TITLE and not _GENERIC.fullmatch(bare)
    return bare if fits and role_of_title(bare) not in _NO_NAMES else ""


def _kind(spans: tuple[BriefSpan, ...]) -> str:
    roles = {role_of_title(span.text) for span in spans if span.kind == "heading"}
    if not roles:
        return "text"
    return "rfc" if len(roles & _RFC_ROLES) > 1 and Role.REQUIREMENTS not in roles else "prd"


def _summary(spans: tuple[BriefSpan, ...]) -> tuple[str, ...]:
    """Return the first sentences of the first section about purpose, else of the document."""
    prose = [span for span in spans if _is_prose(span)]
    listed = [span for span in spans if span.role is Role.OVERVIEW and _is_told(span)]
    named = [span for span in prose if span.role is Role.OVERVIEW]
    found = named or listed or [span for span in prose if span.role is not Role.META]
    return tuple(s.id for s in found if s.headings == found[0].headings)[:3]


def _is_told(span: BriefSpan) -> bool:
    return span.kind == "item" and not _NAMED.match(span.text)


def _is_prose(span: BriefSpan) -> bool:
    long_enough = len(span.text.split()) > 3 or len(_HAN.findall(span.text)) > 5
    return span.kind == "sentence" and long_enough and span.text[-1] not in "?？:："
