"""What a brief names: technologies, roles, links."""

import re
from collections.abc import Iterator

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.brief import BriefSpan, Mention, Role
from lld_agent.model.source import SourceText
from lld_agent.sources.brief.ids import identified, whole_id
from lld_agent.sources.brief.normative import without_label
from lld_agent.sources.brief.segment import role_of_title
from lld_agent.sources.brief.words_of import ambiguous_technologies, technology_patterns
from lld_agent.text.inline import links

_STORY = re.compile(
    r"^(?:as an? |als (?:ein |eine |einen )?|(?:yo )?como (?:un |una |um |uma )?)(?P<en>[^,]{2,40}?)"
    r",?\s+(?:i (?:want|need|can|would|am|should|must)|(?:möchte|will|brauche|kann) ich|"
    r"(?:yo )?(?:quiero|necesito|puedo)|(?:eu )?(?:quero|preciso|desejo|posso))|"
    r"^作为(?:一名|一个|一位)?(?P<zh>[^，,]{1,12})[，,]",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\A(?:user |target )?(?:roles?|personas?|actors?|user types?|users?|persona name|"
    r"rollen?|akteure?|papel|papéis|perfil|perfis|ator|"
    r"actor|rol|角色|用户角色|参与者)\Z",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"^(?:persona |user |actor )?\d+(?:\.\d+)*[.):]?\s+", re.IGNORECASE)
_NAMED = re.compile(r"^(?P<name>[^:：–—|]{2,40}?)\s*(?:[:：]|\s[-–—]\s)\s*\S")
# Before the first word of a sentence, of a cell, or behind a colon.
_BEGINS = re.compile(r"(?:\A|[.!?:|–—-]\s*)\W*\Z")
_SKIPPED = {Role.META, Role.ALTERNATIVES, Role.GLOSSARY, Role.SCOPE_OUT}
# What is named to say that it is not used: "No WhatsApp.", "must not use Kafka", "ohne Redis".
_NEAR = 40
_DENIED = re.compile(
    r"(?:(?<!\w)(?:no|not|never|without|instead of|rather than|kein\w{0,2}|nicht|ohne|statt|sin|sem|não|nunca)\s+"
    r"(?!only|just|nur|solo|apenas)(?:(?!only|just|nur|solo|apenas)\w+\s+)?|(?:不用|不使用|不采用|不得使用|禁止使用)\s*)\Z",
    re.IGNORECASE,
)


def technologies(spans: tuple[BriefSpan, ...]) -> Iterator[Mention]:
    """Yield each technology once, where the brief first names it as something that is there.

    Not among alternatives or out of scope, and not where a sentence says that it is not used.
    """
    seen: set[str] = set()
    for span in spans:
        if span.kind == "fence" or span.role in _SKIPPED:
            continue
        for category, pattern in technology_patterns():
            for found in pattern.finditer(span.text):
                name = found[0]
                if name in ambiguous_technologies() and _BEGINS.search(span.text[: found.start()]):
                    continue
                if _DENIED.search(span.text[max(0, found.start() - _NEAR) : found.start()]):
                    continue
                if name.casefold() not in seen:
                    seen.add(name.casefold())
                    yield Mention(name, name, span.id, category)


def roles(spans: tuple[BriefSpan, ...]) -> Iterator[Mention]:
    """Yield each role once: of user stories, and of sections about users."""
    seen: set[str] = set()
    for span in spans:
        name = _role(span)
        if name and name.casefold() not in seen:
            seen.add(name.casefold())
            yield Mention(name, name, span.id, "role")


def _role(span: BriefSpan) -> str:
    story = _STORY.match(without_label(identified(span.text).rest))
    if story:
        return (story["en"] or story["zh"]).strip()
    if span.kind == "row" and span.cells:
        header, name = next((c for c in span.cells if not whole_id(c[1])), span.cells[0])
        return _short(name) if span.role is Role.USERS or _HEADER.search(header) else ""
    if span.kind == "heading" and role_of_title(" ".join(span.headings[-2:-1])) is Role.USERS:
        return _short(_ORDINAL.sub("", span.text)) if not role_of_title(span.text) else ""
    if span.kind == "item" and _lists_users(span):
        found = _NAMED.match(span.text)
        return _short(found["name"] if found else span.text)
    return ""


def _lists_users(span: BriefSpan) -> bool:
    """Return whether the heading or lead just above an item announces users."""
    return any(role_of_title(title) is Role.USERS for title in (span.lead, *span.headings[-1:]))


def _short(name: str) -> str:
    """Return a name that may be a role: few words, no sentence, no abbreviation alone."""
    name = name.strip(" .*_")
    fits = 0 < len(name.split()) <= 4 and not (name.isupper() and name.isascii() and len(name) < 4)
    return name if fits and not name.endswith((".", ":", "。")) else ""


def read_links(
    source: SourceText, blocks: tuple[Block, ...], spans: tuple[BriefSpan, ...]
) -> Iterator[Mention]:
    """Yield each link once; `text` is Markdown, `name` the words of the link."""
    seen: set[str] = set()
    for block in blocks:
        if block.kind in {BlockKind.FENCE, BlockKind.FRONT_MATTER, BlockKind.HTML}:
            continue
        text = source.slice(block.span)
        if "](" not in text and "://" not in text:
            continue
        for link in links(text, block.span.start):
            if link.image or link.target.startswith("#") or link.target in seen or not link.text:
                continue
            seen.add(link.target)
            owner = _owner(spans, link.span.start)
            if owner:
                shown = link.text if link.text == link.target else f"[{link.text}]({link.target})"
                yield Mention("" if link.text == link.target else link.text, shown, owner, "link")


def _owner(spans: tuple[BriefSpan, ...], position: int) -> str:
    return next((s.id for s in spans if s.span.start <= position < s.span.end), "")
