"""What a mutation is: an edit of a design that was read, and the operator that makes such edits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from lld_agent.errors import InternalError
from lld_agent.model.design import Design
from lld_agent.model.source import SourceText, Span


class Kind(StrEnum):
    """Who is to find a defect, after section 5 of the critic's design.

    Attributes:
        RULES: the rules (class D).
        EITHER: rules or critics (D+L).
        CRITICS: only somebody who reads (L); counted apart.
        NONE: no defect at all: nothing new may be found.
    """

    RULES = "D"
    EITHER = "D+L"
    CRITICS = "L"
    NONE = "equivalent"


@dataclass(frozen=True, slots=True)
class Patch:
    """What stands at a span is replaced by a text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a document.

    Attributes:
        patches: one, but for operators that say that they change a thing everywhere.
        near: other places of the clean document that show the defect: the counterpart.
        about: names; every line of the mutant that holds one of them is a counterpart too.
    """

    patches: tuple[Patch, ...]
    near: tuple[Span, ...] = ()
    about: tuple[str, ...] = ()


Sites = Callable[[Design], Iterable[Edit]]
"""Returns every place of a design where an operator can make its edit, in document order."""


ALL = ("*",)
"""For `Operator.also`: a whole part goes, and every rule that read it may say so."""


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to put a defect into a clean design.

    Attributes:
        id: MU01, MU44a, ...; those of equivalent mutants begin with EQ. title: the edit in words.
        dimension: of the defect, as the critics have it.
        expect: rules that find it; one of them is enough.
        sites: where it can be made.
        also: rules that find true consequences of it elsewhere: neither a kill nor collateral.
        templates: designs it is for; empty: all.
        everywhere: it changes one thing at all its places, by several patches.
    """

    id: str
    title: str
    dimension: str
    expect: tuple[str, ...]
    sites: Sites
    kind: Kind = Kind.RULES
    also: tuple[str, ...] = ()
    templates: frozenset[str] = frozenset()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Mutant:
    """A document with one defect.

    Attributes:
        operator, file: of the edit.
        before, after: the lines touched, without and with the defect.
        source: the whole mutant.
        lines: 1-based lines of the mutant that the edit touches.
        counterpart: those that show the other side.
    """

    operator: Operator
    file: str
    before: str
    after: str
    source: SourceText
    lines: frozenset[int]
    counterpart: frozenset[int]


def mutate(operator: Operator, design: Design, edit: Edit) -> Mutant:
    """Return a design's document with an edit made.

    Raises:
        InternalError: the edit is not exactly one change, which is a mistake of its operator.
    """
    source = design.source
    patches = sorted(edit.patches, key=lambda patch: patch.span)
    _prove_single(operator, source, patches)
    parts: list[str] = []
    touched: list[Span] = []
    at = length = 0
    for patch in patches:
        kept = source.text[at : patch.span.start]
        length += len(kept)
        touched.append(Span(length, length + len(patch.text)))
        parts += [kept, patch.text]
        length += len(patch.text)
        at = patch.span.end
    mutated = source_like(source, "".join([*parts, source.text[at:]]))
    lines = {n for span in touched for n in _lines(mutated, span)}
    near = {n for span in edit.near for n in _lines(mutated, _moved(span, patches))}
    return Mutant(
        operator,
        source.path,
        _around(source, [patch.span for patch in patches]),
        _around(mutated, touched),
        mutated,
        frozenset(lines),
        frozenset(near | _holding(mutated, edit.about)),
    )


def source_like(source: SourceText, text: str) -> SourceText:
    """Return another text under the name of a source."""
    return SourceText(text, source.path, bom=source.bom, encoding=source.encoding)


def _prove_single(operator: Operator, source: SourceText, patches: list[Patch]) -> None:
    if len(patches) != 1 and not (operator.everywhere and patches):
        raise InternalError(f"{operator.id} makes {len(patches)} edits")
    at = 0
    for patch in patches:
        if not at <= patch.span.start <= patch.span.end <= len(source.text):
            raise InternalError(f"{operator.id} edits outside the document or twice")
        if source.slice(patch.span) == patch.text:
            raise InternalError(f"{operator.id} changes nothing")
        at = patch.span.end


def _lines(source: SourceText, span: Span) -> range:
    """Return the lines of a span; of an empty one those that it stands between."""
    first, last = source.line_of(span.start), source.line_of(max(span.start, span.end - 1))
    return range(first - 1 if span.start == span.end else first, last + 1)


def _moved(span: Span, patches: list[Patch]) -> Span:
    """Return where a span of the clean document stands in the mutant."""

    def moved(offset: int) -> int:
        shift = 0
        for patch in patches:
            if patch.span.end <= offset:
                shift += len(patch.text) - (patch.span.end - patch.span.start)
            elif patch.span.start < offset:
                return shift + patch.span.start
        return offset + shift

    start = moved(span.start)
    return Span(start, max(start, moved(span.end)))


def _holding(source: SourceText, names: Iterable[str]) -> set[int]:
    wanted = [name.casefold() for name in names if name.strip()]
    return {
        number
        for number, line in enumerate(source.lines, 1)
        if any(name in line.casefold() for name in wanted)
    }


def _around(source: SourceText, spans: list[Span]) -> str:
    numbers = sorted({n for span in spans if span.start != span.end for n in _lines(source, span)})
    return "\n".join(source.lines[number - 1] for number in numbers)
