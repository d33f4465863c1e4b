"""Findings that a document itself sets aside, with a reason.

`<!-- lld: ignore API001 -- reason -->` speaks, by where it stands,

* at the end of a line: for that line (in the last cell, for a table row);
* alone on a line: for the block that follows, whole; inside a list or a quote for the lines up to
  the next blank one;
* on a heading, or alone above one: for its section with all sections below it.

`<!-- lld: ignore-file API001 -- reason -->` speaks for the document, wherever it stands.
Several ids are separated by commas or blanks. The reason is not optional.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Finding
from lld_agent.model.source import SourceText, Span
from lld_agent.rules.base import Repair
from lld_agent.rules.registry import rule
from lld_agent.text.comments import Comment, blanked, find_comments

_DIRECTIVE = re.compile(r"lld(?:-agent)?:\s*(\S+)", re.IGNORECASE)
_REASON = re.compile(r"--|—|–")  # editors like to set two hyphens as a dash
_BETWEEN = re.compile(r"[,\s]+")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment that sets findings aside.

    Attributes:
        rules: ids, retired ones replaced, in the order written.
        reason: why, as the author gave it.
        span: the comment.
        first, last: 1-based lines it speaks for, both included; last < first when nothing follows.
    """

    rules: tuple[str, ...]
    reason: str
    span: Span
    first: int
    last: int

    def covers(self, finding: Finding) -> bool:
        """Return whether a finding is of one of its rules and reported in its lines."""
        return finding.rule in self.rules and self.first <= finding.location.line <= self.last


@dataclass(frozen=True, slots=True)
class Fault:
    """A comment that means to be a suppression and is none; `message` says what it lacks."""

    message: str
    subject: str
    span: Span


def read_suppressions(design: Design) -> tuple[tuple[Suppression, ...], tuple[Fault, ...]]:
    """Return the suppressions of a document, and the comments that fail to be one."""
    comments = find_comments(design.source, design.blocks)
    if not comments:
        return (), ()
    page = _Page(design, comments)
    suppressions: list[Suppression] = []
    faults: list[Fault] = []
    for comment in comments:
        directive = _DIRECTIVE.match(comment.text.strip())
        if not directive:
            continue
        verb = directive[1].casefold()
        rest = comment.text.strip()[directive.end() :]
        ids, reason, wrong = _parse(verb, rest)
        if wrong:
            faults.append(Fault(wrong, " ".join(comment.text.split()), comment.span))
        if not ids or not reason:
            continue
        first, last = page.lines(comment, whole=verb == "ignore-file")
        suppressions.append(Suppression(ids, reason, comment.span, first, last))
    return tuple(suppressions), tuple(faults)


def apply(
    findings: Iterable[Finding], suppressions: Iterable[Suppression]
) -> tuple[list[Finding], list[Finding], list[tuple[Suppression, str]]]:
    """Part findings by suppressions.

    Returns:
        The findings left; those set aside, with the reason in `suppressed`; and each pair of a
        suppression and a rule id of it that set nothing aside.
    """
    known = list(suppressions)
    left: list[Finding] = []
    aside: list[Finding] = []
    used: set[tuple[int, str]] = set()
    for finding in findings:
        covering = [number for number, one in enumerate(known) if one.covers(finding)]
        if not covering:
            left.append(finding)
            continue
        used.update((number, finding.rule) for number in covering)
        aside.append(finding.model_copy(update={"suppressed": known[covering[0]].reason}))
    unused = [
        (one, rule_id)
        for number, one in enumerate(known)
        for rule_id in one.rules
        if (number, rule_id) not in used
    ]
    return left, aside, unused


def without_rule(suppression: Suppression, rule_id: str, design: Design) -> Repair | None:
    """Return the edit that takes a rule out of a comment, or the comment out of the document.

    None where the comment names the rule in no word of its own.
    """
    text = design.source.slice(suppression.span)
    directive = _DIRECTIVE.search(text)
    dash = _REASON.search(text, directive.end()) if directive else None
    if directive is None or dash is None:
        return None
    begin = directive.end()
    listed = text[begin : dash.start()]
    words = [word for word in _BETWEEN.split(listed) if word]
    left = [word for word in words if (one := rule(word)) is None or one.id != rule_id]
    if len(left) == len(words):
        return None
    title = f"take {rule_id} out of the comment"
    if left:
        start = suppression.span.start + begin
        return Repair(title, ((Span(start, start + len(listed)), f" {', '.join(left)} "),))
    return Repair(title, ((_with_blanks(suppression.span, design.source), ""),))


