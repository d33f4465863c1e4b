"""Exceptions of openai, litellm and httpx as failures: one line, a hint, and never a key.

By the names of classes and by status, so that neither library is imported for it: litellm's
exceptions derive from openai's.
"""

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from lld_agent.llm.keys import key_hint
from lld_agent.llm.replies import NOT_A_COMPLETION, one_line
from lld_agent.llm.request import Failure, FailureKind
from lld_agent.llm.transport import CallFailedError
from lld_agent.model.redaction import Redactor

_NO_MONEY = re.compile(r"insufficient_quota|billing_hard_limit|credit balance is too low")
_TOO_LONG = re.compile(
    r"context_length_exceeded|maximum context length|context window|prompt is too long"
)
_FILTERED = re.compile(r"content_filter|content_policy|ResponsibleAIPolicy")
_NO_KEY = re.compile(
    r"Missing credentials|Missing \w+ API key|Unable to locate credentials", re.IGNORECASE
)
_NO_PROVIDER = re.compile(r"LLM Provider NOT provided", re.IGNORECASE)
_NO_CONNECTION = re.compile(
    r"Connection error|connection attempts failed|Server disconnected", re.IGNORECASE
)
_LOOKED_AT = 2_000
_SCHEMA = re.compile(r"response_format|json_schema|schema", re.IGNORECASE)


def call_failed(error: Exception, variable: str, redact: Redactor) -> CallFailedError:
    """Return what an exception of a library means.

    Args:
        error: what the library raised.
        variable: of the environment that holds the key; "" where none is needed.
        redact: takes keys out of what the provider said: some quote the one that they refuse.
    """
    said = one_line(redact.text(_said(error)))
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"APITimeoutError", "TimeoutError", "TimeoutException"}:
        return timed_out()
    unanswered = _unanswered_by_litellm(error, variable)
    if unanswered is not None:
        return unanswered
    status = _status(error)
    if status is not None:
        return _of_status(status, error, variable, said)
    if names & {"JSONDecodeError", "APIResponseValidationError"}:
        return CallFailedError(NOT_A_COMPLETION)
    if names & {"APIConnectionError", "TransportError", "ConnectionError"}:
        return lost_connection()
    return CallFailedError(
        Failure(FailureKind.SERVER, f"the request failed ({type(error).__name__}): {said}")
    )


def timed_out() -> CallFailedError:
    """Return that nobody answered in time."""
    failure = Failure(
        FailureKind.TIMEOUT, "no answer in time", "raise the time limit, or use a faster model"
    )
    return CallFailedError(failure, transient=True, answered=False)


def lost_connection() -> CallFailedError:
    """Return that the server was not reached, or the connection was lost."""
    failure = Failure(
        FailureKind.CONNECTION,
        "the server cannot be reached, or closed the connection",
        "check --base-url and the network",
    )
    return CallFailedError(failure, transient=True, answered=False)


def _of_status(status: int, error: Exception, variable: str, said: str) -> CallFailedError:
    body = _evidence(error)
    if status in {401, 403}:
        return _final(
            FailureKind.CREDENTIALS, f"the key was refused ({status})", key_hint(variable)
        )
    if status == 404:
        message = f"there is no such model or address (404): {said}"
        return _final(FailureKind.MODEL, message, "check --model and --base-url")
    if status == 429:
        return _of_limit(error, body)
    if status >= 500 or status in {408, 409}:
        failure = Failure(FailureKind.SERVER, f"the server failed ({status})")
        return CallFailedError(failure, transient=True, retry_after=_retry_after(error))
    return _of_refusal(status, error, said, body)


def _of_refusal(status: int, error: Exception, said: str, body: str) -> CallFailedError:
    """Return what a 4xx means that is about the request itself."""
    if _TOO_LONG.search(body) or type(error).__name__ == "ContextWindowExceededError":
        message = "the prompt is longer than the model takes"
        return _final(FailureKind.CONTEXT, message, "use a model with a larger context")
    if _FILTERED.search(body) or type(error).__name__ == "ContentPolicyViolationError":
        return _final(FailureKind.FILTERED, "a content filter of the provider refused the prompt")
    hint = "the model may not know strict schemas: try --structured prompt"
    return _final(
        FailureKind.BAD_REQUEST,
        f"the request was refused ({status}): {said}",
        hint if _SCHEMA.search(body) else "",
    )


def _of_limit(error: Exception, body: str) -> CallFailedError:
    if _NO_MONEY.search(body):
        hint = "add credit at the provider, or name another model"
        return _final(FailureKind.QUOTA, "the account has no credit left (429)", hint)
    failure = Failure(
        FailureKind.RATE_LIMIT,
        "too many requests for the provider (429)",
        "lower --jobs, or wait and use --resume",
    )
    return CallFailedError(failure, transient=True, retry_after=_retry_after(error))


def _final(kind: FailureKind, message: str, hint: str = "") -> CallFailedError:
    return CallFailedError(Failure(kind, message, hint))


def _unanswered_by_litellm(error: Exception, variable: str) -> CallFailedError | None:
    """Return what litellm made a status of although none came over the wire.

    Told by the headers, which are None then, and by its words: it says 500 for a key that is
    missing, a lost connection and a page of a proxy alike (measured with 1.105.3).
    """
    if getattr(error, "litellm_response_headers", None) is not None:
        return None
    said = str(error)[:_LOOKED_AT]
    if _NO_KEY.search(said):
        return _final(FailureKind.CREDENTIALS, "there is no key", key_hint(variable))
    if _NO_PROVIDER.search(said):
        hint = "name the provider too, as in openai/gpt-5.2, or use --base-url"
        return _final(FailureKind.MODEL, "there is no such provider of models", hint)
    if "Empty or invalid response from LLM endpoint" in said:
        return CallFailedError(NOT_A_COMPLETION)
    return lost_connection() if _NO_CONNECTION.search(said) else None


def _status(error: Exception) -> int | None:
    names = {kind.__name__ for kind in type(error).__mro__}
    if "OpenAIError" not in names or "APIConnectionError" in names:
        return None
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _evidence(error: Exception) -> str:
    return f"{error} {getattr(error, 'body', '')} {getattr(error, 'code', '')}"


def _said(error: Exception) -> str:
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else str(error)


def _retry_after(error: Exception) -> float | None:
    """Return the seconds of Retry-After: litellm keeps headers elsewhere than openai."""
    response: Any = getattr(error, "response", None)
    for headers in (
        getattr(error, "litellm_response_headers", None),
        getattr(response, "headers", None),
    ):
        for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
            seconds = _seconds(headers.get(name), unit, headers.get("date")) if headers else None
            if seconds is not None:
                return seconds
    return None


def _seconds(value: str | None, unit: float, date: str | None) -> float | None:
    """Return a Retry-After in seconds: a number, or a date seen from the server's own clock."""
    if value is None:
        return None
    try:
        number = float(value) * unit
    except ValueError:
        with suppress(ValueError, TypeError):  # not a date, or one without its zone
            now = parsedate_to_datetime(date) if date else datetime.now(UTC)
            return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
        return None
    return number if number >= 0 else None
