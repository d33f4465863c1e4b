"""STR003."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Section
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.markers import open_markers
from lld_agent.rules.str_structure.prose import name, path
from lld_agent.rules.str_structure.status import is_approved

_SHOWN = 5


class OpenMarker(Rule):
    """Nothing is marked as still to be written or decided.

    ## What it checks
    `TBD`, `TODO`, `FIXME`, `???`, "is to be decided" and the like in prose, tables and headings.
    The open questions that the document itself numbers (`[Q-4]`) are counted once, as info.

    ## Why
    Whoever builds from the design meets the gap later, alone, and fills it by a guess.

    ## Fires when
    A section holds at least one marker: one finding per section, with every place. An error when
    the document calls itself approved.

    ## Incorrect
        | Export of invoices | Medium | TBD |

    ## Correct
        | Export of invoices | Medium | BILL-214 |

    ## Known false positives
    A product about to-do lists, a board with the columns TODO and DONE, an entry of a glossary,
    a quotation: all guarded. A marker in another language than English is only known where it
    stands alone in a cell or an item.

    ## Sections read
    All; not code, comments and quotations.

    ## Source
    Requirement smells (arXiv 1611.08847); INCOSE guide for writing requirements, R7.
    """

    id: ClassVar[str] = "STR003"
    name: ClassVar[str] = "open-marker"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per section with markers, and one for all open questions."""
        found: dict[int, tuple[Section, list[Span]]] = {}
        for span in open_markers(design):
            section = design.section_at(span)
            found.setdefault(section.span.start, (section, []))[1].append(span)
        severity = Severity.ERROR if is_approved(design) else None
        for section, spans in found.values():
            words = list(dict.fromkeys(design.source.slice(span) for span in spans))
            times = f"{len(spans)} times " if len(spans) > 1 else ""
            yield Hit(
                message=f"{times}open in {name(section)}: {', '.join(words[:_SHOWN])}",
                places=tuple(Place(_line(design, span)) for span in spans),
                subject=path(design, section),
                severity=severity,
            )
        yield from _questions(design)


def _questions(design: Design) -> Iterator[Hit]:
    numbers = list(dict.fromkeys(mark.target for mark in design.questions))
    if not numbers:
        return
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    yield Hit(
        message=f"{len(numbers)} open questions: {', '.join(numbers[:_SHOWN])}{more}",
        places=(Place(_line(design, design.questions[0].span)),),
        subject="open questions",
        severity=Severity.INFO,
    )


def _line(design: Design, span: Span) -> Span:
    """Return the span widened to its line, so that the quote says what it is about."""
    line = design.source.line_of(span.start)
    return design.source.line_span(line - 1, line)
