"""From what a critic raised to a candidate: every quote found, every word about the document checked."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from textwrap import shorten

from lld_agent.critics.evidence import Pages, normal, says_nothing
from lld_agent.critics.numbers import unfounded
from lld_agent.critics.reading import Part, visible_lines
from lld_agent.critics.reasons import Reason
from lld_agent.critics.wire import Quote, Raised
from lld_agent.language.names import canonical_name, tokens
from lld_agent.language.stems import stems
from lld_agent.model.criticism import Rejected
from lld_agent.model.design import Design
from lld_agent.model.finding import Finding
from lld_agent.rules.critics import Critic

_TEMPLATE_TEXT = "STR002"
"""The rule that reports text of the template that nobody replaced: it is no evidence."""

_MOST_HITS = 12
_TITLE, _CLAIM = 120, 600
"""Characters that are kept of what a model says."""

_LONGEST = 20
"""Lines of a quote from which on it points at nothing."""


@dataclass(frozen=True, slots=True)
class Located:
    """A quote that stands in the document, normalised, and where."""

    text: str
    first: int
    last: int
    role: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding of a critic that code could not fault.

    Attributes:
        critic: that raised it.
        raised: as it was raised.
        quotes: that were found, the premise first.
        subjects: what of the document it is about, canonical.
        hits: lines where words stand that it says are absent.
        votes: how many times it was raised.
    """

    critic: Critic
    raised: Raised
    quotes: tuple[Located, ...]
    subjects: tuple[str, ...]
    hits: tuple[int, ...] = ()
    votes: int = 1

    @property
    def message(self) -> str:
        """What it says, one line."""
        return message_of(self.raised)

    @property
    def id(self) -> str:
        """16 hex digits over what it says and rests on; lines of the document have no part in it."""
        text = "\x1f".join((self.critic.id, self.message, *(quote.text for quote in self.quotes)))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def lines(self) -> frozenset[int]:
        """All lines that it rests on."""
        return frozenset(n for q in self.quotes for n in range(q.first, q.last + 1))


def message_of(raised: Raised) -> str:
    """Return title and claim as one line, at most as long as people read."""
    title = shorten(raised.title, _TITLE, placeholder=" ...")
    claim = shorten(raised.claim, _CLAIM, placeholder=" ...")
    return f"{title.rstrip('.:')}: {claim}" if title and claim else title or claim


@dataclass(frozen=True)
class Document:
    """A design as candidates are checked against it.

    Attributes:
        design: the document.
        known: what the rules found in it.
    """

    design: Design
    known: Sequence[Finding] = ()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """What a person sees of it."""
        return visible_lines(self.design)

    @cached_property
    def pages(self) -> Pages:
        """It, for quotes to be looked up."""
        return Pages(self.lines)

    @cached_property
    def headings(self) -> frozenset[int]:
        """Lines of headings."""
        source = self.design.source
        return frozenset(
            number
            for section in self.design.sections
            if section.level
            for number in range(
                source.line_of(section.heading_span.start),
                source.line_of(max(section.heading_span.end - 1, section.heading_span.start)) + 1,
            )
        )

    @cached_property
    def template_text(self) -> frozenset[int]:
        """Lines that still hold text of the template."""
        return frozenset(f.location.line for f in self.known if f.rule == _TEMPLATE_TEXT)

    @cached_property
    def names(self) -> Mapping[tuple[str, ...], str]:
        """What the document declares: endpoints, entities, enumerations, and the keys of all rows."""
        design = self.design
        declared = [f"{e.method} {e.path}" for e in design.endpoints]
        declared += [e.path for e in design.endpoints]
        declared += [name for entity in design.entities for name in entity.names]
        declared += [f"{enum.owner} {enum.field}" for enum in design.enums]
        declared += [row.key.text for row in design.rows if row.key.text]
        declared += [section.title for section in design.sections if section.title]
        return {tokens(name): name for name in reversed(declared) if tokens(name)}

    def named(self, subject: str) -> str:
        """Return what of the document a subject is, canonical: the same for all ways to say it.

        That is what it declares under that name, else the words themselves where they stand in it,
        else the longest declared name within them (`the expiry job of bookings`); "" for nothing.
        """
        words = tokens(subject)
        if words in self.names or (normal(subject) and normal(subject) in self.pages.text):
            return canonical_name(self.names.get(words, subject))
        held = set(words)
        within = [name for name in self.names if held.issuperset(name) and len("".join(name)) > 3]
        best = max(within, key=lambda name: (len("".join(name)), name), default=None)
        return "" if best is None else canonical_name(self.names[best])

    def section_of(self, line: int) -> str:
        """Return the title of the section that holds a line."""
        return self.design.section_at(self.design.source.line_span(line - 1, line)).title

    def mentions(self, terms: Iterable[str], beside: frozenset[int]) -> tuple[int, ...]:
        """Return the lines that hold all words of a term in any form, without those of the quotes."""
        wanted = [frozenset({*stems(term), *tokens(term)} - {""}) for term in terms if term.strip()]
        found = (
            number
            for number, words in self._words
            if number not in beside and any(need and need <= words for need in wanted)
        )
        return tuple(found)[:_MOST_HITS]

    @cached_property
    def _words(self) -> tuple[tuple[int, frozenset[str]], ...]:
        return tuple(
            (number, frozenset({*stems(line), *tokens(line)}))
            for number, line in enumerate(self.lines, 1)
            if line.strip()
        )


