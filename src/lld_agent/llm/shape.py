"""A request in the form in which it goes over the wire, and its content address."""

import hashlib
import json
from typing import Any, Literal

from lld_agent.llm.request import Message, Request, WireMode
from lld_agent.llm.transport import WireMessage
from lld_agent.model.wire import Wire, schema_name

Mode = Literal["strict", "prompt"]
"""A wire mode that is decided."""

_ADDRESS_VERSION = 1
_EXPLICIT_CACHE = ("anthropic/", "claude", "bedrock/", "vertex_ai/claude")


def wire_messages(request: Request[Any], mode: Mode, model: str) -> tuple[WireMessage, ...]:
    """Return the messages of a request; their text is not touched.

    In prompt mode the schema stands at the end of the last message, behind everything that
    requests of a run share.
    """
    prefix = [_plain(message) for message in request.prefix]
    if prefix and needs_breakpoint(model):
        prefix[-1] = _breakpoint(prefix[-1])
    rest = [_plain(message) for message in request.messages]
    if mode == "prompt":
        before = f"{rest.pop()['content']}\n\n" if rest else ""
        rest.append({"role": "user", "content": before + schema_text(request.answer)})
    return (*prefix, *rest)


def needs_breakpoint(model: str) -> bool:
    """Whether prompts of a model are cached only up to a mark: Claude, on whatever platform.

    Other providers take the mark for an unknown field, and litellm passes it on to them.
    """
    name = model.lower()
    return name.startswith(_EXPLICIT_CACHE) and (
        not name.startswith("bedrock/") or "claude" in name or "anthropic" in name
    )


def response_format(answer: type[Wire], mode: Mode) -> dict[str, Any]:
    """Return how the schema of an answer is asked for.

    strict: the provider constrains the decoding. prompt: any JSON object, so that the constant
    format leaves the prefix of all requests the same (drafting.md 3.5: the schema counts as the
    beginning of the prompt).
    """
    if mode == "prompt":
        return {"type": "json_object"}
    schema = {
        "name": schema_name(answer.__name__),
        "strict": True,
        "schema": answer.model_json_schema(),
    }
    return {"type": "json_schema", "json_schema": schema}


def schema_text(answer: type[Wire]) -> str:
    """Return the instruction that stands for a schema in prompt mode."""
    schema = json.dumps(answer.model_json_schema(), ensure_ascii=False, separators=(",", ":"))
    return (
        f"Answer with one JSON object, and nothing else, that follows this JSON schema:\n{schema}"
    )


def address(request: Request[Any], model: str, wire: WireMode) -> str:
    """Return the content address of a request to a model.

    Of what decides the answer only: not the server's address, not the stage. The wire mode is the
    one that was asked for, not what `auto` became, so that a resumed run finds its answers.
    """
    decisive = {
        "version": _ADDRESS_VERSION,
        "model": model,
        "wire": wire,
        "max_output": request.max_output,
        "messages": [_plain(message) for message in (*request.prefix, *request.messages)],
        "breakpoint": len(request.prefix),
        "schema": request.answer.model_json_schema(),
    }
    text = json.dumps(decisive, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(message: Message) -> dict[str, Any]:
    return {"role": message.role, "content": message.content}


def _breakpoint(message: dict[str, Any]) -> dict[str, Any]:
    part = {"type": "text", "text": message["content"], "cache_control": {"type": "ephemeral"}}
    return {**message, "content": [part]}
