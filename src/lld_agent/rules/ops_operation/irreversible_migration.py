"""OPS005."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import PipelineStage, RollbackScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SQL = re.compile(
    r"\bDROP\s+(?:COLUMN|TABLE)\s+(?:IF\s+EXISTS\s+)?[\w.\"`]+|\bTRUNCATE\s+(?:TABLE\s+)?[\w.\"`]+|"
    r"\bRENAME\s+COLUMN\s+[\w\"`]+|\bALTER\s+COLUMN\s+[\w\"`]+\s+(?:SET\s+DATA\s+)?TYPE\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:drop|remove|delete|rename)s?\s+(?:the\s+|old\s+|legacy\s+|existing\s+|unused\s+){0,2}`?[\w.]{0,60}`?\s?(?:column|table)s?\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|no|without|later|after|once|until|do not|don't)\b", re.IGNORECASE
)
_MIGRATION = re.compile(r"migrat|schema change|upgrade", re.IGNORECASE)
_CODE = re.compile(
    r"helm|kubectl|redeploy|roll-?back|previous (?:image|version|release|tag|build)|revert|switch (?:back )?to",
    re.IGNORECASE,
)
_SAFE = re.compile(
    r"expand[ -](?:and[ -])?(?:contract|migrate)|parallel change|restore|backup|snapshot|point-in-time|pitr|down[ -]?migration|"
    r"downgrade|reverse migration|migrate down|dual[ -]writ|reversible|forward[ -]only|roll forward|irreversible|not reversible|"
    r"shadow|old column (?:is )?kept|two[ -]phase",
    re.IGNORECASE,
)


class IrreversibleMigration(Rule):
    """A change that destroys data has a way back that brings the data back.

    ## What it checks
    Migrations that drop, rename or retype, against rollback scenarios and pipeline stages.

    ## Why
    The old code comes back and finds the column gone.

    ## Fires when
    A migration section or its SQL drops, renames or retypes, the planned rollback is of code only, and the
    document names no backup, restore, down migration, or expand and contract.

    ## Incorrect
        ALTER TABLE loan DROP COLUMN fee;    and "helm rollback"

    ## Correct
        Drop in the release after next; until then the column is kept (expand and contract).

    ## Known false positives
    Tables that hold nothing that anyone would miss.

    ## Sections read
    Migration sections, SQL fences, rollback scenarios, pipeline stages.

    ## Source
    Kubernetes production readiness review, Rollout, Upgrade and Rollback Planning; squawk.
    """

    id: ClassVar[str] = "OPS005"
    name: ClassVar[str] = "irreversible-migration"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        plans = [(row, row["method"].text) for row in design.of(RollbackScenario)]
        plans += [(row, row["rollback"].text) for row in design.of(PipelineStage)]
        back = [row for row, text in plans if row.confidence >= 0.5 and _CODE.search(text)]
        steps = list(_destructive(design))
        if not back or not steps:
            yield Skipped("needs a rollback, and a migration that drops, renames or retypes")
            return
        if not _SAFE.search(design.source.text):
            yield _hit(steps, back[0])


def _destructive(design: Design) -> Iterator[tuple[str, Span]]:
    """Yield what migrations destroy, and where."""
    about: set[int] = set()
    for number, section in enumerate(design.sections):
        if not _MIGRATION.search(section.title) and section.parent not in about:
            continue
        about.add(number)
        for block in design.blocks[section.first : section.last]:
            if block.kind is BlockKind.FENCE and block.info.strip().lower() in {
                "sql",
                "postgresql",
                "mysql",
                "",
            }:
                found = _SQL.finditer(block.text)
                at = block.text_span.start
                yield from ((f[0], Span(at + f.start(), at + f.end())) for f in found)
            elif block.kind in {BlockKind.PARAGRAPH, BlockKind.LIST}:
                raw = design.source.slice(block.span)
                for line_at, line in _lines(raw, block.span.start):
                    said = _SAID.search(line) or _SQL.search(line)
                    if said and not _NOT.search(line):
                        yield said[0], Span(line_at + said.start(), line_at + said.end())


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    for line in text.splitlines(keepends=True):
        yield start, line
        start += len(line)


def _hit(steps: list[tuple[str, Span]], back: ReadRow) -> Hit:
    first = " ".join(steps[0][0].split())
    more = f" and {len(steps) - 1} more" if len(steps) > 1 else ""
    return Hit(
        message=f"the migration cannot be undone ({first}{more}), while the rollback {back.key.text} takes back code only",
        places=(*(Place(span) for _, span in steps), Place(back.span, "the rollback")),
        subject=first,
        object="rollback",
        hint="expand and contract over two releases, or plan a restore",
    )
