"""Any OpenAI-compatible server by its address: Ollama, llama.cpp, vLLM, LM Studio, a queue."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lld_agent.llm.errors import call_failed
from lld_agent.llm.guard import forbid_unless_local, quiet
from lld_agent.llm.keys import OWN_KEY, key_redactor, server_key
from lld_agent.llm.replies import reply_of
from lld_agent.llm.transport import Call, Reply

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_CONNECT_SECONDS = 15.0
_NO_KEY = "none"
"""Sent where no key is set: the library wants one, local servers do not look at it."""


class OpenAITransport:
    """Talks to one server; never imports litellm.

    Args:
        base_url: address up to and including `/v1`.
        key: sent as bearer token; by default from the environment (`keys.server_key`).

    Raises:
        UsageError: requests are forbidden and the address is not loopback.
    """

    local = True

    def __init__(self, base_url: str, key: str | None = None) -> None:
        forbid_unless_local(base_url)
        self._base_url = base_url
        self._key = server_key(base_url) if key is None else key
        self._client: AsyncOpenAI | None = None
        # api.openai.com wants the new name for reasoning models, most others know only the old.
        theirs = (urlsplit(base_url).hostname or "").endswith("openai.com")
        self._limit = "max_completion_tokens" if theirs else "max_tokens"

    async def open(self) -> None:
        """Import openai and make its client."""
        self._opened()

    async def send(self, call: Call) -> Reply:
        """Send a request, once.

        Raises:
            CallFailedError: there is no reply.
        """
        client = self._opened()
        parameters: dict[str, Any] = {
            "model": call.model,
            "messages": list(call.messages),
            "response_format": call.response_format,
            self._limit: call.max_output,
        }
        try:
            completion = await client.chat.completions.create(
                **parameters, timeout=_timeouts(call.timeout)
            )
        except Exception as error:  # noqa: BLE001 - vendors raise what they like
            raise call_failed(error, OWN_KEY, key_redactor(self._key)) from None
        return reply_of(completion)

    async def aclose(self) -> None:
        """Close connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _opened(self) -> "AsyncOpenAI":
        if self._client is None:
            from openai import AsyncOpenAI  # noqa: PLC0415

            quiet()
            self._client = AsyncOpenAI(
                base_url=self._base_url, api_key=self._key or _NO_KEY, max_retries=0
            )
        return self._client


def _timeouts(seconds: float) -> Any:
    import httpx  # noqa: PLC0415

    return httpx.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
