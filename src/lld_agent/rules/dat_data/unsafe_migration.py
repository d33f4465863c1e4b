"""DAT011."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design, Section
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_CLAIM = re.compile(
    r"(?:zero|no|without|sans)[ -](?:any )?downtime|online (?:schema )?migration|(?:un)?interrupted service during"
    r"|rolling (?:deploy|update)[^.\n]{0,40}(?:schema|migration)",
    re.IGNORECASE,
)
_MIGRATION = re.compile(r"migrat|schema change|rollout|upgrade", re.IGNORECASE)
_STATEMENT = re.compile(r"[^;]+;?")
_CREATED = re.compile(r"\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([\w.\"`]+)", re.IGNORECASE)
_ALTERED = re.compile(
    r"\b(?:ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?|INDEX\s[^;]{0,120}?\bON\s+)([\w.\"`]+)",
    re.IGNORECASE,
)
_SQL = (
    (re.compile(r"\bADD\s+(?:COLUMN\s+)?(?!CONSTRAINT)(?:(?!\bDEFAULT\b)[^;,]){1,120}?\bNOT\s+NULL\b(?![^;,]{0,120}\bDEFAULT\b)",
                re.IGNORECASE),
     "adds a NOT NULL column without a default"),
    (re.compile(r"\bRENAME\s+(?:COLUMN|TO)\b", re.IGNORECASE), "renames what running code still uses"),
    (re.compile(r"\bALTER\s+(?:COLUMN\s+)?[\w\"`]+\s+(?:SET\s+DATA\s+)?TYPE\b", re.IGNORECASE),
     "rewrites a column under a lock"),
    (re.compile(r"\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)", re.IGNORECASE), "builds an index that blocks writes"),
)  # fmt: skip
_WORDS = (
    (re.compile(r"\badd\w*\b[^.\n;|]{0,60}\bNOT NULL\b", re.IGNORECASE), "adds a NOT NULL column without a default"),
    (re.compile(r"\brenam\w+ (?:the |a )?(?:column|table)|\b(?:column|table)s? (?:is|are) renamed", re.IGNORECASE),
     "renames what running code still uses"),
    (re.compile(r"\bDROP\s+(?:COLUMN|TABLE)\b"), "drops what running code still uses"),
)  # fmt: skip
_SAFE = re.compile(
    r"default|nullable|backfill|expand|contract|two[- ]step|dual[- ]write|shadow|concurrently|\bview\b|alias|phase|then\b|never"
    r"|avoid|later|next release|after\b|\bnot (?:be )?(?:renamed?|add)|compatible",
    re.IGNORECASE,
)


class UnsafeMigration(Rule):
    """A migration without downtime takes no lock that stops the service.

    ## What it checks
    SQL and sentences of migration sections, where the document claims that there is no downtime.

    ## Why
    The statement waits for every open transaction and makes everybody wait behind it, or breaks
    the instances that still run the old code.

    ## Fires when
    A column is added as NOT NULL without a default, a column or table is renamed, a type is
    changed, or an index is built without CONCURRENTLY, on a table that the migration did not make.

    ## Incorrect
        Zero downtime. ALTER TABLE loan ADD COLUMN branch_id UUID NOT NULL;

    ## Correct
        Add the column as nullable, backfill in batches, then set NOT NULL.

    ## Known false positives
    Databases that do these online; tables that hold few rows.

    ## Sections read
    Sections about migration, SQL fences; the claim anywhere.

    ## Source
    squawk: adding-required-field, renaming-column, changing-column-type,
    require-concurrent-index-creation.
    """

    id: ClassVar[str] = "DAT011"
    name: ClassVar[str] = "unsafe-migration"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per unsafe step."""
        claim = _claimed(design)
        if claim is None:
            yield Skipped("the document claims no migration without downtime")
            return
        for section in design.sections:
            if _is_about_migration(design, section):
                for block in design.blocks[section.first : section.last]:
                    for span, what in _steps(block):
                        yield Hit(
                            message=f"the migration promises no downtime, but this step {what}",
                            places=(Place(span), Place(claim, "the promise")),
                            subject=section.title or "migration",
                            object=what,
                            hint="split it into steps that old and new code both survive",
                        )


def _claimed(design: Design) -> Span | None:
    for section, block in design.prose():
        text = block.text or design.source.slice(block.span)
        found = _CLAIM.search(text) if "own" in text or "nline" in text else None
        if found and (_MIGRATION.search(text) or _is_about_migration(design, section)):
            start = (block.text_span if block.text else block.span).start + found.start()
            return Span(start, start + len(found[0]))
    return None


def _is_about_migration(design: Design, section: Section) -> bool:
    while section.level:
        if _MIGRATION.search(section.title):
            return True
        if section.parent < 0:
            break
        section = design.sections[section.parent]
    return False


def _steps(block: Block) -> Iterator[tuple[Span, str]]:
    if block.kind is BlockKind.FENCE and re.match(r"sql|\Z", block.info, re.IGNORECASE):
        made = {name.lower() for name in _CREATED.findall(block.text)}
        for statement in _STATEMENT.finditer(block.text):
            altered = _ALTERED.search(statement[0])
            what = next((what for pattern, what in _SQL if pattern.search(statement[0])), "")
            if what and altered and altered[1].lower() not in made:
                start = block.text_span.start + statement.start()
                yield Span(start, start + len(statement[0])), what
        return
    pieces = [(item.text, item.span) for item in block.items]
    if block.kind is BlockKind.PARAGRAPH:
        pieces.append((block.text, block.text_span))
    for text, span in pieces:
        if not _SAFE.search(text):
            yield from ((span, what) for pattern, what in _WORDS if pattern.search(text))
