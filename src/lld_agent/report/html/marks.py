"""Where findings show in a document: anchors per line, and which block carries them."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from markdown_it.token import Token

from lld_agent.model.finding import Finding, Severity
from lld_agent.report.escape import one_line, visible


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a finding.

    Attributes:
        finding: id of its card.
        first: whether this is the place that the finding is reported at.
        aside: whether the finding is suppressed or in the baseline.
    """

    finding: str
    rule: str
    severity: Severity
    message: str
    first: bool
    aside: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding with the id of its card."""

    id: str
    finding: Finding
    aside: str


def marks_by_line(shown: Iterable[Shown]) -> dict[int, list[Mark]]:
    """Return 1-based line → the marks on it, each finding once per line."""
    found: dict[int, dict[str, Mark]] = {}
    for one in shown:
        for number, evidence in enumerate(one.finding.evidence):
            mark = Mark(
                one.id,
                one.finding.rule,
                one.finding.severity,
                one_line(one.finding.message),
                number == 0,
                bool(one.aside),
            )
            found.setdefault(evidence.location.line, {}).setdefault(one.id, mark)
    return {line: list(marks.values()) for line, marks in found.items()}


def anchor(document: str, line: int) -> str:
    """Return the id of a line."""
    return f"{document}-l{line}"


def badge(marks: Sequence[Mark], document: str, line: int) -> str:
    """Return the anchor of a line with a link to each finding, as HTML."""
    links = "".join(
        f'<a class="mark {mark.severity.value}{"" if mark.first else " other"}" href="#{mark.finding}" '
        f'data-finding="{mark.finding}"{" data-aside" if mark.aside else ""} '
        f'title="{escape(visible(mark.message))}">'
        f'<span class="sr">{mark.severity.value} </span>{escape(mark.rule)}</a>'
        for mark in marks
    )
    return f'<span class="marks" id="{anchor(document, line)}" tabindex="-1">{links}</span>'


def worst(marks: Iterable[Mark]) -> str:
    """Return the name of the gravest severity."""
    return max((mark.severity for mark in marks), key=lambda severity: severity.rank).value


def carriers(tokens: Sequence[Token], lines: Iterable[int]) -> dict[int, list[int]]:
    """Return index of a block token → the 1-based lines that it carries marks for.

    A line belongs to the smallest block that is shown and covers it; a line that none covers (a
    blank line, a link definition) to the block before it, or else to the first one.
    """
    wanted = sorted(set(lines))
    owners: dict[int, int] = {}
    size: dict[int, int] = {}
    blocks: list[tuple[int, int]] = []
    for number, token in enumerate(tokens):
        if not _carries(token) or token.map is None:
            continue
        first, last = token.map
        blocks.append((first, number))
        for line in wanted[bisect_right(wanted, first) : bisect_right(wanted, last)]:
            if last - first <= size.get(line, last - first):
                owners[line], size[line] = number, last - first
    found: dict[int, list[int]] = {}
    for line in wanted if blocks else ():
        before = bisect_right(blocks, (line - 1, len(tokens)))
        owner = owners.get(line, blocks[max(before - 1, 0)][1])
        found.setdefault(owner, []).append(line)
    return found


_CARRIERS = frozenset(
    {
        "paragraph_open", "heading_open", "tr_open", "fence", "code_block", "front_matter", "list_item_open",
        "blockquote_open", "hr",
    }
)  # fmt: skip


def _carries(token: Token) -> bool:
    return token.type in _CARRIERS and (not token.hidden or token.type == "front_matter")
