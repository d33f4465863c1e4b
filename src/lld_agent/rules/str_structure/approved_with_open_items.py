"""STR009."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import Approval, DocumentVersion
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.str_structure.markers import open_markers
from lld_agent.rules.str_structure.placeholders import placeholders
from lld_agent.rules.str_structure.status import is_approved

_BLANK = frozenset({"", "-", "–", "—", "n/a", "tbd", "pending", "?", "..."})


class ApprovedWithOpenItems(Rule):
    """A design that calls itself approved is signed, current and complete.

    ## What it checks
    With the status Approved: the rows of the approval table, the version in the header against
    the last one of the document history, and whether placeholders, open markers or open questions
    are left.

    ## Why
    People build from an approved design without asking again.

    ## Fires when
    A role has neither name nor date nor signature; the two versions differ; something is open.
    One finding for each row, one for the versions, one for all that is open.

    ## Incorrect
        **Status:** Approved

        | Role | Name | Date | Signature |
        |---|---|---|---|
        | Security Review | | | |

    ## Correct
        | Security Review | R. Okafor | 2026-02-11 | RO |

    ## Known false positives
    Signatures that are kept in another system: write where they are into the row.

    ## Sections read
    Header, document history, approval; all for what is open.

    ## Source
    KEP template: implementable only after sign-off.
    """

    id: ClassVar[str] = "STR009"
    name: ClassVar[str] = "approved-with-open-items"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield what contradicts the status, when it is Approved."""
        if not is_approved(design):
            return
        status = Place(design.header["status"].span, "status")
        yield from _versions(design)
        for row in design.of(Approval):
            if all(_is_blank(row[field]) for field in ("name", "date", "signature")):
                yield Hit(
                    message=f"the status is Approved, but {row.key.text} has not signed",
                    places=(Place(row.span), status),
                    subject="approval",
                    object=row.key.text,
                )
        yield from _open(design, status)


def _versions(design: Design) -> Iterator[Hit]:
    header = design.header.get("version")
    versions = [row["version"] for row in design.of(DocumentVersion)]
    given = [cell for cell in versions if not _is_blank(cell)]
    if header is None or not given or _is_blank(header):
        return
    # histories run either way: the newest stands first or last
    if _number(header) not in {_number(given[0]), _number(given[-1])}:
        yield Hit(
            message=f"the header says version {header.text}, the history {given[-1].text}",
            places=(Place(header.span), Place(given[-1].span, "last entry of the history")),
            subject="version",
        )


def _open(design: Design, status: Place) -> Iterator[Hit]:
    left: list[tuple[Span, str]] = [(span, "placeholder") for span in placeholders(design)]
    left += [(span, "open marker") for span in open_markers(design)]
    left += [(mark.span, "open question") for mark in design.questions]
    if not left:
        return
    counts: dict[str, int] = {}
    for _, what in left:
        counts[what] = counts.get(what, 0) + 1
    items = ", ".join(f"{n} {what}{'s' if n > 1 else ''}" for what, n in counts.items())
    yield Hit(
        message=f"the status is Approved, but the document holds {items}",
        places=(status, *(Place(span, what) for span, what in sorted(left))),
        subject="open items",
    )


def _is_blank(cell: Cell) -> bool:
    return cell.text.strip(" _.*").casefold() in _BLANK


def _number(cell: Cell) -> str:
    return (
        cell.text.strip().casefold().removeprefix("version").strip().removeprefix("v").strip(" .")
    )
