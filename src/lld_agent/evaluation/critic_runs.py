"""Critics with a model on golden documents: what they raise on clean ones, which defects they see."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lld_agent.app import models
from lld_agent.app.writing import store
from lld_agent.config.settings import Settings
from lld_agent.critics.pipeline import Asking, Criticism, criticise
from lld_agent.errors import LldError
from lld_agent.evaluation.mutations import run as mutating
from lld_agent.evaluation.mutations.base import Kind, Mutant
from lld_agent.evaluation.mutations.registry import OPERATORS
from lld_agent.evaluation.reviews import CriticFigures, Defects, clean_document, stability_of
from lld_agent.llm.counting import count_tokens
from lld_agent.llm.ports import Asks
from lld_agent.model.design import Design
from lld_agent.model.events import ignore
from lld_agent.model.finding import Finding
from lld_agent.model.usage import NOTHING, Usage
from lld_agent.review.pipeline import ReviewSettings, critics_chosen, known
from lld_agent.sources.design import Folders, design_in
from lld_agent.store.cache import default_cache_folder


@dataclass(frozen=True, slots=True)
class CriticPlan:
    """What is asked: golden files by document, runs per clean document, defects per operator and document."""

    files: Sequence[tuple[str, str]]
    settings: Settings
    repeats: int = 1
    most: int = 1
    seed: int = 1


def measure_critics(plan: CriticPlan) -> CriticFigures:
    """Ask the critics about golden documents and about those with a defect that only readers find.

    Raises:
        LldError: no model is named, or nothing was answered.
    """
    return asyncio.run(_measure(plan))


@dataclass
class _Tally:
    usage: Usage = NOTHING
    failures: int = 0
    answered: int = 0
    message: str = ""


async def _measure(plan: CriticPlan) -> CriticFigures:
    tally = _Tally()
    runs: list[dict[str, frozenset[str]]] = []
    first: dict[str, tuple[Finding, ...]] = {}
    for repeat in range(plan.repeats):
        found = {}
        for document, file in plan.files:
            clean = mutating.load(file)
            findings = await _criticised(clean.design, clean, plan.settings, repeat, tally)
            found[document] = frozenset(one.fingerprint for one in findings)
            first.setdefault(document, findings)
        runs.append(found)
    defects = await _defects(plan, first, tally)
    if tally.failures and not tally.answered:
        raise LldError(f"the critics were not answered: {tally.message}", "see the run record")
    return CriticFigures(
        model=plan.settings.model_for("critic"),
        repeats=plan.repeats,
        clean=tuple(
            clean_document(document, mutating.load(file).design.source.text, first[document])
            for document, file in plan.files
        ),
        defects=defects,
        stability=stability_of(runs),
        failures=tally.failures,
        usage=tally.usage,
    )


async def _defects(
    plan: CriticPlan, first: dict[str, tuple[Finding, ...]], tally: _Tally
) -> tuple[Defects, ...]:
    readers = [operator for operator in OPERATORS if operator.kind is Kind.CRITICS]
    hits: dict[str, list[frozenset[str]]] = {}
    extra: Counter[str] = Counter()
    for document, file in plan.files:
        clean = mutating.load(file)
        had = {one.fingerprint for one in first[document]}
        for mutant in mutating.mutants(clean, readers, plan.most, plan.seed):
            design = design_in(mutant.source, Folders(clean.folder))
            findings = await _criticised(design, clean, plan.settings, 0, tally)
            new = [one for one in findings if one.fingerprint not in had]
            at = [one for one in new if _touches(one, mutant)]
            hits.setdefault(mutant.operator.id, []).append(frozenset(one.rule for one in at))
            extra[mutant.operator.id] += len(new) - len(at)
    return tuple(
        Defects(
            id=operator.id,
            title=operator.title,
            dimension=operator.dimension,
            kind=operator.kind.value,
            defects=len(hits[operator.id]),
            found=sum(bool(rules) for rules in hits[operator.id]),
            stable=0,
            fired=dict(sorted(Counter(r for rules in hits[operator.id] for r in rules).items())),
            collateral=extra[operator.id],
        )
        for operator in readers
        if operator.id in hits
    )


def _touches(finding: Finding, mutant: Mutant) -> bool:
    places = mutant.lines | mutant.counterpart
    return any(
        not places.isdisjoint(range(one.location.line, one.location.end_line + 1))
        for one in finding.evidence
    )


async def _criticised(
    design: Design, clean: mutating.Clean, settings: Settings, repeat: int, tally: _Tally
) -> tuple[Finding, ...]:
    with store().begin(f"eval-critics-{design.source.path}") as record:
        # Each repeat has a cache of its own: answers of another are not its.
        asks = models.gateway(_with_cache(settings, repeat), record, ignore)
        try:
            found = await _asked(design, clean, asks, settings)
        finally:
            await asks.aclose()
    tally.usage += found.usage
    tally.failures += len(found.failures)
    tally.answered += len(found.report.run)
    tally.message = found.failures[0][1].message if found.failures else tally.message
    return found.findings


async def _asked(
    design: Design, clean: mutating.Clean, asks: Asks, settings: Settings
) -> Criticism:
    counter = partial(count_tokens, model=settings.model)
    asking = Asking(asks, counter, clean.brief, settings.critic_samples)
    chosen = critics_chosen(ReviewSettings())
    return await criticise(design, known(design, clean.brief), chosen, asking)


def _with_cache(settings: Settings, repeat: int) -> Settings:
    if not repeat:
        return settings
    folder = Path(settings.cache_dir or default_cache_folder()).expanduser()
    return settings.model_copy(update={"cache_dir": str(folder / f"sample-{repeat}")})
