"""Rubrics and labelled answers: what a judge is asked, and what the right answers are."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from lld_agent.errors import InputError

M = TypeVar("M", bound=BaseModel)
Answer = Literal["yes", "no"]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Question(BaseModel):
    """One binary question about a design.

    Attributes:
        id: for files and figures.
        text: as it is asked; can be answered with yes or no.
        good: the answer that a good design gets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: _Words
    text: _Words
    good: Answer


class Rubric(BaseModel):
    """The questions of a judge."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @property
    def version(self) -> str:
        """12 hex digits over the questions: figures of another rubric say nothing about this one."""
        text = json.dumps(self.model_dump(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def question(self, name: str) -> Question:
        """Return a question by its id.

        Raises:
            InputError: there is none.
        """
        found = next((one for one in self.questions if one.id == name), None)
        if found is None:
            raise InputError(f"the rubric has no question {name}", "see its ids")
        return found


class Labelled(BaseModel):
    """One question about one short design with the right answer.

    Attributes:
        question: id in the rubric.
        requirements, design: what the judge is shown.
        answer: the right one. why: the reason. by: who says so.
        family: of the labelling author, where that was a model; "" where it is not known, which
            counts as the judge's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: _Words
    requirements: _Words
    design: _Words
    answer: Answer
    why: _Words
    by: _Words
    family: str = ""
    person: bool = False


def read_rubric(path: Path) -> Rubric:
    """Return the rubric of a file.

    Raises:
        InputError: it cannot be read or is none.
    """
    try:
        return _checked(Rubric, yaml.safe_load(_text(path)), str(path))
    except yaml.YAMLError as error:
        raise InputError(f"{path} is no YAML", str(error).partition("\n")[0]) from error


def read_labelled(path: Path, rubric: Rubric) -> tuple[Labelled, ...]:
    """Return the labelled answers of a file of JSON lines.

    Raises:
        InputError: it cannot be read, a line is none, or names a question that the rubric has not.
    """
    found = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        if line:
            where = f"{path}:{number}"
            try:
                data = json.loads(line)
            except ValueError:
                raise InputError(f"{where} is no JSON", "one answer a line") from None
            found.append(_checked(Labelled, data, where))
            rubric.question(found[-1].question)
    return tuple(found)


def _checked(kind: type[M], data: object, where: str) -> M:
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False, include_input=False)
        place = ".".join(map(str, first["loc"])) or "top"
        raise InputError(f"{where}: {place}: {first['msg']}", "see docs/evals.md") from None


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}", "name a file of text") from error
