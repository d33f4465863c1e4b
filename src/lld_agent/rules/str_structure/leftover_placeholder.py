"""STR002."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Section
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.placeholders import placeholders
from lld_agent.rules.str_structure.prose import chapter, name, path

_SHOWN = 3
_LENGTH = 40


class LeftoverPlaceholder(Rule):
    """No placeholder of the template is left.

    ## What it checks
    `{{SERVICE_NAME}}`, `{what it does}`, `{H/M/L}`, `Draft | In Review | Approved` in prose,
    tables and headings, and fences and diagrams that are nothing but a placeholder.

    ## Why
    A placeholder looks like content to a reader who skims, and is content for nobody.

    ## Fires when
    A chapter (section of level 2) holds at least one: one finding per chapter, with every place.

    ## Incorrect
        | {threat} | {H/M/L} | {H/M/L} | {how mitigated} |

    ## Correct
        | Stolen session cookie | Medium | High | Cookies are bound to the device |

    ## Known false positives
    Paths with `{id}`, JSON, Jinja, `${VARIABLE}` and set notation are no placeholders, nor is what
    stands in code. A design about templates may have to put its examples between backticks.

    ## Sections read
    All.

    ## Source
    Own.
    """

    id: ClassVar[str] = "STR002"
    name: ClassVar[str] = "leftover-placeholder"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per chapter that holds placeholders."""
        found: dict[int, tuple[Section, list[Span]]] = {}
        for span in placeholders(design):
            section = chapter(design, design.section_at(span))
            found.setdefault(section.span.start, (section, []))[1].append(span)
        for section, spans in found.values():
            words = list(dict.fromkeys(_short(design.source.slice(span)) for span in spans))
            more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
            yield Hit(
                message=f"{name(section)} still holds {', '.join(words[:_SHOWN])}{more}",
                places=tuple(Place(span) for span in spans),
                subject=path(design, section),
                hint="fill it in, or write `N/A - reason`",
            )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LENGTH else flat[: _LENGTH - 1] + "…"
