"""Findings as they are posted: quotes checked, merged by place, ranked, put on lines of the diff."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lld_agent.bot.analysis import Analysed
from lld_agent.bot.documents import Changed
from lld_agent.forge.patch import anchor
from lld_agent.forge.values import Anchor
from lld_agent.model.finding import Finding, Severity, Tier

_SPACE = re.compile(r"\s+")
_MISSING = "missing:"


@dataclass(frozen=True, slots=True)
class Point:
    """Findings of one rule about one place: what one comment says.

    Attributes:
        findings: never empty.
        document: where.
        at: lines of the diff that it stands on; None where the diff shows none of its places.
        absent: it is about what is missing below a heading, so that no quote tells when it is mended.
    """

    findings: tuple[Finding, ...]
    document: Changed
    at: Anchor | None
    absent: bool

    @property
    def first(self) -> Finding:
        """Return the gravest."""
        return self.findings[0]

    @property
    def path(self) -> str:
        """Return the path of its document."""
        return self.document.file.path

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Return what its findings are known by."""
        return tuple(finding.fingerprint for finding in self.findings)

    @property
    def quote(self) -> str:
        """Return the words that must be gone before it can count as mended."""
        return f"{_MISSING}{self.first.subject}" if self.absent else self.first.quote


def normal(text: str) -> str:
    """Return text in which neither line ends nor ways to write a letter matter."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def stands_in(quote: str, document: str) -> bool:
    """Return whether a quote occurs in a document; one about something missing does not.

    Args:
        quote: as it stands in a finding.
        document: normalised.
    """
    return not quote.startswith(_MISSING) and normal(quote) in document


def grounded(findings: Iterable[Finding], document: Changed) -> tuple[tuple[Finding, ...], int]:
    """Return the findings whose quotes all occur in the document, and how many do not."""
    text = normal(document.text)
    asked = list(findings)
    kept = tuple(
        finding
        for finding in asked
        if all(normal(evidence.quote) in text for evidence in finding.evidence)
    )
    return kept, len(asked) - len(kept)


def points(
    analysed: Mapping[str, Sequence[Finding]],
    documents: Iterable[Changed],
    replies: Mapping[str, Analysed],
) -> tuple[Point, ...]:
    """Return what there is to say, the gravest first.

    Findings of one rule on one place are one point.
    """
    merged: dict[tuple[str, str, object], list[Point]] = {}
    for document in documents:
        path = document.file.path
        headings = set(replies[path].headings)
        for finding in analysed.get(path, ()):
            point = _point(finding, document, headings)
            place = point.at or (finding.location.line, finding.location.column)
            merged.setdefault((path, finding.rule, place), []).append(point)
    made = [_merged(group) for group in merged.values()]
    return tuple(sorted(made, key=_rank))


def _point(finding: Finding, document: Changed, headings: set[int]) -> Point:
    """Place a finding: where it is reported, else where its other side is, if the diff shows that."""
    placed = (
        anchor(document.file, document.lines, one.location.line, one.location.end_line)
        for one in finding.evidence
    )
    at = next((one for one in placed if one is not None), None)
    return Point((finding,), document, at, finding.location.line in headings)


def _merged(group: list[Point]) -> Point:
    ordered = sorted(group, key=_rank)
    found = {f.fingerprint: f for point in ordered for f in point.findings}
    first = ordered[0]
    return Point(tuple(found.values()), first.document, first.at, first.absent)


def _rank(point: Point) -> tuple[int, bool, str, int, str, str]:
    first = point.first
    return (
        -first.severity.rank,
        first.tier is not Tier.STABLE,
        first.path,
        first.location.line,
        first.rule,
        first.fingerprint,
    )


def counted(made: Iterable[Point]) -> dict[Severity, int]:
    """Return how many findings there are of each severity, the gravest first; none are left out."""
    counts = dict.fromkeys(reversed(Severity), 0)
    for point in made:
        for finding in point.findings:
            counts[finding.severity] += 1
    return {severity: count for severity, count in counts.items() if count}
