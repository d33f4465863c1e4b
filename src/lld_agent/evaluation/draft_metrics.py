"""The metrics of one draft against one golden document: pure functions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from lld_agent.evaluation.contents import words_at
from lld_agent.evaluation.drafted import Drafted
from lld_agent.evaluation.golden import KINDS, Golden, GoldenRequirement
from lld_agent.evaluation.grounding import (
    Named,
    assumptions_share,
    broken_quotes,
    leaked,
    sourced_share,
)
from lld_agent.evaluation.metrics import METRICS
from lld_agent.evaluation.rows import Settle, TableMatch, match_documents, row_score, unsettled
from lld_agent.evaluation.settling import GreyPair, grey_pair
from lld_agent.evaluation.wording import duplicate_share, flat, words
from lld_agent.llm.request import FailureKind
from lld_agent.model.finding import Severity
from lld_agent.model.run import RunEvent
from lld_agent.model.source import SourceText
from lld_agent.model.usage import total
from lld_agent.review.pipeline import review
from lld_agent.template.kit import Document
from lld_agent.template.reader import read_design
from lld_agent.template.registry import Template

_PLACEHOLDER_RULE = "STR002"


class Details(BaseModel):
    """What stands behind the figures of one run."""

    model_config = ConfigDict(frozen=True)

    failed: tuple[str, ...] = ()
    missing: tuple[Named, ...] = ()
    extra: tuple[Named, ...] = ()
    grey: tuple[GreyPair, ...] = ()
    uncovered: tuple[Named, ...] = ()
    broken_quotes: tuple[str, ...] = ()
    unsourced: tuple[Named, ...] = ()
    leaks: tuple[Named, ...] = ()
    findings: tuple[str, ...] = ()


class Score(BaseModel):
    """All figures of one run on one document; None where a metric does not apply."""

    model_config = ConfigDict(frozen=True)

    metrics: dict[str, float | None]
    tables: dict[str, tuple[int, int, int]] = {}
    details: Details = Details()


def score(golden: Golden, drafted: Drafted, settle: Settle = unsettled) -> Score:
    """Return the figures of a draft. `tables` holds golden, other and matched rows per slot."""
    found = _matched(golden, drafted, settle)
    rows = row_score(found)
    uncovered = tuple(uncovered_of(golden.requirements, drafted.document))
    broken = tuple(broken_quotes(drafted.sidecar, drafted.brief)) if drafted.sidecar else ()
    sourced, unsourced = sourced_share(drafted.document, drafted.brief, drafted.sidecar)
    consistency, leaks, findings = consistency_of(drafted, golden.template)
    metrics: dict[str, float | None] = {
        "rendered": 1.0,
        **schema_validity(drafted.events),
        "rows.precision": rows.precision,
        "rows.recall": rows.recall,
        "rows.f1": rows.f1,
        "rows.agreement": rows.agreement,
        "rows.grey": float(sum(len(one.grey) for one in found)) if golden.document else None,
        **coverage(golden.requirements, uncovered),
        "grounding.broken_quotes": float(len(broken)) if drafted.sidecar else None,
        "grounding.sourced": sourced,
        "grounding.assumptions": assumptions_share(drafted.document),
        "leakage": float(len(leaks)),
        **consistency,
        "length": words(drafted.markdown) / words(golden.markdown) if golden.markdown else None,
        "duplicates": duplicate_share(drafted.document),
        **cost(drafted.events),
        "seconds": drafted.seconds,
    }
    details = Details(
        failed=tuple(drafted.failed),
        missing=tuple(Named(slot=t.slot, text=i.label) for t in found for i in t.missing),
        extra=tuple(Named(slot=t.slot, text=i.label) for t in found for i in t.extra),
        grey=tuple(grey_pair(t.slot, a, b) for t in found for a, b in t.grey),
        uncovered=tuple(
            Named(slot=one.id, text=one.quote) for one in golden.requirements if one.id in uncovered
        ),
        broken_quotes=broken,
        unsourced=unsourced,
        leaks=leaks,
        findings=findings,
    )
    sizes = {t.slot: (t.golden, t.other, len(t.matched)) for t in found}
    return Score(metrics=metrics, tables=sizes, details=details)


def _matched(golden: Golden, drafted: Drafted, settle: Settle) -> tuple[TableMatch, ...]:
    if golden.document is None:
        return ()
    return match_documents(golden.document, drafted.document, golden.meta.language, settle)


def schema_validity(events: Sequence[RunEvent]) -> dict[str, float | None]:
    """Return the share of questions whose first answer was taken, and of those with any valid answer.

    A question that failed for another reason than the form of its answers (no money, no network)
    says nothing about schemas. An answer from the cache was valid when it was put there; whether at
    once is not known, so that it does not count for the first figure.
    """
    outcomes = [one for one in events if one.event == "model.outcome"]
    judged = [one for one in outcomes if one.failure in {"", FailureKind.INVALID.value}]
    answered = Counter(
        one.key for one in events if one.event == "model.call" and one.attempt and _answered(one)
    )
    asked = [one for one in judged if not one.cached]
    valid = [one for one in judged if not one.failure]
    once = [one for one in asked if not one.failure and answered[one.key] <= 1]
    return {
        "schema.first_try": len(once) / len(asked) if asked else None,
        "schema.after_reask": len(valid) / len(judged) if judged else None,
    }


def _answered(event: RunEvent) -> bool:
    return bool((event.model_extra or {}).get("answered"))


def uncovered_of(requirements: Sequence[GoldenRequirement], document: Document) -> Iterator[str]:
    """Yield the ids of requirements that a design does not speak to."""
    for one in requirements:
        text = flat(words_at(document, one.slots))
        if not all(any(flat(phrase) in text for phrase in group) for group in one.evidence):
            yield one.id


def coverage(
    requirements: Sequence[GoldenRequirement], uncovered: Sequence[str]
) -> dict[str, float | None]:
    """Return the share of requirements covered, of all and by kind."""
    missed = set(uncovered)

    def share(chosen: Sequence[GoldenRequirement]) -> float | None:
        return sum(one.id not in missed for one in chosen) / len(chosen) if chosen else None

    by_kind = {
        f"coverage.{kind}": share([one for one in requirements if one.kind == kind])
        for kind in KINDS
    }
    return {"coverage.all": share(requirements), **by_kind}


def consistency_of(
    drafted: Drafted, template: Template
) -> tuple[dict[str, float | None], tuple[Named, ...], tuple[str, ...]]:
    """Return findings of the rules per 1,000 words, template text that is left, and all findings."""
    design = read_design(SourceText(drafted.markdown, "draft.md"))
    found = review(design, brief=drafted.brief).findings
    leaks = [f for f in found if f.rule == _PLACEHOLDER_RULE]
    heavy = [f for f in found if f.severity is not Severity.INFO and f not in leaks]
    errors = [f for f in heavy if f.severity is Severity.ERROR]
    thousands = max(1, words(drafted.markdown)) / 1000
    metrics: dict[str, float | None] = {
        "consistency.errors": len(errors) / thousands,
        "consistency.findings": len(heavy) / thousands,
    }
    left = [Named(slot=f.evidence[0].section, text=f.message) for f in leaks]
    left += leaked(drafted.document, template)
    return metrics, tuple(left), tuple(f"{f.rule} {f.severity.value}: {f.message}" for f in heavy)


def cost(events: Sequence[RunEvent]) -> dict[str, float | None]:
    """Return calls, tokens and dollars of a run; an unknown price stays unknown."""
    calls = [one for one in events if one.event == "model.call" and one.attempt]
    used = total(one.usage for one in calls if one.usage is not None)
    return {
        "calls": float(len(calls)),
        "tokens.in": float(used.tokens_in),
        "tokens.out": float(used.tokens_out),
        "cost": None if used.cost is None else float(used.cost),
    }


def crashed() -> Mapping[str, float | None]:
    """Return the metrics of a run that raised: 0 where higher is better, unknown elsewhere."""
    return {one.name: 0.0 if one.better == "higher" else None for one in METRICS}
