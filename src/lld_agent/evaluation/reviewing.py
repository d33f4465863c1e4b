"""Measures reviews: defects in golden designs, the designs themselves, stored verdicts, repeated runs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lld_agent.app import generator
from lld_agent.config.settings import Settings
from lld_agent.evaluation.golden import DESIGN, load_goldens
from lld_agent.evaluation.mutations import run as mutating
from lld_agent.evaluation.reviews import (
    CriticFigures,
    Reviews,
    clean_document,
    defects_of,
    dimensions_of,
    equivalent_of,
    judged_of,
)
from lld_agent.evaluation.verdicts import read_verdicts
from lld_agent.model.design import Design
from lld_agent.model.finding import Tier
from lld_agent.model.threats import Outcome
from lld_agent.threats.assess import assess


@dataclass(frozen=True, slots=True)
class ReviewPlan:
    """What is measured.

    Attributes:
        golden: folder of golden documents. frozen: also those kept away from development.
        only: names of documents; all without any.
        operators: ids of operators; all without any.
        most: defects per operator and document.
        seed: chooses among more places. jobs: processes.
        verdicts: folder of stored verdicts.
        critics: settings of the models that critics ask; None: no critics.
        repeats: runs of the critics on every clean document.
    """

    golden: Path
    frozen: bool = False
    only: Sequence[str] = ()
    operators: tuple[str, ...] = ()
    most: int = 2
    seed: int = 1
    jobs: int = 1
    verdicts: Path = Path("evals/verdicts")
    critics: Settings | None = None
    repeats: int = 1


def measure_reviews(plan: ReviewPlan) -> Reviews:
    """Return the figures of reviews by the rules.

    On clean documents only stable rules count: what a person sees who sets nothing.

    Raises:
        InputError: a document or a verdict cannot be read.
    """
    goldens = load_goldens(plan.golden, frozen=plan.frozen, only=plan.only)
    files = tuple(str(plan.golden / one.slug / DESIGN) for one in goldens)
    outcomes = mutating.measure(
        mutating.Plan(files, plan.operators, plan.most, plan.seed, plan.jobs)
    )
    defects = defects_of(outcomes)
    clean = []
    for golden, file in zip(goldens, files, strict=True):
        seen = [one for one in mutating.load(file).findings if one.tier is Tier.STABLE]
        one = clean_document(golden.slug, golden.markdown, seen)
        clean.append(one.model_copy(update={"threats": _threats(mutating.load(file).design)}))
    known = read_verdicts(plan.verdicts) if plan.verdicts.is_dir() else {}
    named = list(zip((golden.slug for golden in goldens), files, strict=True))
    return Reviews(
        generator=generator(),
        operators=defects,
        dimensions=dimensions_of(defects),
        clean=tuple(clean),
        equivalent=equivalent_of(outcomes),
        judged=judged_of(known),
        critics=_critics(plan, named),
    )


def _threats(design: Design) -> dict[str, int]:
    counts = Counter(one.outcome for one in assess(design).expected)
    return {o.value: n for o, n in sorted(counts.items()) if o is not Outcome.NOT_APPLICABLE}


def _critics(plan: ReviewPlan, files: Sequence[tuple[str, str]]) -> CriticFigures | None:
    if plan.critics is None:
        return None
    from lld_agent.evaluation.critic_runs import CriticPlan, measure_critics  # noqa: PLC0415

    return measure_critics(CriticPlan(files, plan.critics, plan.repeats, plan.most, plan.seed))
