"""Whether there is a key for a model, and in which variable of the environment.

The order: the provider's own variable, as litellm names it, then `LLD_API_KEY_<PROVIDER>`. Keys are
never read from flags or files. Everything but `own_key` and `server_key` says which variable holds
a key, never what it holds.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lld_agent.llm.prices import facts, is_local
from lld_agent.model.redaction import Redactor, redactor

OWN_KEY = "LLD_AGENT_API_KEY"
"""Key for the server of `--base-url`."""

_OURS = "LLD_API_KEY_"
_VARIABLES = {
    "ai21_chat": ("AI21_API_KEY",),
    "anthropic": ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"),
    "azure": ("AZURE_API_KEY", "AZURE_AD_TOKEN"),
    "bedrock": ("AWS_ACCESS_KEY_ID", "AWS_BEARER_TOKEN_BEDROCK", "AWS_PROFILE", "AWS_ROLE_ARN"),
    "datarobot": ("DATAROBOT_API_TOKEN",),
    "fireworks_ai": (
        "FIREWORKS_AI_API_KEY",
        "FIREWORKS_API_KEY",
        "FIREWORKSAI_API_KEY",
        "FIREWORKS_AI_TOKEN",
    ),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "perplexity": ("PERPLEXITYAI_API_KEY",),
    "sagemaker": ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_ROLE_ARN"),
    "together_ai": ("TOGETHERAI_API_KEY",),
    "vertex_ai": ("GOOGLE_APPLICATION_CREDENTIALS", "VERTEXAI_PROJECT"),
}
"""Those that are not `<PROVIDER>_API_KEY`."""

_AMBIENT = {"bedrock", "sagemaker", "vertex_ai"}
"""These may get credentials from the machine they run on, which only a request can tell."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where the key of a model is looked for.

    Attributes:
        variable: to set; "" where the model needs no key.
        found: variable that holds one, "" where none does.
        needed: without one no request can succeed; False also where nobody can know that.
    """

    variable: str = ""
    found: str = ""
    needed: bool = False


def key_of(model: str, base_url: str, environ: Mapping[str, str]) -> Key:
    """Return where the key of a model is, or would have to be."""
    if base_url:
        names = _server_variables(base_url)
        return Key(names[0], _first(names, environ), needed=not is_local(base_url))
    found = facts(model)
    if found.local:
        return Key()
    names = _provider_variables(found.provider)
    return Key(names[0], _first(names, environ), needed=found.provider not in _AMBIENT)


def key_variable(model: str) -> str:
    """Return the variable that litellm reads the key of a model from; "" where it needs none."""
    return key_of(model, "", {}).variable


def own_key(model: str, environ: Mapping[str, str] | None = None) -> str | None:
    """Return the value of `LLD_API_KEY_<PROVIDER>` where the provider's own variable is not set."""
    values = os.environ if environ is None else environ
    found = _first(_provider_variables(facts(model).provider), values)
    return values[found] if found.startswith(_OURS) else None


def server_key(base_url: str, environ: Mapping[str, str] | None = None) -> str:
    """Return the key for the server of `--base-url`; "" where none is set: local ones need none.

    OpenAI's key goes to OpenAI only: the address may come from a file of the project, and a file
    must not be able to send a key to somebody else.
    """
    values = os.environ if environ is None else environ
    found = _first(_server_variables(base_url), values)
    return values[found] if found else ""


def key_hint(variable: str) -> str:
    """Return the hint that names the variable to set; never its value."""
    return f"set {variable} to a valid key" if variable else "check the server's own settings"


def key_redactor(key: str | None) -> Redactor:
    """Return what redacts the environment's secrets and a key that was given otherwise."""
    return Redactor(redactor(os.environ).values | ({key} if key else set()))


def _server_variables(base_url: str) -> tuple[str, ...]:
    theirs = re.match(r"https://(?:[a-z0-9-]{1,63}\.){0,3}openai\.com(?:[:/]|$)", base_url)
    return (OWN_KEY, "OPENAI_API_KEY") if theirs else (OWN_KEY,)


def _provider_variables(provider: str) -> tuple[str, ...]:
    # A name that nobody knows goes to OpenAI, as litellm has it.
    upper = re.sub(r"[^A-Z0-9]+", "_", (provider or "openai").upper())
    return (*_VARIABLES.get(provider, (f"{upper}_API_KEY",)), f"{_OURS}{upper}")


def _first(names: tuple[str, ...], environ: Mapping[str, str]) -> str:
    return next((name for name in names if environ.get(name, "").strip()), "")
