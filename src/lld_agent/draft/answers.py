"""What a person answers to questions becomes a source like the brief itself: spans and requirements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from lld_agent.errors import UsageError
from lld_agent.language.quantity import find_quantities
from lld_agent.model.brief import Brief, BriefSpan, Requirement, RequirementKind, Role
from lld_agent.model.provenance import OpenQuestion
from lld_agent.model.source import Span

HEADING = "Answers"
_SAME_QUESTION = 90


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what a person said to it; "" where the text holds the question too."""

    question: str
    text: str


def resolve(given: Mapping[str, str], asked: Iterable[OpenQuestion]) -> tuple[Answer, ...]:
    """Return answers with the words of their questions.

    Args:
        given: by id of a question of the last draft (Q-4), or by the question itself.
        asked: the questions of the last draft.

    Raises:
        UsageError: an id names no question.
    """
    by_id = {question.id: question.text for question in asked}
    made = []
    for key, text in given.items():
        if key in by_id:
            made.append(Answer(by_id[key], text))
        elif key[:2].upper() == "Q-" and key[2:].isdigit():
            raise UsageError(
                f"the answers name {key}, which the last draft did not ask",
                "use the ids of its Open Questions, or the question's own words",
            )
        else:
            near = max(by_id.values(), key=lambda q: fuzz.ratio(q, key), default="")
            made.append(Answer(near if fuzz.ratio(near, key) >= _SAME_QUESTION else key, text))
    return tuple(answer for answer in made if answer.text.strip())


def with_answers(brief: Brief, answers: Iterable[Answer]) -> Brief:
    """Return the brief with one span and one requirement for each answer, after all others.

    They stand at line 0: they are no part of the document.
    """
    spans, requirements = list(brief.spans), list(brief.requirements)
    number = max((int(s.id[1:]) for s in spans if s.id[1:].isdigit()), default=0)
    last = max(
        (int(r.id[2:]) for r in requirements if r.id[:2] == "R-" and r.id[2:].isdigit()), default=0
    )
    for answer in answers:
        number, last = number + 1, last + 1
        text = f"{answer.question} {answer.text}".strip()
        spans.append(
            BriefSpan(
                f"S{number}",
                text,
                Span(0, 0),
                0,
                0,
                (HEADING,),
                "sentence",
                Role.REQUIREMENTS,
                normative=True,
            )
        )
        requirements.append(
            Requirement(
                f"R-{last}",
                RequirementKind.CONSTRAINT,
                text,
                (f"S{number}",),
                quantities=find_quantities(answer.text),
            )
        )
    return replace(brief, spans=tuple(spans), requirements=tuple(requirements))


def is_answer(brief: Brief, requirement: Requirement) -> bool:
    """Return whether a requirement is an answer and stands nowhere in the document."""
    return any(
        s.id == requirement.spans[0] and s.headings == (HEADING,) and not s.line
        for s in brief.spans
    )


def with_kept_answers(brief: Brief, kept: Iterable[str]) -> Brief:
    """Return the brief with the answers of an earlier draft, but those that were given anew.

    Args:
        brief: with the answers given now.
        kept: answers of the earlier draft, each with its question.
    """
    now = {_question_of(r.text) for r in brief.requirements if is_answer(brief, r)}
    left = (text for text in kept if _question_of(text) not in now)
    return with_answers(brief, (Answer("", text) for text in left))


def _question_of(text: str) -> str:
    head, mark, _ = " ".join(text.split()).casefold().partition("? ")
    return head + mark
