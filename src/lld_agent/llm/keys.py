"""Which environment variable holds the key of a model."""

import os
from collections.abc import Mapping

from lld_agent.model.redaction import Redactor, redactor

OWN_KEY = "LLD_AGENT_API_KEY"
"""Key for the server of `--base-url`."""

_BY_PROVIDER = {
    "azure": "AZURE_API_KEY",
    "bedrock": "AWS_ACCESS_KEY_ID",
    "fireworks_ai": "FIREWORKS_AI_API_KEY",
    "perplexity": "PERPLEXITYAI_API_KEY",
    "together_ai": "TOGETHERAI_API_KEY",
    "vertex_ai": "GOOGLE_APPLICATION_CREDENTIALS",
    "ollama": "",
    "ollama_chat": "",
    "lm_studio": "",
}
_BY_NAME = {
    "claude": "ANTHROPIC_API_KEY",
    "gemini": "GEMINI_API_KEY",
    "mistral": "MISTRAL_API_KEY",
    "command": "COHERE_API_KEY",
    "deepseek": "DEEPSEEK_API_KEY",
    "grok": "XAI_API_KEY",
}


def key_variable(model: str) -> str:
    """Return the variable that litellm reads the key of a model from; "" where it needs none."""
    provider, slash, _name = model.lower().partition("/")
    if slash:
        return _BY_PROVIDER.get(provider, f"{provider.upper().replace('-', '_')}_API_KEY")
    for start, variable in _BY_NAME.items():
        if provider.startswith(start):
            return variable
    return "OPENAI_API_KEY"


def server_key(environ: Mapping[str, str] | None = None) -> str:
    """Return the key for the server of `--base-url`; "" where none is set: local ones need none."""
    values = os.environ if environ is None else environ
    return values.get(OWN_KEY) or values.get("OPENAI_API_KEY") or ""


def key_hint(variable: str) -> str:
    """Return the hint that names the variable to set; never its value."""
    return f"set {variable} to a valid key" if variable else "check the server's own settings"


def key_redactor(key: str | None) -> Redactor:
    """Return what redacts the environment's secrets and a key that was given otherwise."""
    return Redactor(redactor(os.environ).values | ({key} if key else set()))
