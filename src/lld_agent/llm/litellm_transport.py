"""Any provider that litellm reaches; imported with the first request, not before."""

import asyncio
import sys
from typing import Any

from lld_agent.llm.errors import call_failed
from lld_agent.llm.guard import forbid_unless_local, litellm_module
from lld_agent.llm.keys import key_redactor, key_variable, own_key
from lld_agent.llm.replies import reply_of
from lld_agent.llm.transport import Call, Reply


class LiteLLMTransport:
    """Talks to providers by the names of their models (`anthropic/...`, `gemini/...`).

    Args:
        base_url: in place of the providers' own address.
        key: in place of those of the environment, which litellm finds, or `keys.own_key`.

    Raises:
        UsageError: requests are forbidden and the address is not loopback.
    """

    def __init__(self, base_url: str | None = None, key: str | None = None) -> None:
        forbid_unless_local(base_url)
        self._options: dict[str, Any] = {}
        if base_url is not None:
            self._options["api_base"] = base_url
        self._key = key

    @property
    def local(self) -> bool:
        """Whether the models are of a server that the person named."""
        return "api_base" in self._options

    async def open(self) -> None:
        """Import litellm, in a thread: it takes seconds, and progress is shown meanwhile."""
        await asyncio.to_thread(litellm_module)

    async def send(self, call: Call) -> Reply:
        """Send a request, once: neither litellm nor the SDK under it retries.

        Raises:
            CallFailedError: there is no reply.
        """
        litellm = litellm_module()
        key = self._key or own_key(call.model)
        options = {**self._options, "api_key": key} if key else self._options
        try:
            completion = await litellm.acompletion(
                model=call.model,
                messages=list(call.messages),
                response_format=dict(call.response_format),
                max_tokens=call.max_output,
                timeout=call.timeout,
                num_retries=0,
                max_retries=0,
                **options,
            )
        except Exception as error:  # noqa: BLE001 - vendors raise what they like
            raise call_failed(error, key_variable(call.model), key_redactor(key)) from None
        return reply_of(completion)

    async def aclose(self) -> None:
        """Close the connections that litellm keeps."""
        if "litellm" in sys.modules:
            await litellm_module().close_litellm_async_clients()
