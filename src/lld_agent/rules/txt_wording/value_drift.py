"""TXT003."""

import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from lld_agent.language.names import canonical_name
from lld_agent.language.quantity import find_quantities
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.model.quantity import Quantity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_ASPECTS = {
    "lifetime": r"(?:expires?|lives?|lasts?|(?:is|are) valid|lifetime|life|ttl|expiry|expiration|validity)",
    "timeout": r"(?:times out|timeout)",
    "retention": r"(?:(?:is|are) (?:kept|retained|deleted)|retention(?: period)?)",
    "rotation": r"(?:(?:is|are) rotated|rotation(?: period)?)",
    "size": r"(?:max(?:imum)? size|size limit)",
}
_SAID = {
    aspect: re.compile(
        r"(?P<subject>(?:[A-Za-z][\w-]{1,40} ){0,2}[A-Za-z][\w-]{1,40})\s(?:have |has )?(?:an? )?"
        + words
        + r"(?![\w-])"
        r"(?:\s?[:=(]|\s(?:after|for|of|in|is|every|within|at|to)){0,3}\s{0,2}(?P<value>[<>~≤]?\s?\d)",
        re.IGNORECASE,
    )
    for aspect, words in _ASPECTS.items()
}
_ANY = re.compile("|".join(_ASPECTS.values()), re.IGNORECASE)
_FILLER = re.compile(
    r"\b(?:the|a|an|its|their|each|every|all|and|or|of|with|which|that|this|these|default|max|maximum|min|minimum|new|has|have|"
    r"if|when|is|are|for|to|on|in|by|it|they|set|short|long|any)\b",
    re.IGNORECASE,
)


class _Value(NamedTuple):
    subject: str
    name: str
    quantity: Quantity
    span: Span


class ValueDrift(Rule):
    """What is said twice is said with one value.

    ## What it checks
    Lifetimes, timeouts, retentions, rotations and size limits in sentences, lists and cells: the same subject in
    different sections.

    ## Why
    Half of the readers build the other value.

    ## Fires when
    Two sections give the same aspect of the same subject with different quantities of one dimension and percentile.

    ## Incorrect
        "An access token expires after 15 minutes" and "access token lifetime: 30 minutes"

    ## Correct
        The same value in both, or one that refers to the other.

    ## Known false positives
    Two things with one name, or one thing in two environments: a preview rule until it is measured.

    ## Sections read
    Paragraphs, lists and tables.

    ## Source
    Own.
    """

    id: ClassVar[str] = "TXT003"
    name: ClassVar[str] = "value-drift"
    severity: ClassVar[Severity] = Severity.WARNING
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per subject."""
        groups: dict[tuple[str, str, str], list[_Value]] = {}
        for aspect, value in _values(design):
            key = (aspect, value.subject, value.quantity.dimension.value)
            groups.setdefault(key, []).append(value)
        for (aspect, subject, _), values in groups.items():
            first = values[0]
            other = next((v for v in values[1:] if _differs(first, v, design)), None)
            if other is not None:
                yield Hit(
                    message=f"{first.name}: {aspect} is {first.quantity.raw} in one section and {other.quantity.raw} in another",
                    places=(Place(first.span), Place(other.span, "the other value")),
                    subject=subject,
                    object=aspect,
                    hint="give one value, once",
                )


def _differs(one: _Value, other: _Value, design: Design) -> bool:
    apart = design.section_at(one.span).span != design.section_at(other.span).span
    same = one.quantity.qualifier == other.quantity.qualifier
    return apart and same and abs(one.quantity.high - other.quantity.high) > 1e-9


def _values(design: Design) -> Iterator[tuple[str, _Value]]:
    """Yield aspect and value of each sentence, item and row that gives one."""
    for block in design.blocks:
        if block.kind in {BlockKind.HEADING, BlockKind.FENCE, BlockKind.FRONT_MATTER}:
            continue
        at = block.span.start
        for line in design.source.slice(block.span).splitlines(keepends=True):
            if _ANY.search(line) and any(character.isdigit() for character in line):
                yield from _in_line(line[:2000], at)
            at += len(line)


def _in_line(line: str, at: int) -> Iterator[tuple[str, _Value]]:
    text = re.sub(r"[*`|]", " ", line)
    quantities = find_quantities(text)
    for aspect, pattern in _SAID.items() if quantities else ():
        for found in pattern.finditer(text):
            name = " ".join(_FILLER.sub(" ", found["subject"]).split())
            near = [q for q in quantities if abs(q.span.start - found.start("value")) <= 2]
            if len(name) > 3 and len(name.split()) > 1 and len(near) == 1:
                span = Span(at + found.start(), at + near[0].span.end)
                yield aspect, _Value(canonical_name(name), name, near[0], span)
