"""A stand-in for models: answers by stage and subject, or fills the schema; keeps what it was asked."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from lld_agent.llm.request import Failure, FailureKind, Outcome, Request, T
from lld_agent.model.usage import Usage

Script = Mapping[str, Any]
"""Stage or `stage subject` → an answer as data, a FailureKind, or a function of the request."""

_USED = Usage(requests=1, tokens_in=100, tokens_out=10)


class Scripted:
    """Implements `llm.ports.Asks`."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = dict(script or {})
        self.asked: list[Request[Any]] = []
        self._words = count(1)

    async def ask(self, request: Request[T]) -> Outcome[T]:
        self.asked.append(request)
        name = f"{request.stage} {request.subject}".strip()
        said = self.script.get(name, self.script.get(request.stage))
        if callable(said) and not isinstance(said, FailureKind):
            said = said(request)
        if isinstance(said, FailureKind):
            return Outcome(None, Failure(said, f"{said.value} happened"))
        schema = request.answer.model_json_schema()
        data = self.filled(schema) if said is None else {**blank(schema), **said}
        answer = request.answer.model_validate(data)
        return Outcome(answer, complaints=tuple(request.check(answer)), usage=_USED)

    def filled(self, schema: dict[str, Any]) -> Any:
        """Return an answer whose texts all differ."""
        if schema["type"] == "object":
            return {n: self.filled(part) for n, part in schema["properties"].items()}
        if schema["type"] == "array":
            return [self.filled(schema["items"])]
        if "enum" in schema:
            return next(value for value in schema["enum"] if value)
        return f"word {_letters(next(self._words))}"

    def subjects(self, stage: str) -> list[str]:
        """Return what was asked of a stage, in order."""
        return [request.subject for request in self.asked if request.stage == stage]


def blank(schema: dict[str, Any]) -> Any:
    """Return the answer that says nothing."""
    if schema["type"] == "object":
        return {n: blank(part) for n, part in schema["properties"].items()}
    if schema["type"] == "array":
        return []
    return (
        next((v for v in schema["enum"] if v == ""), schema["enum"][0]) if "enum" in schema else ""
    )


def nothing(request: Request[Any]) -> Any:
    """Answer that there is nothing to say."""
    return blank(request.answer.model_json_schema())


Answering = Callable[[Request[Any]], Any]


def _letters(number: int) -> str:
    """Return a number as letters: bare digits would be figures that nobody said."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
