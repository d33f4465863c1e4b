"""CFG005."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell, ReadRow
from lld_agent.model.vocabulary import Secret
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_NEVER = re.compile(
    r"never|no rotation|not rotated|static|permanent|on[- ]demand(?: only)?|manual(?:ly)?(?: rotation)?|as needed|when needed"
    r"|if (?:needed|compromised)|ad[- ]?hoc|bei bedarf|sob demanda|按需",
    re.IGNORECASE,
)
_EVERYBODY = re.compile(
    r"(?:all|any|every)(?:\s+(?:the\s+)?(?:platform\s+|internal\s+|backend\s+|other\s+)?(?:services?|pods?|users?|components?"
    r"|developers?|engineers?|applications?|apps|teams?|staff|systems?|microservices))?|everyone|everybody|anyone|shared|public",
    re.IGNORECASE,
)


class SecretLifecycle(Rule):
    """A secret changes on a schedule, and somebody in particular reads it.

    ## What it checks
    Rotation and access of the table of secrets.

    ## Why
    A secret that changes only when somebody thinks of it is the one that leaked two years ago.

    ## Fires when
    Rotation is blank, never, manual or on demand; or access is "all services" and the like. Where
    that holds for every secret of the table, one finding says so.

    ## Incorrect
        | Mail token | Kubernetes Secret | On demand | All services |

    ## Correct
        | Mail token | Kubernetes Secret | 90 days | Mail worker |

    ## Known false positives
    Secrets that another party rotates.

    ## Sections read
    Secrets.

    ## Source
    AWS Well-Architected, SEC02-BP05; OWASP Secrets Management Cheat Sheet.
    """

    id: ClassVar[str] = "CFG005"
    name: ClassVar[str] = "secret-lifecycle"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per secret, or one for all."""
        rows = [row for row in design.of(Secret) if row.confidence >= 0.5 and row.key.text]
        if not any(row["rotation"].present or row["access"].present for row in rows):
            yield Skipped("no table of secrets says how they rotate or who reads them")
            return
        found = [(row, complaints) for row in rows if (complaints := list(_complaints(row)))]
        if (
            len(rows) > 2
            and len(found) == len(rows)
            and not any(row["rotation"].text for row in rows)
        ):
            yield Hit(
                message=f"none of the {len(rows)} secrets has a rotation",
                places=tuple(Place(row.span) for row in rows),
                subject="secrets",
                object="rotation",
                hint="say how often each changes",
            )
            return
        for row, complaints in found:
            yield Hit(
                message=f"{row.key.text} {' and '.join(complaints)}",
                places=(Place(row.span),),
                subject=row.key.text,
                object="lifecycle",
                hint="name an interval, and who or what reads it",
            )


def _complaints(row: ReadRow) -> Iterator[str]:
    rotation, access = row["rotation"], row["access"]
    if rotation.present and not is_open(rotation.text) and _is_never(rotation):
        yield (
            f"rotates {rotation.text.lower()}" if rotation.text.strip("-–— ") else "has no rotation"
        )
    if access.present and _EVERYBODY.fullmatch(access.text.strip()):
        yield f"is read by {access.text[:1].lower()}{access.text[1:]}"


def _is_never(cell: Cell) -> bool:
    text = cell.text.strip()
    return (is_none(text) and not text.lower().startswith("see ")) or bool(_NEVER.fullmatch(text))
