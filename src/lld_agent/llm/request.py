"""What a stage asks of a model, and what it gets back: plain values on both sides of the seam."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from lld_agent.model.usage import NOTHING, Usage
from lld_agent.model.wire import Wire

T = TypeVar("T", bound=Wire)

WireMode = Literal["auto", "strict", "prompt"]
"""strict: the schema constrains the decoding. prompt: the schema stands in the last message and
the answer is any JSON object, so that all requests of a run share one prefix. auto: see 3.5 of
the design notes, decided by the gateway."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `content` is sent byte for byte, never rendered as a template."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """One question to a model.

    Attributes:
        stage: extract, spine, section, patch, critic, verify, judge: models are chosen by it.
        subject: what of the stage: a chunk, a group of sections; "" where a stage asks once.
        prompt: name and version of the prompt file, for the record (`draft/section@3f2a...`).
        prefix: messages that are the same in many requests of a run; a cache breakpoint follows.
        messages: those after the breakpoint.
        answer: the class that the model fills.
        max_output: tokens of answer to allow.
        wire: how the schema is asked for.
        check: returns complaints about an answer that is valid in form; with any, the answer is
            asked for once more with the complaints; the second one is taken as it is.
    """

    stage: str
    subject: str
    prompt: str
    prefix: tuple[Message, ...]
    messages: tuple[Message, ...]
    answer: type[T]
    max_output: int = 8_000
    wire: WireMode = "auto"
    check: Callable[[T], Sequence[str]] = field(default=lambda _answer: ())


class FailureKind(StrEnum):
    """Why there is no answer. All are expected: values, not exceptions."""

    REFUSED = "refused"  # the model declined
    FILTERED = "filtered"  # a content filter cut it
    LENGTH = "length"  # cut at the token limit, and again with a larger one
    INVALID = "invalid"  # not of the schema after the re-ask
    EMPTY = "empty"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    RATE_LIMIT = "rate_limit"  # still 429 after all retries
    QUOTA = "quota"  # the account has no money left
    SERVER = "server"  # 5xx after all retries
    BAD_REQUEST = "bad_request"  # 4xx that no retry mends
    CONTEXT = "context"  # the prompt is longer than the model takes
    CREDENTIALS = "credentials"  # no key, or a refused one
    MODEL = "model"  # there is no such model
    BUDGET = "budget"  # it would have crossed --max-cost or --max-tokens
    STOPPED = "stopped"  # the person asked to stop
    NOT_RECORDED = "not_recorded"  # a replay has no answer for it


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request has no answer: kind, one line for a person, and what to do about it."""

    kind: FailureKind
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What became of a request: an answer or a failure, never both.

    Attributes:
        value: the answer, None when it failed.
        failure: None when it did not.
        complaints: what `check` still had to say about the answer that was taken.
        usage: of all attempts.
        model: that answered ("" when none did).
        attempts: requests sent for it; 0 for one from the cache.
        cached: whether it came from the cache of an earlier run.
        key: content address of the request (sha256 over model, messages, schema, parameters).
        seconds: of wall clock.
    """

    value: T | None
    failure: Failure | None = None
    complaints: tuple[str, ...] = ()
    usage: Usage = NOTHING
    model: str = ""
    attempts: int = 0
    cached: bool = False
    key: str = ""
    seconds: float = 0.0
