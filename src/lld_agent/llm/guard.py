"""What is set before a vendor's library is imported, and the switch that forbids requests."""

import logging
import os
from threading import Lock
from types import ModuleType
from urllib.parse import urlsplit

from lld_agent.errors import UsageError

OFFLINE = "LLD_AGENT_OFFLINE"
"""Set to anything: no request leaves for anywhere but loopback. Tests set it."""

_importing = Lock()
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_SWITCHES = {
    # Without it the import fetches a price list from GitHub, and the first call of Claude headers.
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    # litellm 1.109 and later: both of the above and the tokenizers of the HF hub.
    "LITELLM_OFFLINE_MODE": "true",
    "LITELLM_LOG": "CRITICAL",
}
_LOGGERS = (
    "instructor",
    "LiteLLM",
    "LiteLLM Router",
    "LiteLLM Proxy",
    "openai",
    "httpx",
    "httpcore",
)


def forbid_unless_local(base_url: str | None) -> None:
    """Refuse a destination when requests are forbidden.

    Raises:
        UsageError: `LLD_AGENT_OFFLINE` is set and the address is not loopback.
    """
    if os.environ.get(OFFLINE) and (
        base_url is None or urlsplit(base_url).hostname not in _LOOPBACK
    ):
        raise UsageError(
            f"{OFFLINE} is set: no request may leave this machine",
            f"unset {OFFLINE}, or name a server on loopback with --base-url",
        )


def quiet() -> None:
    """Keep the libraries' logs off the terminal: they repeat what outcomes say, and may quote."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def litellm_module() -> ModuleType:
    """Import litellm (5 to 9 s the first time) with its fetches and banners off; thread-safe."""
    with _importing:
        for name, value in _SWITCHES.items():
            os.environ.setdefault(name, value)
        import litellm  # noqa: PLC0415

        litellm.suppress_debug_info = True
        litellm.disable_hf_tokenizer_download = True
        # aiohttp's sessions are bound to a loop and warn when it ends before them.
        litellm.disable_aiohttp_transport = True
        quiet()
    return litellm
