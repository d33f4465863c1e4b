"""REQ005."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none
from lld_agent.language.names import tokens
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Dependency
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_ASSUMED = re.compile(r"assum|annahme|supuest|premiss|suposi|假设|前提", re.IGNORECASE)
_ABSOLUTE = re.compile(
    r"\b(?:always|never (?:fails?|down|unavailable)|guaranteed to be|100 ?%|at all times|without (?:fail"
    r"|interruption)|immer|siempre|sempre)\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"availab|reachab|\bup\b|running|online|accessib|respond|fail|down|verfügbar|disponib|operational|healthy",
    re.IGNORECASE,
)
_SLA = re.compile(r"(?<![\d.])(?:\d{2}(?:\.\d+)?) ?%")


class AbsoluteAssumption(Rule):
    """Nothing that may fail is assumed never to.

    ## What it checks
    Assumptions that something is always available, against the dependencies with a failure impact
    and the SLAs of integrations.

    ## Why
    The document plans for the failure in one section and rules it out in another; readers build on
    either.

    ## Fires when
    An assumption says always, never or guaranteed of the availability of something that a table
    of dependencies gives a failure impact or fallback, or an integration an SLA below 100 %.

    ## Incorrect
        "The catalogue is always available"    and | Catalogue | Required | No search | Cached copy |

    ## Correct
        "The catalogue is available 99.9 % of the time; else see the fallback"

    ## Known false positives
    None known.

    ## Sections read
    Sections about assumptions, dependencies, property tables of integrations.

    ## Source
    INCOSE Guide to Writing Requirements, R26 absolutes.
    """

    id: ClassVar[str] = "REQ005"
    name: ClassVar[str] = "absolute-assumption"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per assumption."""
        failing = list(_failing(design))
        if not failing:
            yield Skipped("no dependency is given with what its failure does")
            return
        for text, span in _assumptions(design):
            absolute = _ABSOLUTE.search(text)
            if not absolute or not _UP.search(text):
                continue
            words = set(_words(text))
            named = next((f for f in failing if f[0] and set(f[0]) <= words), None)
            if named is not None:
                _, name, what, where = named
                yield Hit(
                    message=f"{name} is assumed to be available ({absolute[0]}), but {what}",
                    places=(Place(span), Place(where, "the other side")),
                    subject=name,
                    object="availability",
                    hint="say how often it is available, and point to what happens when it is not",
                )


def _failing(design: Design) -> Iterator[tuple[tuple[str, ...], str, str, Span]]:
    """Yield (words of the name, name, what is said of its failure, place)."""
    for row in design.of(Dependency):
        name = row.key.text
        for part in re.split(r"\s*/\s*", name):
            for field, said in (
                ("failure_impact", "its failure means"),
                ("fallback", "there is a fallback"),
            ):
                cell: Cell = row[field]
                if cell.text.strip() and not is_none(cell.text):
                    yield tokens(part), name, f"{said}: {cell.text}", row.span
                    break
    for table in design.tables:
        for cells in table.rows if table.property_table else ():
            if len(cells) > 1 and cells[0].text.upper() == "SLA" and _SLA.search(cells[1].text):
                yield (
                    tokens(table.heading),
                    table.heading,
                    f"its SLA is {cells[1].text}",
                    cells[1].span,
                )


def _words(text: str) -> Iterator[str]:
    for part in re.findall(r"[\w.-]+", text):
        yield from tokens(part.strip(".-"))


def _assumptions(design: Design) -> Iterator[tuple[str, Span]]:
    for section, block in design.prose():
        if not section.level or not _ASSUMED.search(section.title):
            continue
        if block.kind is BlockKind.PARAGRAPH:
            yield block.text, block.text_span
        for item in block.items:
            yield item.text, item.span
