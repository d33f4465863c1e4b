"""Applies the fixes of findings to a document, and proves each: its finding goes, none comes."""

from collections.abc import Callable, Iterable, Sequence

from lld_agent.model.finding import Edit, Finding
from lld_agent.model.review import Fixed, ReviewResult
from lld_agent.model.source import SourceText, Span

MOST_ROUNDS = 10
"""Fixes that overlap are applied one round after the other."""

Judge = Callable[[SourceText], ReviewResult]
"""Reviews a text in the place of the document."""


def fix(source: SourceText, judge: Judge, rules: frozenset[str] | None = None) -> Fixed:
    """Apply every fix that resolves its finding and brings no other; the rest stays as it is.

    Args:
        source: the document.
        judge: how it is reviewed, before and after each round.
        rules: ids of those whose findings are fixed; None for all.
    """
    now, result = source, judge(source)
    applied: list[Finding] = []
    withheld: dict[str, Finding] = {}
    for _ in range(MOST_ROUNDS):
        fixable = [
            finding
            for finding in result.findings
            if finding.fix and finding.fingerprint not in withheld
            if rules is None or finding.rule in rules
        ]
        chosen = apart(fixable, now)
        if not chosen:
            break
        done, after, seen = _proven(now, result, chosen, judge)
        withheld |= {f.fingerprint: f for f in chosen if f not in done}
        applied += done
        now, result = after, seen
    return Fixed(source, now, tuple(applied), tuple(withheld.values()))


def _proven(
    source: SourceText, before: ReviewResult, chosen: Sequence[Finding], judge: Judge
) -> tuple[list[Finding], SourceText, ReviewResult]:
    """Apply fixes together; where that does not hold, half by half, keeping those that do."""
    done: list[Finding] = []
    kept, result = source, before
    waiting = [list(chosen)]
    while waiting:
        group = waiting.pop()
        tried = apply(source, [*done, *group])
        seen = judge(tried)
        if _holds([*done, *group], before, seen):
            done += group
            kept, result = tried, seen
        elif len(group) > 1:
            middle = len(group) // 2
            waiting += [group[middle:], group[:middle]]
    return done, kept, result


def _holds(chosen: Iterable[Finding], before: ReviewResult, after: ReviewResult) -> bool:
    had = {f.fingerprint for f in (*before.findings, *before.suppressed)}
    has = {f.fingerprint for f in after.findings}
    broke = len(after.coverage.rules_failed) > len(before.coverage.rules_failed)
    return not broke and has <= had and not has & {f.fingerprint for f in chosen}


def apart(findings: Iterable[Finding], source: SourceText) -> list[Finding]:
    """Return the findings whose fixes do not overlap, the first in the document first."""
    taken: list[Span] = []
    chosen: list[Finding] = []
    for finding in findings:
        spans = [span_of(edit, source) for edit in finding.fix.edits] if finding.fix else []
        if spans and not any(_meet(one, other) for one in spans for other in taken):
            taken += spans
            chosen.append(finding)
    return chosen


def _meet(one: Span, other: Span) -> bool:
    """Return whether two edits share a character or a place to insert at."""
    return one.start <= other.end and other.start <= one.end


def apply(source: SourceText, findings: Iterable[Finding]) -> SourceText:
    """Return the text with the edits of all fixes.

    Raises:
        ValueError: two edits overlap.
    """
    edits = sorted(
        (span_of(edit, source), edit.text)
        for finding in findings
        if finding.fix
        for edit in finding.fix.edits
    )
    parts, at = [], 0
    for span, text in edits:
        if span.start < at:
            raise ValueError("edits overlap")
        parts += [source.text[at : span.start], text]
        at = span.end
    text = "".join([*parts, source.text[at:]])
    return SourceText(text, source.path, bom=source.bom, encoding=source.encoding)


def span_of(edit: Edit, source: SourceText) -> Span:
    """Return the place of an edit in code points."""
    place, starts = edit.location, source.line_starts
    return Span(
        starts[place.line - 1] + place.column - 1, starts[place.end_line - 1] + place.end_column - 1
    )
