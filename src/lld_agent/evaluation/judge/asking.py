"""What a judge is asked and what comes back: binary questions, and which of two designs is better."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import Field

from lld_agent.evaluation.judge.rubric import Question
from lld_agent.llm.ports import Asks
from lld_agent.llm.request import Failure, Message, Request
from lld_agent.model.wire import Wire
from lld_agent.text.fence import fenced
from lld_agent.text.prompts import prompt

PROMPT = "judge/system"
_ANSWER = 1_000


class Reply(Wire):
    """An answer to a binary question."""

    quote: str = Field(
        description='Words of the design that decide it, letter by letter; "" if none'
    )
    reason: str = Field(description="One sentence: what decides it")
    answer: Literal["yes", "no", "cannot_tell"] = Field(description="The answer")


class Preference(Wire):
    """Which of two designs answers a question better."""

    reason: str = Field(description="One sentence: what decides it")
    better: Literal["first", "second", "neither"] = Field(description="The better one")


class Side(StrEnum):
    """Which of two designs a judge prefers, whatever the order they are shown in."""

    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"
    TORN = "torn"  # it prefers another one when they change places: no verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge said to one question; `answer` is None where it could not or did not say."""

    question: Question
    answer: Literal["yes", "no"] | None
    reason: str = ""
    quote: str = ""
    failure: Failure | None = None
    model: str = ""


async def judge(
    asks: Asks, questions: Sequence[Question], requirements: str, design: str
) -> list[Judged]:
    """Return the answers to questions about a design, in their order; raises nothing of a model.

    A quote that does not stand in the design makes an answer worthless: then there is none.
    """
    requests = [_question(one, requirements, design) for one in questions]
    outcomes = await asyncio.gather(*(asks.ask(request) for request in requests))
    found = []
    for question, outcome in zip(questions, outcomes, strict=True):
        reply = outcome.value
        if reply is None:
            found.append(Judged(question, None, failure=outcome.failure, model=outcome.model))
            continue
        said = None if reply.answer == "cannot_tell" or outcome.complaints else reply.answer
        found.append(Judged(question, said, reply.reason, reply.quote, None, outcome.model))
    return found


async def prefer(
    asks: Asks, question: Question, requirements: str, left: str, right: str
) -> Side | None:
    """Return which of two designs is better by a question, asked in both orders; None without answers.

    Judges favour a place: only what holds in both orders counts.
    """
    orders = (
        _pair(question, requirements, left, right),
        _pair(question, requirements, right, left),
    )
    one, other = await asyncio.gather(*(asks.ask(request) for request in orders))
    if one.value is None or other.value is None:
        return None
    first = {"first": Side.LEFT, "second": Side.RIGHT, "neither": Side.TIE}[one.value.better]
    second = {"first": Side.RIGHT, "second": Side.LEFT, "neither": Side.TIE}[other.value.better]
    return first if first is second else Side.TORN


def _question(question: Question, requirements: str, design: str) -> Request[Reply]:
    plain = _spaced(design)

    def check(reply: Reply) -> list[str]:
        if reply.answer == "cannot_tell" or not reply.quote or _spaced(reply.quote) in plain:
            return []
        return [
            "the quote does not stand in the design; copy it letter by letter, or leave it empty"
        ]

    asked = prompt(PROMPT)
    return Request(
        stage="judge",
        subject=f"{question.id} {_mark(requirements, design)}",
        prompt=asked.name,
        prefix=(
            Message("system", asked.text),
            Message("user", _shown(("requirements", requirements), ("design", design))),
        ),
        messages=(Message("user", f"Question: {question.text}"),),
        answer=Reply,
        max_output=_ANSWER,
        wire="strict",
        check=check,
    )


def _pair(question: Question, requirements: str, first: str, second: str) -> Request[Preference]:
    asked = prompt(PROMPT)
    shown = _shown(("requirements", requirements), ("first", first), ("second", second))
    wanted = "Of a good design the answer to this question is"
    return Request(
        stage="judge",
        subject=f"pair {question.id} {_mark(requirements, first, second)}",
        prompt=asked.name,
        prefix=(Message("system", asked.text),),
        messages=(
            Message(
                "user",
                f"{shown}\n\n{wanted} {question.good}: {question.text} Which design is better by it?",
            ),
        ),
        answer=Preference,
        max_output=_ANSWER,
        wire="strict",
    )


def _shown(*parts: tuple[str, str]) -> str:
    return "\n\n".join(fenced(name, text) for name, text in parts)


def _mark(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _spaced(text: str) -> str:
    return " ".join(text.casefold().split())
