"""Which lines of a file a comment may stand on: those that its diff shows.

Source: GitHub, REST API for pull request reviews (`line`, `start_line`, `side`); GNU diffutils,
Detailed Description of Unified Format.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lld_agent.forge.values import Anchor, ChangedFile

_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_OLD = re.compile(r"@@ -(\d+)")


@dataclass(frozen=True, slots=True)
class DiffLines:
    """Lines at the head that a diff shows: added ones, and those around them.

    Attributes:
        hunks: line → number of its hunk.
        unchanged: line at the head → the same line at the base.
    """

    hunks: Mapping[int, int] = field(default_factory=dict)
    unchanged: Mapping[int, int] = field(default_factory=dict)

    def hold(self, first: int, last: int) -> bool:
        """Return whether all lines from `first` to `last` are shown, in one hunk."""
        hunk = self.hunks.get(first)
        return hunk is not None and all(
            self.hunks.get(line) == hunk for line in range(first, last + 1)
        )


def diff_lines(patch: str | None) -> DiffLines:
    """Return the lines of the new side of a patch; none for no patch, or one that is none.

    Args:
        patch: hunks, with or without file headers before them.
    """
    hunks: dict[int, int] = {}
    unchanged: dict[int, int] = {}
    number = new = old = new_left = old_left = 0
    # Only LF ends a line of a diff: a document may hold every other line end inside one.
    for line in (patch or "").split("\n"):
        if new_left <= 0 and old_left <= 0:
            head, start = _HUNK.match(line), _OLD.match(line)
            if head and start:
                number += 1
                old, new = int(start[1]), int(head[2])
                old_left = int(head[1] if head[1] is not None else 1)
                new_left = int(head[3] if head[3] is not None else 1)
            continue
        mark = line[:1]
        if mark == "\\":
            continue
        if mark != "-":
            hunks[new] = number
            if mark != "+":
                unchanged[new] = old
            new, new_left = new + 1, new_left - 1
        if mark != "+":
            old, old_left = old + 1, old_left - 1
    return DiffLines(hunks, unchanged)


def anchor(file: ChangedFile, lines: DiffLines, first: int, last: int) -> Anchor | None:
    """Return where a comment on lines `first` to `last` stands, None where none may.

    A range that the diff does not hold whole becomes its first line: the one that is quoted. A
    line is never moved.
    """
    if lines.hold(first, last):
        start = first if first < last else 0
        return Anchor(file.path, last, start, lines.unchanged.get(last, 0), file.previous)
    if lines.hold(first, first):
        return Anchor(file.path, first, 0, lines.unchanged.get(first, 0), file.previous)
    return None
