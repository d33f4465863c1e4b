"""What would leave the machine: a request, word for word, before it is sent."""

import json
from typing import Any
from urllib.parse import urlsplit

from lld_agent.llm.prices import facts
from lld_agent.llm.request import Request
from lld_agent.llm.shape import Mode, response_format, wire_messages
from lld_agent.report.escape import visible


def prompt_text(request: Request[Any], model: str, mode: Mode, base_url: str = "") -> str:
    """Return where a request goes and everything that it says.

    Args:
        request: that would be sent.
        model: that would be asked.
        mode: how the schema is asked for; `auto` is decided while a run goes on.
        base_url: of the server, "" for the provider's own address.
    """
    server = urlsplit(base_url).netloc or facts(model).provider or "the provider that litellm finds"
    name = " ".join(part for part in (request.stage, request.subject) if part)
    parts = [f"=== {name}: to {model} at {server}, answers up to {request.max_output:,} tokens\n"]
    parts += [
        f"--- {message['role']}\n{_content(message['content'])}\n"
        for message in wire_messages(request, mode, model)
    ]
    if mode == "strict":
        schema = json.dumps(response_format(request.answer, mode), indent=1, ensure_ascii=False)
        parts.append(f"--- response_format\n{schema}\n")
    return visible("".join(parts))


def _content(content: Any) -> str:
    """Return text, also that of a message in parts (a mark for the provider's cache is on one)."""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)
