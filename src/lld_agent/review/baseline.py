"""Findings against a baseline: what is known is set aside, what expired comes back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lld_agent.model.baseline import Baseline, BaselineEntry
from lld_agent.model.finding import Finding
from lld_agent.model.review import ReviewResult


@dataclass(frozen=True, slots=True)
class Known:
    """Which entry of a baseline speaks of which finding.

    Attributes:
        entries: (path of the result, fingerprint) → its entry.
        unmatched: entries that speak of no finding of these results.
    """

    entries: dict[tuple[str, str], BaselineEntry]
    unmatched: tuple[BaselineEntry, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """How paths of results and of entries go together.

    Attributes:
        of: path of a result → its path in the baseline.
        gone: whether the document that an entry names exists no more.
    """

    of: Callable[[str], str]
    gone: Callable[[str], bool]


def match(results: Sequence[ReviewResult], baseline: Baseline, places: Places) -> Known:
    """Find the entry of each finding.

    An entry of a document that is gone may speak of the same finding in another one: documents are
    moved. Each entry speaks of one finding.
    """
    here = {(entry.path, entry.fingerprint): entry for entry in baseline.entries}
    found: dict[tuple[str, str], BaselineEntry] = {}
    homeless: list[tuple[str, Finding]] = []
    for result in results:
        for finding in result.findings:
            entry = here.pop((places.of(result.path), finding.fingerprint), None)
            if entry is not None:
                found[result.path, finding.fingerprint] = entry
            else:
                homeless.append((result.path, finding))
    if homeless:
        moved = {entry.fingerprint: key for key, entry in here.items() if places.gone(entry.path)}
        for path, finding in homeless:
            key = moved.pop(finding.fingerprint, None)
            if key is not None:
                found[path, finding.fingerprint] = here.pop(key)
    return Known(found, tuple(here.values()))


def set_aside(
    results: Iterable[ReviewResult], known: Known, today: date
) -> tuple[ReviewResult, ...]:
    """Return the results with known findings moved to `baselined`, with their reasons.

    A finding whose entry has expired stays, with a note that says so.
    """
    return tuple(_without(result, known, today) for result in results)


def _without(result: ReviewResult, known: Known, today: date) -> ReviewResult:
    left, aside = [], []
    for finding in result.findings:
        entry = known.entries.get((result.path, finding.fingerprint))
        if entry is None:
            left.append(finding)
        elif entry.expired(today):
            note = f"its baseline entry expired on {entry.expires}: {entry.reason}"
            left.append(finding.model_copy(update={"note": note}))
        else:
            aside.append(finding.model_copy(update={"suppressed": entry.reason}))
    return replace(result, findings=tuple(left), baselined=(*result.baselined, *aside))


@dataclass(frozen=True, slots=True)
class Decision:
    """Why findings may stay, and until when."""

    reason: str
    expires: date | None


def extended(
    results: Iterable[ReviewResult],
    baseline: Baseline,
    known: Known,
    decision: Decision,
    today: date,
    places: Places,
) -> Baseline:
    """Return the baseline with an entry for every finding.

    Entries that hold keep their reason and expiry (and follow a document that moved); those that
    have expired are renewed with the decision; nothing is removed.
    """
    kept = {(entry.path, entry.fingerprint): entry for entry in known.unmatched}
    for result in results:
        path = places.of(result.path)
        for finding in result.findings:
            entry = known.entries.get((result.path, finding.fingerprint))
            if entry is None or entry.expired(today):
                entry = _entry(finding, path, decision)
            kept[path, finding.fingerprint] = entry.model_copy(update={"path": path})
    return baseline.model_copy(update={"entries": _ordered(kept.values())})


def prunable(
    results: Iterable[ReviewResult], known: Known, places: Places
) -> tuple[BaselineEntry, ...]:
    """Return the unmatched entries that this review can judge.

    Those are the ones whose document was reviewed with their rule, and those whose document is
    gone. The results must hold findings of every severity.
    """
    judged: dict[str, set[str]] = {}
    for result in results:
        coverage = result.coverage
        rules = {*coverage.rules_run, *(rule for rule, _ in coverage.rules_skipped)}
        judged[places.of(result.path)] = rules
    return tuple(
        entry
        for entry in known.unmatched
        if (entry.rule in judged[entry.path] if entry.path in judged else places.gone(entry.path))
    )


def without(baseline: Baseline, entries: Iterable[BaselineEntry]) -> Baseline:
    """Return the baseline without some entries."""
    removed = {(entry.path, entry.fingerprint) for entry in entries}
    left = (e for e in baseline.entries if (e.path, e.fingerprint) not in removed)
    return baseline.model_copy(update={"entries": _ordered(left)})


def _entry(finding: Finding, path: str, decision: Decision) -> BaselineEntry:
    return BaselineEntry(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        path=path,
        section=finding.evidence[0].section,
        message=finding.message,
        reason=decision.reason,
        expires=decision.expires,
    )


def _ordered(entries: Iterable[BaselineEntry]) -> tuple[BaselineEntry, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.path, entry.rule, entry.fingerprint)))
