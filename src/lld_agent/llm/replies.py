"""Completions as libraries return them, as plain replies; and what is wrong with a reply."""

from typing import Any

from lld_agent.llm.request import Failure, FailureKind
from lld_agent.llm.transport import CallFailedError, Reply

NOT_A_COMPLETION = Failure(
    FailureKind.SERVER,
    "the server answered with something that is no chat completion",
    "check --base-url: it usually ends in /v1",
)


def reply_of(completion: Any) -> Reply:
    """Return a completion in OpenAI's shape as a plain reply.

    Raises:
        CallFailedError: it is no completion, or one without an answer.
    """
    choices = getattr(completion, "choices", None)
    if not isinstance(choices, list):
        raise CallFailedError(NOT_A_COMPLETION)
    tokens = _tokens(getattr(completion, "usage", None))
    model = getattr(completion, "model", None) or ""
    if not choices:
        return Reply("", finish="", model=model, **tokens)
    message = choices[0].message
    text = message.content if message is not None else ""
    return Reply(
        text=text if isinstance(text, str) else "",
        refusal=_refusal(message),
        finish=choices[0].finish_reason or "",
        model=model,
        **tokens,
    )


def _refusal(message: Any) -> str:
    """Return the refusal of a message; litellm moves it among what it does not know."""
    unknown = getattr(message, "provider_specific_fields", None) or {}
    return getattr(message, "refusal", None) or unknown.get("refusal") or ""


def _tokens(usage: Any) -> dict[str, Any]:
    details = getattr(usage, "prompt_tokens_details", None)
    return {
        "tokens_in": getattr(usage, "prompt_tokens", None),
        "tokens_cached": getattr(details, "cached_tokens", None) or 0,
        "tokens_written": getattr(details, "cache_creation_tokens", None) or 0,
        "tokens_out": getattr(usage, "completion_tokens", None),
    }


def fault_of(reply: Reply) -> Failure | None:
    """Return why a reply is no answer; None where it is one, be its JSON right or wrong.

    A refusal, a filtered or an empty answer is none: to ask for better JSON would be beside the
    point and cost money.
    """
    if reply.refusal or reply.finish == "refusal":
        said = f": {one_line(reply.refusal)}" if reply.refusal else ""
        return Failure(FailureKind.REFUSED, f"the model declined to answer{said}")
    if reply.finish == "content_filter":
        return Failure(FailureKind.FILTERED, "a content filter of the provider cut the answer")
    if reply.finish == "length":
        return Failure(
            FailureKind.LENGTH,
            "the answer was cut at the token limit",
            "use a model with more room for output; reasoning counts towards it",
        )
    if not reply.text.strip():
        return Failure(FailureKind.EMPTY, "the model answered with nothing")
    return None


def json_of(text: str) -> str:
    """Return the JSON object in an answer: without code fence, without words around it."""
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def one_line(text: str, limit: int = 200) -> str:
    """Return text on one line, cut at a length."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
