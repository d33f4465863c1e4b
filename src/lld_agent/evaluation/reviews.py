"""How good reviews are: defects found, false alarms on clean designs, what people judged."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from lld_agent.errors import InputError
from lld_agent.evaluation.mutations.base import Kind
from lld_agent.evaluation.mutations.registry import OPERATORS
from lld_agent.evaluation.mutations.run import Outcome
from lld_agent.evaluation.verdicts import Known, Precision
from lld_agent.evaluation.wording import words
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.usage import Usage


class Defects(BaseModel):
    """Defects of one operator and who found them.

    Attributes:
        id, title: of the operator. dimension: of the defect. kind: who is to find it.
        defects: how many were put in. found: how many an expected rule found at the place; stable: of
            those, how many a stable rule found: what a person sees who sets nothing.
        fired: rule → how many of them it found.
        collateral: other new findings on these documents.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    dimension: str
    kind: str
    defects: int
    found: int
    stable: int
    fired: dict[str, int]
    collateral: int


class Dimension(BaseModel):
    """Defects of one dimension."""

    model_config = ConfigDict(frozen=True)

    dimension: str
    defects: int
    found: int


class CleanDocument(BaseModel):
    """Findings, infos apart, on a document without a defect: each is a false alarm or an oversight.

    `threats` are the outcomes of what the threat engine expects there: outcome → how many.
    """

    model_config = ConfigDict(frozen=True)

    document: str
    words: int
    findings: int
    rules: tuple[str, ...] = ()
    threats: dict[str, int] = {}


class Judged(BaseModel):
    """Findings of one rule and severity that people judged."""

    model_config = ConfigDict(frozen=True)

    rule: str
    severity: str
    judged: int
    true: int


class CriticFigures(BaseModel):
    """Figures of critics.

    Attributes:
        model: that was asked. repeats: runs on every clean document.
        clean: findings on clean documents, of the first run.
        defects: those that only readers find, and how many the critics found at their place.
        stability: mean Jaccard index of the findings of repeated runs; None where there was one.
        failures: questions without an answer. usage: of everything.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    repeats: int
    clean: tuple[CleanDocument, ...]
    defects: tuple[Defects, ...]
    stability: float | None
    failures: int
    usage: Usage


class Reviews(BaseModel):
    """The figures of reviews.

    Attributes:
        operators, dimensions: of defects put into clean designs; equivalent mutants are left out.
        clean: of the designs themselves.
        equivalent: mutants that are no defects, and new findings on them.
        judged: stored verdicts on real designs.
        critics: with a model; None where none was asked.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: Literal[1] = 1
    kind: Literal["reviews"] = "reviews"
    generator: str
    operators: tuple[Defects, ...]
    dimensions: tuple[Dimension, ...]
    clean: tuple[CleanDocument, ...]
    equivalent: tuple[int, int] = (0, 0)
    judged: tuple[Judged, ...] = ()
    critics: CriticFigures | None = None

    @property
    def defects(self) -> int:
        """All defects that rules are to find."""
        return sum(one.defects for one in self.dimensions)

    @property
    def found(self) -> int:
        """Those that they found."""
        return sum(one.found for one in self.dimensions)

    @property
    def said(self) -> str:
        """The sums in one line."""
        ruled = [one for one in self.operators if one.kind != Kind.CRITICS.value]
        stable = sum(one.stable for one in ruled)
        unread = sum(one.defects for one in self.operators if one.kind == Kind.CRITICS.value)
        return (
            f"{self.found} of {self.defects} defects that rules are to find were found at their place, "
            f"{stable} of them by rules that are on by default; {unread} more defects are for readers only. "
            f"{self.equivalent[0]} edits that are no defect brought {self.equivalent[1]} new findings."
        )


def defects_of(outcomes: Sequence[Outcome]) -> tuple[Defects, ...]:
    """Return the figures of each operator that made a mutant."""
    found = []
    for operator in OPERATORS:
        own = [one for one in outcomes if one.operator == operator.id]
        if not own or operator.kind is Kind.NONE:
            continue
        fired = Counter(rule for one in own for rule in {seen.rule for seen in one.killed})
        found.append(
            Defects(
                id=operator.id,
                title=operator.title,
                dimension=operator.dimension,
                kind=operator.kind.value,
                defects=len(own),
                found=sum(bool(one.killed) for one in own),
                stable=sum(any(seen.stable for seen in one.killed) for one in own),
                fired=dict(sorted(fired.items())),
                collateral=sum(len(one.collateral) for one in own),
            )
        )
    return tuple(found)


def dimensions_of(defects: Iterable[Defects]) -> tuple[Dimension, ...]:
    """Return the sums per dimension of the defects that rules are to find, the best known first."""
    sums: dict[str, tuple[int, int]] = {}
    for one in defects:
        if one.kind != Kind.CRITICS.value:
            count, found = sums.get(one.dimension, (0, 0))
            sums[one.dimension] = count + one.defects, found + one.found
    ordered = sorted(sums.items(), key=lambda entry: (-entry[1][0], entry[0]))
    return tuple(Dimension(dimension=n, defects=c, found=f) for n, (c, f) in ordered)


def equivalent_of(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """Return how many edits were no defect, and how many new findings they brought."""
    ids = {operator.id for operator in OPERATORS if operator.kind is Kind.NONE}
    own = [one for one in outcomes if one.operator in ids]
    return len(own), sum(len(one.collateral) + len(one.killed) + len(one.missed) for one in own)


def clean_document(document: str, text: str, findings: Iterable[Finding]) -> CleanDocument:
    """Return the findings on a clean document, infos apart."""
    heavy = [one for one in findings if one.severity is not Severity.INFO]
    rules = tuple(sorted({one.rule for one in heavy}))
    return CleanDocument(document=document, words=words(text), findings=len(heavy), rules=rules)


def judged_of(known: Known) -> tuple[Judged, ...]:
    """Return what people said about findings, per rule and severity."""
    sums: dict[tuple[str, str], Precision] = {}
    for one in known.values():
        at = one.rule, one.severity
        sums[at] = sums.get(at, Precision()) + Precision(1, 1, int(one.verdict))
    return tuple(
        Judged(rule=rule, severity=severity, judged=one.judged, true=one.true)
        for (rule, severity), one in sorted(sums.items())
    )


def stability_of(runs: Sequence[Mapping[str, frozenset[str]]]) -> float | None:
    """Return the mean Jaccard index of findings over all pairs of runs and documents.

    Args:
        runs: of each, document → fingerprints of its findings.
    """
    scores = [
        _jaccard(one[document], other[document])
        for at, one in enumerate(runs)
        for other in runs[at + 1 :]
        for document in one.keys() & other.keys()
    ]
    return sum(scores) / len(scores) if scores else None


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def reviews_text(found: Reviews) -> str:
    """Return figures of reviews as JSON."""
    return found.model_dump_json(indent=1) + "\n"


def read_reviews(path: Path) -> Reviews:
    """Return the figures of a file.

    Raises:
        InputError: it cannot be read or holds none.
    """
    try:
        return Reviews.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InputError(
            f"{path} holds no figures of reviews", "`lld-agent eval review -o` writes them"
        ) from error
