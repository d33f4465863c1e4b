"""One request and one reply, and what carries them: litellm, openai, a recording."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from lld_agent.llm.request import Failure

WireMessage = Mapping[str, Any]
"""A message in the form of OpenAI's chat completions."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request.

    `stage`, `subject` and `prompt` say what it is for; they are not sent.

    Attributes:
        messages, response_format: as OpenAI's chat completions have them.
        max_output: tokens of answer to allow.
        timeout: seconds after which the caller gives up; the carrier may wait as long.
    """

    model: str
    messages: tuple[WireMessage, ...]
    response_format: Mapping[str, Any]
    max_output: int
    timeout: float
    stage: str = ""
    subject: str = ""
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered. Tokens are None where the provider did not report them."""

    text: str
    refusal: str = ""
    finish: str = "stop"
    model: str = ""
    tokens_in: int | None = None
    tokens_cached: int = 0
    tokens_written: int = 0
    tokens_out: int | None = None


class CallFailedError(Exception):
    """A request got no usable reply.

    Args:
        failure: why, for a person.
        transient: whether the same request may succeed later.
        retry_after: seconds that the provider asked to wait.
        answered: whether the provider answered, so that nothing is owed for the request; False
            where nobody knows whether it was worked on (timeout, lost connection).
    """

    def __init__(
        self,
        failure: Failure,
        *,
        transient: bool = False,
        retry_after: float | None = None,
        answered: bool = True,
    ) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.transient = transient
        self.retry_after = retry_after
        self.answered = answered


class Transport(Protocol):
    """Carries one request to a model."""

    @property
    def local(self) -> bool:
        """Whether the models are of a server that the person named, not of a known provider."""
        ...

    async def open(self) -> None:
        """Import and set up what takes long, before the time of a request runs; often called."""
        ...

    async def send(self, call: Call) -> Reply:
        """Send a request, once. The transport is open.

        Raises:
            CallFailedError: there is no reply; the only error that is raised.
        """
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...
