"""What is written: comments on lines, the summary, the check. Words of documents stay words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lld_agent import __version__
from lld_agent.bot.conversation import Decision
from lld_agent.bot.findings import Point, counted
from lld_agent.bot.safety import (
    LONGEST_COMMENT,
    LONGEST_MESSAGE,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    fitted,
    plain,
    prose,
    quoted,
    shortened,
)
from lld_agent.forge.port import Forge
from lld_agent.forge.values import Annotation, Conclusion, Level, Verdict
from lld_agent.model.finding import Evidence, Finding, Severity
from lld_agent.model.review import Bars, Coverage
from lld_agent.model.usage import Usage
from lld_agent.text.escape import code_span

MOST_ANNOTATIONS = 250
_MOST_PLACES = 4
_LEVELS: dict[Severity, Level] = {
    Severity.ERROR: "failure",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What a review did and did not do, for the summary.

    Attributes:
        documents: paths read. unread: path and why.
        ungrounded: findings dropped for a quote that the document does not hold.
        suppressed: findings that documents set aside; `suppressions_added` comments for that are new here.
        baselined: findings that the baseline sets aside.
        notes: about configuration.
        trouble: why not everything could be said where it belongs; "" for nothing.
    """

    documents: tuple[str, ...]
    unread: tuple[tuple[str, str], ...] = ()
    coverage: Coverage | None = None
    usage: Usage | None = None
    ungrounded: int = 0
    suppressed: int = 0
    suppressions_added: int = 0
    baselined: int = 0
    notes: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def is_whole(self) -> bool:
        """Return whether everything that was to be judged was judged."""
        seen = self.coverage
        return not self.unread and not (seen and (seen.rules_failed or seen.critics_failed))


class Writer:
    """Writes for one commit of one pull request.

    Args:
        forge: for addresses of lines.
        head: the commit that was read.
        rule_url: address of the page of a rule, with `{id}`; "" for none.
    """

    def __init__(self, forge: Forge, head: str, rule_url: str = "") -> None:
        self._forge = forge
        self._head = head
        self._rule_url = rule_url

    def comment(self, point: Point, mark: str) -> str:
        """Return a comment on lines."""
        parts = ["\n".join(self._finding(f, point)) for f in point.findings]
        return fitted("\n\n".join(parts), LONGEST_COMMENT, mark)

    def opening(self, decision: Decision, mark: str) -> str:
        """Return the one line above the comments of a review."""
        more = sum(len(point.findings) for point in decision.rest)
        text = f"{_number(sum(len(p.findings) for p in decision.new), 'new finding')} on lines of this diff"
        return f"{text}{f'; {more} more in the summary' if more else ''}.\n\n{mark}"

    def summary(
        self, points: Sequence[Point], decision: Decision, account: Account, since: Sequence[str]
    ) -> str:
        """Return the text of the summary, without its mark."""
        return "\n".join(self._summary(points, decision, account, since))

    def verdict(self, points: Sequence[Point], account: Account, text: str, bars: Bars) -> Verdict:
        """Return what the check says; `bars` say from which severity on it fails."""
        counts = counted(points)
        conclusion: Conclusion = "success" if account.is_whole else "neutral"
        if counts:
            reached = any(bars.reached_by(f) for point in points for f in point.findings)
            conclusion = "failure" if reached else "neutral"
        title = f"{_counts(counts)} in {_number(len(account.documents), 'design')}"
        if not account.is_whole:
            title += "; not everything was reviewed"
        listed = [a for point in points for a in _annotations(point)]
        return Verdict(
            conclusion,
            title[:LONGEST_TITLE],
            fitted(text, LONGEST_SUMMARY),
            tuple(listed[:MOST_ANNOTATIONS]),
        )

    def _finding(self, finding: Finding, point: Point) -> Iterator[str]:
        yield self._first_line(finding)
        at = None if point.at is None else point.at.line
        others = [e for e in finding.evidence if e.location.end_line != at]
        if others:
            yield ""
        for evidence in others[:_MOST_PLACES]:
            yield f"- {self._place(evidence, point.path)}"
        if len(others) > _MOST_PLACES:
            yield f"- {_number(len(others) - _MOST_PLACES, 'more place')}"
        for label, text in (("Note", finding.note), ("Help", finding.hint)):
            if text:
                yield ""
                yield f"{label}: {prose(text)}"

    def _first_line(self, finding: Finding) -> str:
        mark = "*model:* " if finding.origin == "model" else ""
        rule = self._rule(finding.rule)
        return f"**{finding.severity.value}** {rule} {mark}{prose(finding.message)}"

    def _place(self, evidence: Evidence, path: str) -> str:
        place = evidence.location
        address = self._forge.line_address(path, self._head, place.line, place.end_line)
        note = f" ({prose(evidence.note)})" if evidence.note else ""
        return f"[line {place.line}](<{address}>): {quoted(evidence.quote)}{note}"

    def _rule(self, rule: str) -> str:
        page = self._rule_url.replace("{id}", rule)
        return f"[{rule}](<{page}>)" if page else f"`{rule}`"

    def _summary(
        self, points: Sequence[Point], decision: Decision, account: Account, since: Sequence[str]
    ) -> Iterator[str]:
        yield f"### Design review: {_counts(counted(points))}\n"
        read = ", ".join(code_span(plain(path)) for path in account.documents)
        yield f"Read at {self._head}: {read or 'nothing'}.\n"
        now = [fingerprint for point in points for fingerprint in point.fingerprints]
        fixed = _without(since, now)
        yield (
            f"{_number(len(decision.open) + len(decision.new), 'comment')} on lines of the diff. "
            f"Since the last commit that was reviewed: {len(_without(now, since))} new, {len(fixed)} gone.\n"
        )
        if account.trouble:
            yield f"**{prose(account.trouble)}**\n"
        yield from self._elsewhere(decision.rest)
        yield from _not_done(account)
        yield from _aside(account)
        if account.usage is not None:
            yield f"{_spent(account.usage)}.\n"
        yield f"lld-agent {__version__}; `lld-agent explain ID` says what a rule is about."

    def _elsewhere(self, rest: Sequence[Point]) -> Iterator[str]:
        if not rest:
            return
        yield "#### Not on lines of the diff\n"
        path = ""
        for point in sorted(rest, key=lambda point: point.path):
            if point.path != path:
                path = point.path
                yield f"{code_span(plain(path))}\n"
            for finding in point.findings:
                yield f"- {self._first_line(finding)}"
                for evidence in finding.evidence[:_MOST_PLACES]:
                    yield f"  - {self._place(evidence, path)}"
                if finding.hint:
                    yield f"  - Help: {prose(finding.hint)}"
        yield ""


