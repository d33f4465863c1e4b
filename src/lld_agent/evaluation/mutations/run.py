"""Puts operators to designs: makes the mutants, reviews each, says what was found."""

import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

import yaml

from lld_agent.errors import InputError
from lld_agent.evaluation.mutations.base import ALL, Edit, Mutant, Operator, mutate
from lld_agent.evaluation.mutations.registry import OPERATORS
from lld_agent.model.brief import Brief
from lld_agent.model.design import Design
from lld_agent.model.finding import Finding, Tier
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.sources.brief import load_brief
from lld_agent.sources.design import Folders, design_in, load_design
from lld_agent.sources.load import load_path

SETTINGS = ReviewSettings(Selection(preview=True))
"""Preview rules run too; what they say is told apart, because nobody sees it by default."""

_INPUTS = ("prd.md", "rfc.md")
_CHUNK = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """A new finding on a mutant."""

    rule: str
    severity: str
    stable: bool
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the review said about one mutant.

    Attributes:
        operator, file, before, after, lines, counterpart: of the mutant.
        killed: new findings of an expected rule whose evidence touches the edit or its counterpart.
        missed: new findings of an expected rule elsewhere: they kill nothing.
        consequences: those of rules that the operator names as true consequences.
        collateral: all other new findings.
    """

    operator: str
    file: str
    before: str
    after: str
    lines: tuple[int, ...]
    counterpart: tuple[int, ...]
    killed: tuple[Seen, ...] = ()
    missed: tuple[Seen, ...] = ()
    consequences: tuple[Seen, ...] = ()
    collateral: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Clean:
    """A document without a defect, and what the review says about it."""

    design: Design
    brief: Brief | None
    known: frozenset[str]
    findings: tuple[Finding, ...]
    folder: Path

    def reviewed(self, source: SourceText, rules: tuple[str, ...] = ()) -> tuple[Finding, ...]:
        """Return the findings on another text of this document that it does not have itself."""
        settings = ReviewSettings(Selection(select=rules, preview=True)) if rules else SETTINGS
        result = review(design_in(source, Folders(self.folder)), settings, self.brief)
        return tuple(f for f in result.findings if f.fingerprint not in self.known)


@lru_cache(maxsize=4)
def load(path: str) -> Clean:
    """Read a design with the requirements beside it (`meta.yaml` names them, or `prd.md`, `rfc.md`).

    Raises:
        InputError: it cannot be read.
    """
    file = Path(path)
    design = load_design(path)
    brief = _brief(file)
    findings = review(design, SETTINGS, brief).findings
    known = frozenset(finding.fingerprint for finding in findings)
    return Clean(design, brief, known, findings, file.absolute().parent)


def _brief(file: Path) -> Brief | None:
    meta = file.with_name("meta.yaml")
    names: tuple[str, ...] = _INPUTS
    if meta.is_file():
        said = yaml.safe_load(meta.read_text(encoding="utf-8"))
        named = said.get("input") if isinstance(said, dict) else None
        names = (named,) if isinstance(named, str) else names
    found = next((f for n in names if (f := file.with_name(n)).is_file() and f != file), None)
    return load_brief(load_path(str(found))) if found else None


def chosen(sites: Sequence[Edit], most: int, seed: str) -> list[Edit]:
    """Return at most so many sites, in document order; which, the seed decides."""
    if len(sites) <= most:
        return list(sites)
    lot = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return [sites[number] for number in sorted(lot.sample(range(len(sites)), most))]


def mutants(clean: Clean, operators: Iterable[Operator], most: int, seed: int) -> Iterator[Mutant]:
    """Yield the mutants of one document, at most so many per operator."""
    design = clean.design
    for operator in operators:
        if operator.templates and design.template not in operator.templates:
            continue
        sites = list(operator.sites(design))
        for edit in chosen(sites, most, f"{seed}:{operator.id}:{design.source.path}"):
            yield mutate(operator, design, edit)


def judge(clean: Clean, mutant: Mutant, *, kills_only: bool = False) -> Outcome:
    """Return what the review says about a mutant that it does not say about the clean document.

    With `kills_only` only the expected rules run: nothing is then known about collateral.
    """
    places = mutant.lines | mutant.counterpart
    parts: dict[str, list[Seen]] = {
        "killed": [],
        "missed": [],
        "consequences": [],
        "collateral": [],
    }
    for finding in clean.reviewed(mutant.source, _wanted(mutant.operator) if kills_only else ()):
        if finding.rule in mutant.operator.expect:
            kind = "killed" if _touches(finding, places) else "missed"
        else:
            also = mutant.operator.also
            kind = "consequences" if also == ALL or finding.rule in also else "collateral"
        parts[kind].append(_seen(finding))
    return Outcome(
        mutant.operator.id,
        mutant.file,
        mutant.before,
        mutant.after,
        tuple(sorted(mutant.lines)),
        tuple(sorted(mutant.counterpart)),
        **{kind: tuple(found) for kind, found in parts.items()},
    )


def _wanted(operator: Operator) -> tuple[str, ...]:
    return (*operator.expect, *(rule for rule in operator.also if rule != "*"))


def _touches(finding: Finding, places: frozenset[int]) -> bool:
    return any(
        not places.isdisjoint(range(e.location.line, e.location.end_line + 1))
        for e in finding.evidence
    )


def _seen(finding: Finding) -> Seen:
    stable = finding.tier is Tier.STABLE
    return Seen(
        finding.rule, finding.severity.value, stable, finding.location.line, finding.message
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    Attributes:
        files: designs. operators: ids; empty: all.
        most: mutants per operator and document. seed: chooses among more sites. jobs: processes.
        kills_only: run the expected rules only, three times as fast.
    """

    files: tuple[str, ...]
    operators: tuple[str, ...] = ()
    most: int = 2
    seed: int = 1
    jobs: int = 1
    kills_only: bool = False


def measure(plan: Plan) -> tuple[Outcome, ...]:
    """Make and judge all mutants of a plan, in the order of files and operators.

    Raises:
        InputError: a document cannot be read.
    """
    tasks = [(file, part, plan) for file in plan.files for part in _parts(plan)]
    if plan.jobs < 2 or len(tasks) < 2:
        return tuple(outcome for task in tasks for outcome in _work(task))
    with ProcessPoolExecutor(plan.jobs, mp_context=get_context("spawn")) as pool:
        return tuple(outcome for found in pool.map(_work, tasks) for outcome in found)


def _parts(plan: Plan) -> list[tuple[str, ...]]:
    ids = [o.id for o in OPERATORS if not plan.operators or o.id in plan.operators]
    return [tuple(ids[n : n + _CHUNK]) for n in range(0, len(ids), _CHUNK)]


def _work(task: tuple[str, tuple[str, ...], Plan]) -> list[Outcome]:
    file, ids, plan = task
    clean = load(file)
    operators = [operator for operator in OPERATORS if operator.id in ids]
    made = mutants(clean, operators, plan.most, plan.seed)
    return [judge(clean, mutant, kills_only=plan.kills_only) for mutant in made]


def designs(folder: Path) -> tuple[str, ...]:
    """Return the designs of a folder: NAME/golden.md, or else NAME/design.md, or else all Markdown.

    Raises:
        InputError: there are none.
    """
    patterns = ("*/golden.md", "*/design.md", "**/*.md")
    found = next((f for p in patterns if (f := sorted(folder.glob(p)))), [])
    if not found:
        raise InputError(f"no Markdown design below {folder}", "name a folder with --docs")
    return tuple(str(path) for path in found)
