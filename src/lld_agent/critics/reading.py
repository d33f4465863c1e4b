"""What a critic is shown of a document: numbered lines, in parts that fit, nothing cut silently.

A critic reads the whole document, or the sections that hold its slots and rows. Lines are numbered
within the part, so that the request about some sections does not change when others do.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lld_agent.model.design import Design, Section
from lld_agent.model.source import SourceText
from lld_agent.rules.critics import Critic
from lld_agent.text.comments import blanked, find_comments

BUDGET = 40_000
"""Tokens of a document that one question shows; a longer one is read in parts."""

WORTH = 0.3
"""Share of a document without template from which its sections are taken to hold what a critic reads;
with less the matter may stand anywhere, and the critic reads all of it."""

_ENCODED = re.compile(r"[A-Za-z0-9+/]{400,}={0,2}")
# Never rendered, so a reader of the document does not see it: `[//]: # (text)`.
_HIDDEN_DEFINITION = re.compile(r"[ ]{0,3}\[[^\]\n]{0,20}\]:[ ]*<?#>?(?:[ ]+[\"'(].*)?")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of a document that one question shows.

    Attributes:
        lines: their 1-based numbers in the document, rising; the n-th is shown as line n.
        number, of: which part this is.
    """

    lines: tuple[int, ...]
    number: int = 1
    of: int = 1

    def label(self, line: int) -> int:
        """Return as what a line of the document is shown, 0 where it is not."""
        at = bisect_left(self.lines, line)
        return at + 1 if at < len(self.lines) and self.lines[at] == line else 0

    def line(self, label: int) -> int:
        """Return the line of the document behind a shown number; the nearest for a wrong one."""
        return self.lines[min(max(label, 1), len(self.lines)) - 1] if self.lines else 1


def visible_lines(design: Design) -> tuple[str, ...]:
    """Return the lines of a document as a person sees them: without comments and encoded data.

    There are as many as the document has, so that numbers hold.
    """
    text = blanked(design.source.text, find_comments(design.source, design.blocks))
    return tuple(_shown(line) for line in SourceText(text).lines)


def _shown(line: str) -> str:
    if _HIDDEN_DEFINITION.fullmatch(line):
        return ""
    return _ENCODED.sub(lambda found: f"[{len(found[0])} characters of encoded data]", line)


def numbered(lines: Sequence[str], part: Part) -> str:
    """Return the lines of a part, each with its number; gaps between them are marked.

    Every line of the document begins with a number of ours, so that none can pose as a mark.
    """
    width = len(str(len(part.lines)))
    shown: list[str] = []
    for label, line in enumerate(part.lines, 1):
        if label > 1 and line != part.lines[label - 2] + 1:
            shown.append(f"{'':>{width}}~ (lines left out)")
        shown.append(f"{label:>{width}}| {lines[line - 1]}".rstrip())
    return "\n".join(shown)


def parts_for(
    critic: Critic, design: Design, lines: Sequence[str], count: Callable[[str], int]
) -> tuple[Part, ...]:
    """Return the parts that a critic is shown; none where the document has nothing for it.

    Args:
        critic: it reads whole documents or what its slots and rows name.
        design: the document.
        lines: its visible lines.
        count: tokens of a text.
    """
    if not critic.slots:
        return _split(design.sections, design, lines, count)
    chosen = _sections(critic, design)
    if not chosen and critic.needs_rows:
        return ()
    if not chosen or (not design.template and _share(chosen, design) < WORTH):
        chosen = list(design.sections)
    return _split(chosen, design, lines, count)


def _share(sections: Iterable[Section], design: Design) -> float:
    held = sum(section.span.end - section.span.start for section in sections)
    return held / max(1, len(design.source.text))


def _sections(critic: Critic, design: Design) -> list[Section]:
    """Return the sections that hold slots or rows of a critic, with all below them."""
    held = {
        design.section_at(row.span).span for row in design.rows if row.kind.__name__ in critic.rows
    }
    # A part that says "not applicable" has a heading and nothing below it.
    main = f"{critic.slots[0]}."
    if critic.needs_rows and not held and not any(s.slot.startswith(main) for s in design.sections):
        return []
    chosen: list[Section] = []
    inside = 7
    for section in design.sections:
        if section.level <= inside:
            named = any(section.slot == s or section.slot.startswith(f"{s}.") for s in critic.slots)
            inside = section.level if named else 7
        if inside < 7 or section.span in held:
            chosen.append(section)
    return chosen


def _split(
    sections: Iterable[Section], design: Design, lines: Sequence[str], count: Callable[[str], int]
) -> tuple[Part, ...]:
    groups: list[list[int]] = [[]]
    used = 0
    for run in _runs(sections, design, lines, count):
        size = count("\n".join(lines[line - 1] for line in run))
        if groups[-1] and used + size > BUDGET:
            groups.append([])
            used = 0
        groups[-1] += run
        used += size
    found = [tuple(group) for group in groups if any(lines[line - 1].strip() for line in group)]
    return tuple(Part(group, number, len(found)) for number, group in enumerate(found, 1))


def _runs(
    sections: Iterable[Section], design: Design, lines: Sequence[str], count: Callable[[str], int]
) -> Iterator[list[int]]:
    """Yield the lines of each section; of one that is too long by itself, piece by piece."""
    for section in sections:
        if section.span.start == section.span.end:
            continue
        first = design.source.line_of(section.span.start)
        last = design.source.line_of(max(section.span.end - 1, section.span.start))
        run = list(range(first, last + 1))
        if count("\n".join(lines[line - 1] for line in run)) <= BUDGET:
            yield run
            continue
        piece: list[int] = []
        size = 0
        for line in run:
            own = count(lines[line - 1]) + 4
            if piece and size + own > BUDGET:
                yield piece
                piece, size = [], 0
            piece.append(line)
            size += own
        yield piece
