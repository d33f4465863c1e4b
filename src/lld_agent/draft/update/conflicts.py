"""What a merge could not decide: both texts, why, and how to accept. For people."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lld_agent.draft.update.tree import Node


class ConflictKind(StrEnum):
    """What met what."""

    CHANGED = "changed"  # a person and the draft changed the same block
    DELETED = "deleted"  # a person deleted what the draft changed
    ADDED = "added"  # a person and the draft added blocks of one name
    ORPHANED = "orphaned"  # a person changed what the draft no longer has
    COLUMN = "column"  # the draft changed a column that a person took out


@dataclass(frozen=True, slots=True)
class Conflict:
    """A block that stays as the person has it, and what the draft says instead.

    Attributes:
        kind: what met what.
        where: the headings and labels above it, outermost first, then its key.
        base: as generated last, "" where there was nothing.
        mine: as it stands in the document, "" where a person deleted it.
        theirs: as generated now, "" where nothing is.
        block: of the generated documents: the new one, else the old one.
    """

    kind: ConflictKind
    where: tuple[str, ...]
    base: str
    mine: str
    theirs: str
    block: Node


@dataclass(frozen=True, slots=True)
class Explained:
    """A conflict and the changes of the requirements that caused it, one line each."""

    conflict: Conflict
    causes: tuple[str, ...]


_WHAT = {
    ConflictKind.CHANGED: (
        "You changed this, and the requirements changed it too. The design keeps your text.",
        "To accept the proposal, put it in place of your text.",
    ),
    ConflictKind.DELETED: (
        "You deleted this; since then the requirements changed it. It stays deleted.",
        "To accept the proposal, put it back.",
    ),
    ConflictKind.ADDED: (
        "You added this, and the draft now has one of the same name. The design keeps yours.",
        "To accept the proposal, put it in place of your text.",
    ),
    ConflictKind.ORPHANED: (
        "You changed this, and no requirement asks for it any more. The design keeps your text.",
        "Delete it if it is not needed.",
    ),
    ConflictKind.COLUMN: (
        "The requirements changed a column that you took out of the table.",
        "To accept the proposal, put what it says where it belongs now.",
    ),
}


def conflicts_text(design: str, found: Sequence[Explained]) -> str:
    """Return the file of conflicts as Markdown.

    Args:
        design: name of the design's file.
        found: the conflicts, in the order of the document.
    """
    parts = [
        f"# Conflicts: {design}",
        f"{len(found)} blocks wait for a decision. Settle each in `{design}`, then delete this file.",
    ]
    for number, one in enumerate(found, 1):
        parts += _entry(number, one)
    return "\n\n".join(parts) + "\n"


def _entry(number: int, one: Explained) -> list[str]:
    conflict = one.conflict
    what, how = _WHAT[conflict.kind]
    parts = [f"## {number}. {_inline(' > '.join(conflict.where))}", what]
    if one.causes:
        parts.append("\n".join(f"- {_inline(cause)}" for cause in one.causes))
    for name, text in (
        ("In the design", conflict.mine),
        ("Proposal", conflict.theirs),
        ("Before both", conflict.base),
    ):
        if text.strip():
            parts += [f"**{name}:**", _fenced(text)]
    return [*parts, how]


def _inline(text: str) -> str:
    """Return text of a document as one line that starts no block and hides nothing."""
    return " ".join(text.split()).replace("<", "&lt;")


def _fenced(text: str) -> str:
    """Return text between fences that nothing in it can close."""
    lines = "\n".join(text.split("\r\n")).strip("\n")
    longest = max(len(run) for run in _runs(lines))
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}markdown\n{lines}\n{ticks}"


def _runs(text: str) -> list[str]:
    runs, run = [""], ""
    for character in text + " ":
        if character == "`":
            run += character
        elif run:
            runs.append(run)
            run = ""
    return runs
