"""How far a judge can be believed: its answers against labelled ones."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from lld_agent.errors import InputError, UsageError
from lld_agent.evaluation.judge.asking import Judged, judge
from lld_agent.evaluation.judge.rubric import Labelled, Rubric
from lld_agent.evaluation.statistics import wilson
from lld_agent.llm.ports import Asks


class Trust(BaseModel):
    """A judge's answers to one question against the labelled ones.

    Attributes:
        yes, hits: labelled yes, and of those answered yes. no, rejections: labelled no, answered no.
        unanswered: of all; they count as wrong in both figures.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    yes: int
    hits: int
    no: int
    rejections: int
    unanswered: int

    @property
    def sensitivity(self) -> float | None:
        """Share of labelled yes that it answers with yes; None without any."""
        return self.hits / self.yes if self.yes else None

    @property
    def specificity(self) -> float | None:
        """Share of labelled no that it answers with no; None without any."""
        return self.rejections / self.no if self.no else None

    @property
    def intervals(self) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
        """The 95 % intervals of both."""
        return (
            wilson(self.hits, self.yes) if self.yes else None,
            wilson(self.rejections, self.no) if self.no else None,
        )


class Calibration(BaseModel):
    """What a judge's answers are worth.

    Attributes:
        judge: the model. rubric: version of the questions.
        labelled_by: who labelled. independent: whether a person, or a model of another family than
            the judge, labelled every answer; else the figures are only an agreement.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: Literal[1] = 1
    judge: str
    rubric: str
    labelled_by: tuple[str, ...]
    independent: bool
    questions: tuple[Trust, ...]

    def trust(self, question: str) -> Trust | None:
        """Return the figures of a question."""
        return next((one for one in self.questions if one.question == question), None)


async def calibrate(
    asks: Asks, model: str, rubric: Rubric, labelled: Sequence[Labelled]
) -> Calibration:
    """Return what a judge's answers are worth, per question that has labelled answers."""
    found: dict[str, list[tuple[Labelled, Judged]]] = {}
    for one in labelled:
        [answer] = await judge(asks, [rubric.question(one.question)], one.requirements, one.design)
        found.setdefault(one.question, []).append((one, answer))
    return Calibration(
        judge=model,
        rubric=rubric.version,
        labelled_by=tuple(sorted({one.by for one in labelled})),
        independent=bool(labelled) and all(is_independent(model, one) for one in labelled),
        questions=tuple(_trust(question, pairs) for question, pairs in found.items()),
    )


def is_independent(model: str, label: Labelled) -> bool:
    """Return whether a label comes from a person, or from a model of another family than the judge."""
    return label.person or bool(label.family and label.family.casefold() != family(model))


def family(model: str) -> str:
    """Return the family of a model: who trained it, as far as its name tells."""
    name = model.casefold()
    known = {
        "anthropic": ("claude",),
        "openai": ("gpt", "o1", "o3", "o4"),
        "google": ("gemini", "gemma"),
        "meta": ("llama",),
        "mistral": ("mistral", "mixtral", "codestral"),
        "alibaba": ("qwen", "qwq"),
        "deepseek": ("deepseek",),
    }
    last = name.rpartition("/")[2]
    return next(
        (who for who, marks in known.items() if any(last.startswith(mark) for mark in marks)),
        name.partition("/")[0],
    )


def _trust(question: str, pairs: Sequence[tuple[Labelled, Judged]]) -> Trust:
    yes = [judged.answer for label, judged in pairs if label.answer == "yes"]
    no = [judged.answer for label, judged in pairs if label.answer == "no"]
    return Trust(
        question=question,
        yes=len(yes),
        hits=yes.count("yes"),
        no=len(no),
        rejections=no.count("no"),
        unanswered=sum(judged.answer is None for _, judged in pairs),
    )


def read_calibration(path: Path, model: str, rubric: Rubric) -> Calibration:
    """Return the calibration of this judge on this rubric.

    Raises:
        UsageError: there is none, or it is of another judge or rubric: no score without one.
        InputError: the file holds none.
    """
    hint = "run `lld-agent eval judge --calibrate` with this model first"
    try:
        found = Calibration.model_validate_json(path.read_bytes())
    except OSError:
        raise UsageError(f"{model} is not calibrated: there is no {path}", hint) from None
    except ValidationError:
        raise InputError(f"{path} holds no calibration", hint) from None
    if (found.judge, found.rubric) != (model, rubric.version):
        raise UsageError(f"{path} is of {found.judge} on rubric {found.rubric}", hint)
    return found