def _with_blanks(span: Span, source: SourceText) -> Span:
    """Return a comment with the blanks before it, and with its lines when it is alone on them."""
    lines = source.line_span(source.line_of(span.start) - 1, source.line_of(span.end))
    before, after = source.text[lines.start : span.start], source.text[span.end : lines.end]
    if not before.strip() and not after.strip():
        return lines
    return Span(span.start - (len(before) - len(before.rstrip(" \t"))), span.end)


def _parse(verb: str, rest: str) -> tuple[tuple[str, ...], str, str]:
    """Return rule ids, reason, and what is wrong ("" for nothing)."""
    if verb not in {"ignore", "ignore-file"}:
        return (), "", f"`lld: {verb}` is no directive: `ignore` and `ignore-file` are"
    dash = _REASON.search(rest)
    named, reason = (rest[: dash.start()], rest[dash.end() :]) if dash else (rest, "")
    words = [word for word in _BETWEEN.split(named) if word]
    if not words:
        return (), "", f"`lld: {verb}` names no rule"
    found = {word: rule(word) for word in words}
    ids = tuple(dict.fromkeys(one.id for one in found.values() if one))
    unknown = [word for word, one in found.items() if one is None]
    if not reason.strip():
        return ids, "", f"no reason is given for ignoring {', '.join(words)}, so nothing is ignored"
    if unknown:
        return ids, reason.strip(), f"no rule is called {', '.join(unknown)}"
    return ids, " ".join(reason.split()), ""


class _Page:
    """Finds the lines that a comment speaks for; built once for all comments of a document."""

    def __init__(self, design: Design, comments: Iterable[Comment]) -> None:
        self.design = design
        self.source = design.source
        self.block_starts = [block.span.start for block in design.blocks]
        self.section_starts = [section.span.start for section in design.sections]
        bare = SourceText(blanked(self.source.text, comments)).lines
        self.bare = [not line.strip(" \t>") for line in bare]

    def lines(self, comment: Comment, *, whole: bool) -> tuple[int, int]:
        """Return the first and last line, 1-based, both included."""
        if whole:
            return 1, len(self.bare)
        first = self.source.line_of(comment.span.start)
        last = self.source.line_of(max(comment.span.end - 1, comment.span.start))
        at = bisect_right(self.block_starts, comment.span.start) - 1
        holder = self.design.blocks[at]
        if holder.kind is BlockKind.HEADING:
            return self.section(comment.span.start)
        if not self.is_bare(first, last):
            return first, last
        if holder.kind in {BlockKind.LIST, BlockKind.QUOTE}:
            return self.run_below(last, self.source.line_of(holder.span.end - 1))
        return self.block_below(at, comment.span.end)

    def is_bare(self, first: int, last: int) -> bool:
        """Return whether lines hold nothing but comments (and marks of quotes)."""
        return all(self.bare[first - 1 : last])

    def block_below(self, at: int, offset: int) -> tuple[int, int]:
        """Return the lines of the first block from block `at` on that is more than comments."""
        for block in self.design.blocks[at:]:
            inside = self.source.slice(block.span)
            if block.span.start < offset or not inside.strip():
                continue
            first = self.source.line_of(block.span.start + len(inside) - len(inside.lstrip()))
            last = self.source.line_of(block.span.start + len(inside.rstrip()) - 1)
            if block.kind is BlockKind.HEADING:
                return self.section(block.span.start)
            if block.kind is not BlockKind.HTML or not self.is_bare(first, last):
                return first, last
        return 1, 0

    def run_below(self, after: int, end: int) -> tuple[int, int]:
        """Return the lines that follow line `after` up to a blank one, or up to `end`."""
        lines = self.source.lines
        last = after
        while last < end and lines[last].strip(" \t>"):
            last += 1
        return after + 1, last

    def section(self, offset: int) -> tuple[int, int]:
        """Return the lines of the section that holds an offset, with the sections below it."""
        sections = self.design.sections
        at = bisect_right(self.section_starts, offset) - 1
        end = at + 1
        while end < len(sections) and sections[end].level > sections[at].level:
            end += 1
        last = sections[end - 1].span.end
        return self.source.line_of(sections[at].span.start), self.source.line_of(max(last - 1, 0))
