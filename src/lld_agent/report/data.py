"""The JSON that scripts read: stable keys, documented by `schemas/review.json`."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from pydantic import BaseModel

from lld_agent.model.criticism import CriticReport, Rejected
from lld_agent.model.finding import Finding, Fix
from lld_agent.model.review import ReviewResult, total
from lld_agent.model.usage import total as total_usage
from lld_agent.report.threats import ThreatsData, threats_data

SCHEMA_VERSION = 1


class EvidenceData(BaseModel):
    """A place with its words."""

    quote: str
    line: int
    column: int
    end_line: int
    end_column: int
    byte_start: int
    byte_end: int
    section: str
    note: str


class EditData(BaseModel):
    """A place, and the text that takes its place."""

    line: int
    column: int
    end_line: int
    end_column: int
    byte_start: int
    byte_end: int
    text: str


class FixData(BaseModel):
    """The one right edit; `lld-agent fix` applies it."""

    title: str
    edits: tuple[EditData, ...]


class FindingData(BaseModel):
    """One finding, flat for scripts, with all of its places."""

    fingerprint: str
    rule: str
    name: str
    severity: str
    tier: str
    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    quote: str
    section: str
    subject: str
    object: str
    hint: str
    suppressed: str | None
    note: str
    origin: str
    fix: FixData | None
    evidence: tuple[EvidenceData, ...]


class CoverageData(BaseModel):
    """What was looked at."""

    documents: int
    words: int
    template: str
    template_confidence: float
    tables_typed: int
    tables_verbatim: int
    rules_run: tuple[str, ...]
    rules_skipped: tuple[tuple[str, str], ...]
    rules_failed: tuple[tuple[str, str], ...]
    critics_run: tuple[str, ...]
    critics_failed: tuple[tuple[str, str], ...]
    critics_skipped: tuple[tuple[str, str], ...]


class CriticsData(BaseModel):
    """How the critics of one document went; `rejected` is what they said and is not reported."""

    path: str
    raised: int
    confirmed: int
    rejected: tuple[Rejected, ...]


class ReviewData(BaseModel):
    """A whole review.

    `unchanged` counts the findings that the revision given with --diff-base had too; null without.
    `usage` is empty where no model was to be asked; `cost_usd` is text, so that it stays exact, and
    null where a price is not known. `threats` has an entry per document with --explain-threats,
    `critics` with --llm, else none.
    """

    schema_version: int
    findings: tuple[FindingData, ...]
    suppressed: tuple[FindingData, ...]
    baselined: tuple[FindingData, ...]
    unchanged: int | None
    coverage: CoverageData
    usage: dict[str, int | str | None]
    threats: tuple[ThreatsData, ...]
    critics: tuple[CriticsData, ...]


def finding_data(finding: Finding) -> FindingData:
    """Return a finding as data."""
    evidence = tuple(
        EvidenceData(quote=e.quote, section=e.section, note=e.note, **e.location.model_dump())
        for e in finding.evidence
    )
    first = evidence[0]
    return FindingData(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        name=finding.name,
        severity=finding.severity.value,
        tier=finding.tier.value,
        path=finding.path,
        line=first.line,
        column=first.column,
        end_line=first.end_line,
        end_column=first.end_column,
        message=finding.message,
        quote=first.quote,
        section=first.section,
        subject=finding.subject,
        object=finding.object,
        hint=finding.hint,
        suppressed=finding.suppressed,
        note=finding.note,
        origin=finding.origin,
        fix=_fix_data(finding.fix) if finding.fix is not None else None,
        evidence=evidence,
    )


def _fix_data(fix: Fix) -> FixData:
    edits = (EditData(text=edit.text, **edit.location.model_dump()) for edit in fix.edits)
    return FixData(title=fix.title, edits=tuple(edits))


def review_data(results: Iterable[ReviewResult]) -> ReviewData:
    """Return the results of a run as data."""
    found = list(results)
    compared = [result.unchanged for result in found] or [None]
    return ReviewData(
        schema_version=SCHEMA_VERSION,
        findings=tuple(finding_data(f) for result in found for f in result.findings),
        suppressed=tuple(finding_data(f) for result in found for f in result.suppressed),
        baselined=tuple(finding_data(f) for result in found for f in result.baselined),
        unchanged=None if None in compared else sum(n for n in compared if n is not None),
        coverage=CoverageData(**asdict(total(result.coverage for result in found))),
        usage=_usage(found),
        threats=tuple(
            threats_data(result.design, result.threats)
            for result in found
            if result.design is not None and result.threats is not None
        ),
        critics=tuple(_critics(result) for result in found if result.critics is not None),
    )


def _critics(result: ReviewResult) -> CriticsData:
    report = result.critics or CriticReport()
    return CriticsData(
        path=result.path,
        raised=report.raised,
        confirmed=report.confirmed,
        rejected=report.rejected,
    )


def _usage(results: Iterable[ReviewResult]) -> dict[str, int | str | None]:
    parts = [result.usage for result in results if result.usage is not None]
    if not parts:
        return {}
    used = total_usage(parts)
    return {
        "requests": used.requests,
        "tokens_in": used.tokens_in,
        "tokens_cached": used.tokens_cached,
        "tokens_out": used.tokens_out,
        "cost_usd": None if used.cost is None else str(used.cost),
    }


def json_report(results: Iterable[ReviewResult]) -> str:
    """Return a review as one JSON object."""
    return (
        json.dumps(review_data(results).model_dump(mode="json"), ensure_ascii=False, indent=2)
        + "\n"
    )


def jsonl_report(results: Iterable[ReviewResult]) -> str:
    """Return a review as one JSON object per finding and line."""
    lines = (
        json.dumps(finding_data(finding).model_dump(mode="json"), ensure_ascii=False)
        for result in results
        for finding in result.findings
    )
    return "".join(f"{line}\n" for line in lines)