def examined(
    raised: Raised, critic: Critic, part: Part, document: Document
) -> Candidate | Rejected:
    """Return a candidate, or why code does not take what a critic raised.

    Args:
        raised: by the critic.
        critic: which one.
        part: what it was shown; numbers of lines are those of the part.
        document: the whole document.
    """
    places = [
        (
            quote,
            document.pages.find(
                quote.quote, (part.line(quote.line_start), part.line(quote.line_end))
            ),
        )
        for quote in raised.evidence
    ]
    quotes = [_located(quote, place) for quote, place in places if place is not None]
    lost = [quote.quote for quote, place in places if place is None]
    fault = next(_faults(raised, critic, quotes, lost, document), None)
    if fault is not None:
        return _no(raised, critic, *fault, quotes)
    telling = (q for q in quotes if _tells(q, document))
    found = Candidate(
        critic,
        raised,
        tuple(sorted(telling, key=lambda q: (q.role != "premise", q.first))),
        tuple(dict.fromkeys(filter(None, map(document.named, raised.subjects)))),
    )
    if raised.kind != "omission":
        return found
    return replace(found, hits=document.mentions(raised.absence_terms, found.lines))


def _faults(
    raised: Raised,
    critic: Critic,
    quotes: Sequence[Located],
    lost: Sequence[str],
    document: Document,
) -> Iterator[tuple[Reason, str]]:
    """Yield what speaks against a finding, the plainest first."""
    if raised.kind not in critic.kinds:
        yield Reason.KIND_NOT_ALLOWED, f"{critic.key} raises no {raised.kind}"
    if lost:
        detail = f"not in the document: {' '.join(lost[0].split())[:120]}"
        yield Reason.EVIDENCE_NOT_FOUND, detail
    telling = [q for q in quotes if _tells(q, document)]
    if quotes and not telling:
        detail = "only headings, headers of tables, text of the template or whole pages are quoted"
        yield Reason.EVIDENCE_WEAK, detail
    missing = _missing(raised, telling)
    if missing:
        yield Reason.EVIDENCE_MISSING, missing
    numbers = _unfounded(raised, telling, document)
    if numbers:
        yield (
            Reason.NUMBER_NOT_FOUND,
            f"in no quote, and following from none: {', '.join(numbers)}",
        )
    if not any(map(document.named, raised.subjects)):
        detail = f"the document does not name {', '.join(raised.subjects) or 'any subject'}"
        yield Reason.SUBJECT_UNKNOWN, detail


def relocated(candidate: Candidate, before: Document, document: Document) -> Candidate | None:
    """Return a candidate as it stands in another state of its document; None where its words are gone.

    The same words in another section are another statement.
    """
    places = [
        next(
            (
                place
                for place in document.pages.places(q.text)
                if document.section_of(place[0]) == before.section_of(q.first)
            ),
            None,
        )
        for q in candidate.quotes
    ]
    found = [
        Located(q.text, *place, q.role)
        for q, place in zip(candidate.quotes, places, strict=True)
        if place is not None
    ]
    if len(found) < len(candidate.quotes):
        return None
    moved = replace(candidate, quotes=tuple(found))
    if candidate.raised.kind != "omission":
        return moved
    return replace(moved, hits=document.mentions(candidate.raised.absence_terms, moved.lines))


def _located(quote: Quote, place: tuple[int, int]) -> Located:
    return Located(normal(quote.quote), *place, quote.role)


def _tells(quote: Located, document: Document) -> bool:
    if quote.last - quote.first >= _LONGEST:
        return False
    if set(range(quote.first, quote.last + 1)) <= document.template_text:
        return False
    return not says_nothing(document.lines, quote.first, quote.last, document.headings)


def _missing(raised: Raised, quotes: Sequence[Located]) -> str:
    """Return what a finding of its kind lacks, "" for nothing."""
    if not quotes:
        return "nothing is quoted"
    if raised.kind == "contradiction" and len({q.first for q in quotes}) < 2:
        return "a contradiction needs two quotes from different lines"
    if raised.kind == "omission" and not any(term.strip() for term in raised.absence_terms):
        return "an omission needs words that were looked for"
    return ""


def _unfounded(raised: Raised, quotes: Sequence[Located], document: Document) -> tuple[str, ...]:
    told = [line for q in quotes for line in document.lines[q.first - 1 : q.last]]
    return unfounded(
        f"{raised.title}. {raised.claim}", (*told, *raised.absence_terms, *raised.subjects)
    )


def _no(
    raised: Raised,
    critic: Critic,
    reason: Reason,
    detail: str,
    quotes: Sequence[Located] = (),
) -> Rejected:
    return Rejected(
        rule=critic.id,
        message=message_of(raised),
        severity=raised.severity,
        quotes=tuple(" ".join(q.quote.split()) for q in raised.evidence),
        lines=tuple(q.first for q in quotes),
        reason=reason.value,
        detail=detail,
    )


def rejected(candidate: Candidate, reason: Reason, detail: str) -> Rejected:
    """Return a candidate as something that is not reported."""
    return _no(candidate.raised, candidate.critic, reason, detail, candidate.quotes)