def not_reviewed(why: str) -> Verdict:
    """Return what the check says where nothing could be reviewed."""
    text = plain(why)
    return Verdict(
        "neutral", f"NOT REVIEWED: {text}"[:LONGEST_TITLE], f"Not reviewed: {prose(text)}"
    )


def _not_done(account: Account) -> Iterator[str]:
    lines = [f"{code_span(plain(path))}: {prose(why)}" for path, why in account.unread]
    if account.coverage is not None:
        seen = account.coverage
        lines += [f"rule `{rule}` broke: {prose(why)}" for rule, why in seen.rules_failed]
        lines += [
            f"critic `{one}` gave no answer: {prose(why)}" for one, why in seen.critics_failed
        ]
    if lines:
        yield "#### Not reviewed\n"
        yield from (f"- {line}" for line in lines)
        yield ""


def _aside(account: Account) -> Iterator[str]:
    parts = []
    if account.coverage is not None:
        skipped = len(account.coverage.rules_skipped)
        parts.append(
            f"{_number(len(account.coverage.rules_run), 'rule')} ran, {skipped} had nothing to judge"
        )
    if account.suppressed:
        added = account.suppressions_added
        more = f" ({_number(added, 'such comment')} added here)" if added else ""
        parts.append(f"{_number(account.suppressed, 'finding')} set aside by comments{more}")
    elif account.suppressions_added:
        parts.append(
            f"{_number(account.suppressions_added, 'comment')} to set findings aside added here"
        )
    if account.baselined:
        parts.append(f"{account.baselined} known to the baseline")
    if account.ungrounded:
        parts.append(f"{account.ungrounded} dropped: their quotes are not in the document")
    if parts:
        yield "; ".join(parts) + ".\n"
    yield from (f"{prose(note)}.\n" for note in account.notes)


def _spent(usage: Usage) -> str:
    """Return what models were asked and what that cost."""
    tokens = usage.tokens_in + usage.tokens_out
    cost = "of unknown cost" if usage.cost is None else f"{usage.cost:.4f} US dollars"
    more = "" if usage.complete else ", at least"
    return f"Models: {_number(usage.requests, 'request')}, {tokens} tokens{more}, {cost}"


def _annotations(point: Point) -> Iterator[Annotation]:
    for finding in point.findings:
        place = finding.location
        lines = [finding.message, finding.note, finding.hint and f"help: {finding.hint}"]
        yield Annotation(
            path=point.path,
            first=place.line,
            last=max(place.line, place.end_line),
            level=_LEVELS[finding.severity],
            title=f"{finding.rule} {finding.name}"[:LONGEST_TITLE],
            message=shortened("\n".join(plain(line) for line in lines if line), LONGEST_MESSAGE),
        )


def _without(these: Iterable[str], those: Iterable[str]) -> list[str]:
    left = list(those)
    kept = []
    for one in these:
        if one in left:
            left.remove(one)
        else:
            kept.append(one)
    return kept


def _counts(counts: Mapping[Severity, int]) -> str:
    names = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "remark"}
    return ", ".join(_number(n, names[s]) for s, n in counts.items()) or "nothing found"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
