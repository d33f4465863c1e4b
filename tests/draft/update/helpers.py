"""A small brief, drafts of it, and updates in memory."""

from dataclasses import dataclass

from lld_agent.draft.finish import Draft
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.draft.sidecar import Sidecar, read_sidecar, sidecar_text
from lld_agent.draft.update.conflicts import conflicts_text
from lld_agent.draft.update.pipeline import Update, plan_update, update
from lld_agent.model.source import SourceText
from lld_agent.sources.brief import load_brief

PRD = """\
# PRD: Tool Lending

A library lends tools to neighbours. Today the shelf list is on paper.

## Goals

- Lend, return and reserve tools
- Remind people who are late

## Out of scope

- Payment of fines

## Requirements

- A member can borrow a tool for 14 days.
- A member must return a tool before borrowing a second one.
- The system must remind a member two days before the loan ends.
- Librarians should be able to block a member.

## Quality

- 95% of searches must be answered within 200 ms.
- Availability must be at least 99.5% per month.

## Data

### Tool

| Attribute | Type | Notes |
|---|---|---|
| id | UUID | unique |
| name | text | required |
| shelf | text | optional |

## Edge cases

- Two members reserve the last drill at the same moment: one of them gets a waiting number.
- A member returns a broken tool: the tool is blocked until it is repaired.

## Glossary

- Loan: the time from lending to return.
- Shelf: a place with a number.
"""


def draft(prd: str = PRD, template: str = "service") -> Draft:
    return draft_outline(load_brief(SourceText(prd, "prd.md")), DraftOptions(template=template))


def recorded(made: Draft) -> Sidecar:
    """Return the record as a colleague's clone has it: through its file."""
    return read_sidecar(sidecar_text(made.sidecar), "design.lld.json")


@dataclass(frozen=True)
class Done:
    """An update and what its files would hold."""

    update: Update
    text: str
    conflicts: str
    record: Sidecar

    @property
    def kinds(self) -> list[str]:
        return [one.conflict.kind.value for one in self.update.conflicts]


def updated(mine: str, record: Sidecar, prd: str, options: DraftOptions | None = None) -> Done:
    source = SourceText(mine, "design.md")
    plan = plan_update(
        source, record, load_brief(SourceText(prd, "prd.md")), options or DraftOptions()
    )
    done = update(source, record, plan, draft_outline)
    listed = conflicts_text("design.md", done.conflicts) if done.conflicts else ""
    return Done(done, done.text, listed, read_sidecar(sidecar_text(done.sidecar), "x.lld.json"))


def swapped(text: str, old: str, new: str) -> str:
    """Return a text with one passage changed, which must be there."""
    assert old in text, old
    return text.replace(old, new, 1)
