"""CFG008."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.language.quantity import parse_quantity
from lld_agent.language.stems import stems
from lld_agent.language.units import hint_of
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Constraint, EnvVar, FeatureFlag
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SAID = re.compile(
    r"(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`*]*[\s,]*\(?(?:which |that )?(?:the )?"
    r"default(?:s to|s|:| is| of| value(?: is| of|:)?)?\s*[`\"']?"
    r"(?P<value>[^\s`\"',;)]+(?: (?:ms|s|sec\w*|min\w*|h|hours?|days?|[KMG]i?B|%)(?!\w))?)"
)
_BESIDE = re.compile(
    r"(?<!set )(?<!when )(?<!if )(?<!where )(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`*]* (?P<value>\d[\d,.]*)"
    r"(?=[ ,.;)]|\Z)(?! ?(?:to|or|and|-|–)\b)"
)
_WORDS = {
    "on": "true",
    "enabled": "true",
    "yes": "true",
    "1": "true",
    "off": "false",
    "disabled": "false",
    "no": "false",
    "0": "false",
}
_NOISE = stems("max maximum min default number count timeout limit seconds minutes ms total per")


class DefaultConflict(Rule):
    """A variable has one default.

    ## What it checks
    Defaults of variables against other tables that list the same name, sentences such as
    "`POOL_SIZE` (default 20)", and constraints that give the default of the same thing.

    ## Why
    One of the two numbers is what runs; the other is what people plan with.

    ## Fires when
    The values differ after units are converted, on and true are one, and blanks are left out.

    ## Incorrect
        | `POOL_SIZE` | No | `10` |    and "`POOL_SIZE` defaults to 20"

    ## Correct
        The same value in both.

    ## Known false positives
    A default per environment, written as one.

    ## Sections read
    Variables, feature flags, constraints, paragraphs and lists.

    ## Source
    Own.
    """

    id: ClassVar[str] = "CFG008"
    name: ClassVar[str] = "default-conflict"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per pair of values."""
        declared: dict[str, ReadRow] = {}
        for row in design.of(EnvVar):
            if row["default"].present and row.confidence >= 0.5 and _is_value(row["default"].text):
                name = row["variable"].text
                if name in declared:
                    yield from _compared(declared[name], row["default"].text, row.span)
                declared.setdefault(name, row)
        if not declared:
            yield Skipped("no table of variables has defaults")
            return
        for row in design.of(FeatureFlag):
            known = declared.get(row["flag"].text)
            if known is not None and _is_value(row["default"].text):
                yield from _compared(known, row["default"].text, row.span)
        for name, value, span in _said(design):
            if name in declared and _is_value(value):
                yield from _compared(declared[name], value, span)
        for row in design.of(Constraint):
            yield from _constraint(row, declared)


def _is_value(text: str) -> bool:
    return not is_none(text) and not is_open(text)


def _compared(row: ReadRow, other: str, span: Span) -> Iterator[Hit]:
    name, default = row["variable"].text, row["default"].text
    if span == row.span or _normal(default, name, row) == _normal(other, name, row):
        return
    yield Hit(
        message=f"{name} has the default {default} in the table of variables and {other} elsewhere",
        places=(Place(row["default"].span), Place(span, "the other default")),
        subject=name,
        object=other,
        hint="give one default",
    )


_UNIT_BEHIND = re.compile(r"`? *\(([A-Za-zµ%]{1,8})\)$")


def _normal(text: str, name: str, row: ReadRow) -> object:
    """Return a value in a form that compares: a quantity in base units, else folded words."""
    # "`300` (s)": the unit stands behind the value
    plain = _UNIT_BEHIND.sub(r" \1", text.strip()).replace("`", "").strip("\"'. ")
    unit = hint_of(name, row["description"].text)
    quantity = parse_quantity(plain, unit)
    if quantity is not None and quantity.low == quantity.high:
        return round(quantity.low, 6)
    bare = plain.replace(",", "").replace("_", "")
    if re.fullmatch(r"-?\d+(?:\.\d+)?", bare) and bare not in {"0", "1"}:
        return round(float(bare), 6)
    return _WORDS.get(plain.casefold(), plain.casefold())


def _said(design: Design) -> Iterator[tuple[str, str, Span]]:
    for _, block in design.prose():
        pieces = [(item.text, item.span) for item in block.items]
        if block.kind is BlockKind.PARAGRAPH:
            pieces.append((block.text, block.text_span))
        for text, span in pieces:
            for pattern in (_SAID,) if "default" in text else (_BESIDE,):
                for found in pattern.finditer(text):
                    start = span.start + found.start()
                    place = Span(start, start + len(found[0]))
                    yield found["name"], found["value"].rstrip(".:"), place


def _constraint(row: ReadRow, declared: dict[str, ReadRow]) -> Iterator[Hit]:
    """Compare a constraint that speaks of a default with the one variable it means."""
    text = row["description"].text
    theirs = parse_quantity(text) if "default" in text.lower() else None
    if theirs is None or theirs.low != theirs.high:
        return
    words = stems(text) | stems(row["kind"].text)
    named = [
        (name, variable)
        for name, variable in declared.items()
        if (own := stems(name.replace("_", " ").lower()) - _NOISE) and own <= words
    ]
    if len(named) != 1:
        return
    name, variable = named[0]
    unit = hint_of(name, variable["description"].text)
    ours = parse_quantity(variable["default"].text, unit)
    if ours is not None and ours.dimension is theirs.dimension and ours.low != theirs.low:
        yield from _compared(variable, theirs.raw, row.span)
