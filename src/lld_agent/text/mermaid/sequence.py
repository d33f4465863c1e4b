"""Sequence diagrams: participants, messages, blocks."""

import re
from functools import partial
from typing import Any

from lld_agent.model.diagrams import Participant, Step, StepKind
from lld_agent.text.mermaid.lines import Lines, squeezed

# Line types of the engine, the same numbers as Mermaid's own LINETYPE.
_MESSAGES = {0, 1, 3, 4, 5, 6, 24, 25, 33, 34}
_REPLIES = {1, 4, 6, 25, 34}
_FAILED = {3, 4}
_NOTE = 2
_STARTS = {
    10: "loop",
    12: "alt",
    15: "opt",
    19: "par",
    22: "rect",
    27: "critical",
    30: "break",
    32: "par",
}
_BRANCHES = {13: "else", 20: "and", 28: "option"}
_ENDS = {11, 14, 16, 21, 23, 29, 31}
_ARROW = re.compile(r"<?<?--?(?:>>|>|x|\))|-\)")


def read(parsed: dict[str, Any], lines: Lines) -> dict[str, Any]:
    """Return the parts of a sequence diagram."""
    actors = parsed["actors"]
    participants = tuple(
        Participant(
            id=name,
            label=str(actors[name].get("description") or name),
            actor=actors[name].get("type") == "actor",
            span=lines.anywhere(name),
        )
        for name in parsed["actorOrder"]
    )
    return {"participants": participants, "steps": tuple(_steps(parsed["messages"], lines))}


def _steps(messages: list[dict[str, Any]], lines: Lines) -> list[Step]:
    steps: list[Step] = []
    depth = 0
    for message in messages:
        number = message["type"]
        text = message["message"] if isinstance(message["message"], str) else ""
        if number in _MESSAGES:
            steps.append(_message(message, number, text, lines, depth))
        elif number == _NOTE:
            span = lines.following(lambda line: line.lower().startswith("note"))
            steps.append(Step(StepKind.NOTE, span, text, depth=depth))
        elif number in _STARTS:
            block = _STARTS[number]
            span = lines.following(partial(_begins, block))
            steps.append(Step(StepKind.BLOCK_START, span, text, block=block, depth=depth))
            depth += 1
        elif number in _BRANCHES:
            block = _BRANCHES[number]
            span = lines.following(partial(_begins, block))
            steps.append(Step(StepKind.BLOCK_BRANCH, span, text, block=block, depth=depth))
        elif number in _ENDS:
            depth = max(0, depth - 1)
            span = lines.following(partial(_begins, "end"))
            steps.append(Step(StepKind.BLOCK_END, span, depth=depth))
    return steps


def _message(message: dict[str, Any], number: int, text: str, lines: Lines, depth: int) -> Step:
    wanted = squeezed(text)[:40]
    span = lines.following(lambda line: bool(_ARROW.search(line)) and wanted in squeezed(line))
    return Step(
        StepKind.MESSAGE,
        span,
        text,
        source=str(message["from"] or ""),
        target=str(message["to"] or ""),
        reply=number in _REPLIES,
        failed=number in _FAILED,
        depth=depth,
    )


def _begins(word: str, line: str) -> bool:
    return line == word or line.startswith((word + " ", word + ";", word + "\t"))
