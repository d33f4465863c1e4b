"""What a document states, without the places that state nothing: other people's scope, wishes, glossaries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lld_agent.language.lexicon import open_marks
from lld_agent.model.design import Design, Section
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Limitation, Threat

_NO_STATEMENT = re.compile(
    r"glossar|alternativ|\A\W*references\W*\Z|(?:revision|document|version) history|changelog|table of contents"
    r"|\blimitations\b|technical debt|tech debt|planned|\bfuture\b|improvements\b|roadmap|open (?:questions?|issues?)"
    r"|out[- ]of[- ]scope|non-?goals?|design record|não[- ]objetivos|fora de escopo|fuera de alcance"
    r"|nicht im umfang|limitações|limitaciones|einschränkungen",
    re.IGNORECASE,
)
_TESTS = re.compile(r"\btest(?:s|ing|ar)?\b|\btestes\b|pruebas", re.IGNORECASE)
_OUT = re.compile(
    r"out[- ]of[- ]scope|non-?goals?|not in scope|fora d[eo] escopo|fuera de(?:l)? alcance"
    r"|nicht im umfang",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:no|not|without|never|lacks?|missing|cannot|sem|sin|ohne|keine?[nrs]?)\b[^.|]{0,24}\Z",
    re.IGNORECASE,
)
_BEFORE = 40
_RUN = re.compile(r"[^\W_]+")
_JOINTS = str.maketrans("-_", "  ")


@dataclass(frozen=True)
class Passages:
    """The text of a document with what does not count blanked out, so that places stay the same."""

    text: str

    @cached_property
    def _lower(self) -> str:
        lower = self.text.lower()
        if len(lower) != len(self.text):
            lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)
        return lower.translate(_JOINTS)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_RUN.findall(self._lower))

    def phrase(self, phrase: str) -> Span | None:
        """Return the first place where a phrase in lower case stands as whole words, not negated.

        `rate limit`, `rate-limit` and `RATE_LIMIT` are one phrase.
        """
        first = _RUN.search(phrase)
        if first and first[0] not in self._words:
            return None
        lower, at = self._lower, 0
        phrase = phrase.translate(_JOINTS)
        while (at := lower.find(phrase, at)) >= 0:
            end = at + len(phrase)
            whole = not _is_word(lower, at - 1, phrase[0]) and not _is_word(lower, end, phrase[-1])
            if whole and self._stands(at):
                return Span(at, end)
            at = end
        return None

    def search(self, pattern: re.Pattern[str]) -> Span | None:
        """Return the first match of a pattern that is not negated."""
        for found in pattern.finditer(self.text):
            if self._stands(found.start()):
                return Span(found.start(), found.end())
        return None

    def line(self, at: int) -> str:
        """Return the line that holds an offset."""
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        return self.text[start : end if end >= 0 else len(self.text)]

    def _stands(self, at: int) -> bool:
        start = max(self.text.rfind("\n", 0, at) + 1, at - _BEFORE)
        return _NEGATED.search(self.text[start:at]) is None


def _is_word(text: str, at: int, edge: str) -> bool:
    """Return whether the character at a place goes on a word that ends in `edge`."""
    if not 0 <= at < len(text):
        return False
    return edge.isalnum() and text[at].isalnum()


@dataclass(frozen=True, slots=True)
class Told:
    """The passages of a document; lines that are open questions are in none of them.

    Attributes:
        stated: what the design is: prerequisites look here.
        answered: the same with tests: controls look here.
        left: what it leaves to others: lists of what is out of scope.
        limits: rows about known limitations.
        open: lines that are open questions.
    """

    stated: Passages
    answered: Passages
    left: Passages
    limits: tuple[ReadRow, ...]
    open: Passages


def passages(design: Design) -> Told:
    """Return what a document states, answers, and leaves to others."""
    text = design.source.text
    out = list(_left(design))
    nothing = [section.span for section in _with_children(design, _NO_STATEMENT)]
    nothing += [row.span for row in design.of(Threat)]
    asked = list(_open(text))
    nothing += asked
    tests = [s.span for s in _with_children(design, _TESTS)]
    return Told(
        stated=Passages(_blank(text, [*nothing, *out, *tests])),
        answered=Passages(_blank(text, [*nothing, *out])),
        left=Passages(_only(text, out)),
        limits=design.of(Limitation),
        open=Passages(_only(text, asked)),
    )


def _open(text: str) -> Iterable[Span]:
    for at in open_marks(text):
        end = text.find("\n", at)
        yield Span(text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text))


def _with_children(design: Design, titles: re.Pattern[str]) -> Iterable[Section]:
    taken: set[int] = set()
    for number, section in enumerate(design.sections):
        if section.parent in taken or (section.level > 1 and titles.search(section.title)):
            taken.add(number)
            yield section


def _left(design: Design) -> Iterable[Span]:
    """Yield the lists under `Out of scope`, and sections of that title."""
    for section in design.sections:
        if section.level and _OUT.search(section.title):
            yield section.span
            continue
        after = False
        for block in design.blocks[section.first + 1 : section.last]:
            if block.kind.value == "paragraph":
                after = _OUT.search(block.text) is not None and len(block.text) < 60
            if after:
                yield block.span


def _spaces(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _blank(text: str, spans: Iterable[Span]) -> str:
    parts, at = [], 0
    for span in sorted(spans):
        if span.end <= at:
            continue
        start = max(at, span.start)
        parts += [text[at:start], _spaces(text[start : span.end])]
        at = span.end
    return "".join([*parts, text[at:]])


def _only(text: str, spans: Iterable[Span]) -> str:
    parts, at = [], 0
    for span in sorted(spans):
        if span.end <= at:
            continue
        start = max(at, span.start)
        parts += [_spaces(text[at:start]), text[start : span.end]]
        at = span.end
    return "".join([*parts, _spaces(text[at:])]) if parts else ""
