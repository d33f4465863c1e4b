"""Asks every configured model for an empty object: the only part of `models` and `doctor` that connects."""

import asyncio
from collections.abc import Callable, Iterable

from lld_agent.doctor.models import ModelRow
from lld_agent.errors import UsageError
from lld_agent.llm.litellm_transport import LiteLLMTransport
from lld_agent.llm.openai_transport import OpenAITransport
from lld_agent.llm.transport import Call, CallFailedError, Transport

_SECONDS = 30.0
_WORDS = 16
"""Tokens of answer: one is what we want, some models refuse a limit under 16."""


def transport_of(base_url: str) -> Transport:
    """Return what carries requests for these settings.

    Raises:
        UsageError: requests are forbidden by `LLD_AGENT_OFFLINE`.
    """
    return OpenAITransport(base_url) if base_url else LiteLLMTransport()


def try_out(
    rows: Iterable[ModelRow], connect: Callable[[str], Transport] = transport_of
) -> tuple[ModelRow, ...]:
    """Return rows with what became of a request of a few tokens to each model.

    A model whose key is missing is not asked.
    """
    return asyncio.run(_all(tuple(rows), connect))


async def _all(
    rows: tuple[ModelRow, ...], connect: Callable[[str], Transport]
) -> tuple[ModelRow, ...]:
    return tuple([await _one(row, connect) for row in rows])


async def _one(row: ModelRow, connect: Callable[[str], Transport]) -> ModelRow:
    if row.key_present is False:
        fix = f"set {row.key_variable}"
        return _failed(row, f"not asked: {row.key_variable} is not set", fix)
    try:
        transport = connect(row.base_url)
    except UsageError as error:
        return _failed(row, error.message, error.hint)
    call = Call(
        row.model,
        ({"role": "user", "content": "Answer with the JSON object {}."},),
        {"type": "json_object"},
        _WORDS,
        _SECONDS,
        stage="doctor",
    )
    try:
        await asyncio.wait_for(transport.send(call), _SECONDS)
    except CallFailedError as error:
        return _failed(row, error.failure.message, error.failure.hint, error.failure.kind.value)
    except TimeoutError:
        return _failed(
            row, f"no answer within {_SECONDS:.0f} s", "check the server and the network"
        )
    finally:
        await transport.aclose()
    return row.model_copy(update={"reachable": True})


def _failed(row: ModelRow, problem: str, fix: str, kind: str = "") -> ModelRow:
    told = {"reachable": False, "problem": problem, "fix": fix, "kind": kind}
    return row.model_copy(update=told)
