"""What a strict OpenAI-compatible server refuses, and why."""

from collections.abc import Iterator
from typing import Any

_PARAMETERS = {
    "model": str,
    "messages": list,
    "response_format": dict,
    "max_tokens": int,
    "max_completion_tokens": int,
}
_TYPES = {"object", "array", "string", "integer", "number", "boolean"}
_KEYWORDS = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "description",
}
_DEEPEST = 4


def complaint(body: dict[str, Any]) -> str:
    """Return why a strict server refuses a request; "" where it does not."""
    return next(_complaints(body), "")


def _complaints(body: dict[str, Any]) -> Iterator[str]:
    if body.get("stream"):
        yield "streaming is not supported here"
    for name, value in body.items():
        if name not in _PARAMETERS or not isinstance(value, _PARAMETERS[name]):
            yield f"Unrecognized request argument supplied: {name}"
    for message in body["messages"]:
        if set(message) != {"role", "content"}:
            yield f"unknown field in a message: {sorted(message)}"
        if not isinstance(message["content"], str):
            yield "content must be text: parts and cache_control are unknown here"
    wanted = body.get("response_format", {})
    if wanted.get("type") == "json_object":
        if not any("json" in message["content"].lower() for message in body["messages"]):
            yield "the word JSON must stand in the messages"
    elif wanted.get("type") == "json_schema":
        yield from _of_schema(wanted.get("json_schema", {}))
    else:
        yield "response_format is missing"


def _of_schema(form: dict[str, Any]) -> Iterator[str]:
    name = form.get("name", "")
    legal = all(c.isascii() and (c.isalnum() or c in "_-") for c in name)
    if not (name and legal and len(name) <= 64):
        yield f"Invalid schema name {name!r}"
    if form.get("strict") is not True or set(form) != {"name", "strict", "schema"}:
        yield "json_schema must be strict"
    for reason in illegal(form["schema"]):
        yield f"Invalid schema for response_format: {reason}"


def illegal(schema: Any, path: str = "(root)", depth: int = 1) -> Iterator[str]:
    """Yield why a schema is not legal in the strict mode of every provider."""
    if not isinstance(schema, dict) or schema.get("type") not in _TYPES:
        yield f"{path}: type missing or not supported"
        return
    for keyword in sorted(set(schema) - _KEYWORDS):
        yield f"{path}: {keyword} is not permitted"
    if depth == 1 and schema["type"] != "object":
        yield f"{path}: must be an object"
    if schema["type"] == "array":
        yield from illegal(schema.get("items"), f"{path}[]", max(depth, 2))
    if schema["type"] == "object":
        yield from _of_object(schema, path, depth)


def _of_object(schema: dict[str, Any], path: str, depth: int) -> Iterator[str]:
    properties = schema.get("properties", {})
    if depth > _DEEPEST:
        yield f"{path}: nested too deep"
    if schema.get("additionalProperties") is not False:
        yield f"{path}: additionalProperties must be false"
    if schema.get("required") != list(properties):
        yield f"{path}: required must name every property"
    for name, part in properties.items():
        yield from illegal(part, f"{path}.{name}", depth + 1)
