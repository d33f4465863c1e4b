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
    r"|(?:if|when|as) (?:needed|compromised|required)|(?:on|after|upon) (?:compromise|incident|breach|request|change)"
    r"|ad[- ]?hoc|bei bedarf|sob demanda|按需",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"see |n/?a|not applicable", re.IGNORECASE)
_MANY = 2
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
    Rotation is blank, never, manual or on demand; or access is "all services" and the like. Three
    secrets or more are one finding.

    ## Incorrect
        | Mail token | Kubernetes Secret | On demand | All services |

    ## Correct
        | Mail token | Kubernetes Secret | 90 days | Mail worker |

    ## Known false positives
    Secrets that another party rotates. "N/A" is an answer.

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
        if len(found) > _MANY:
            yield _for_all(found, len(rows))
            return
        for row, complaints in found:
            yield Hit(
                message=f"{row.key.text} {' and '.join(complaints)}",
                places=(Place(row.span),),
                subject=row.key.text,
                object="lifecycle",
                hint="name an interval, and who or what reads it",
            )


def _for_all(found: list[tuple[ReadRow, list[str]]], total: int) -> Hit:
    said = "; ".join(f"{row.key.text} {' and '.join(complaints)}" for row, complaints in found[:6])
    return Hit(
        message=f"{len(found)} of {total} secrets do not change on a schedule, or are read by all: {said}",
        places=tuple(Place(row.span) for row, _ in found),
        subject="secrets",
        object="lifecycle",
        hint="name an interval for each, and who or what reads it",
    )


def _complaints(row: ReadRow) -> Iterator[str]:
    rotation, access = row["rotation"], row["access"]
    if rotation.present and not is_open(rotation.text) and _is_never(rotation):
        said = rotation.text.strip("-–— ")
        yield f"has no schedule of rotation ({said})" if said else "has no rotation"
    if access.present and _EVERYBODY.fullmatch(access.text.strip()):
        yield f"is read by {access.text[:1].lower()}{access.text[1:]}"


def _is_never(cell: Cell) -> bool:
    text = cell.text.strip()
    blank = is_none(text) and not _ANSWER.match(text)
    return blank or bool(_NEVER.fullmatch(text))
