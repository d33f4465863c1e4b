"""The reference of commands and of settings, from the typer application and the settings model."""

import re
from pathlib import Path

import typer.main
from typer.core import TyperGroup

from lld_agent.cli.main import app
from lld_agent.config.settings import Settings

_HEAD = "<!-- Made by `make generate`. -->\n\n"


def command_reference(_root: Path) -> dict[str, str]:
    """Return docs/cli.md: every command with its arguments and options."""
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    parts = [f"{_HEAD}# Commands\n"]
    parts += _commands(root, "lld-agent")
    return {"docs/cli.md": "\n".join(parts)}


def _commands(group: TyperGroup, path: str) -> list[str]:
    parts = []
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            parts += _commands(command, f"{path} {name}")
            continue
        parts.append(f"## `{path} {name}`\n\n{command.help or ''}\n")
        rows = [row for parameter in command.params if (row := _row(parameter))]
        if rows:
            parts.append("| | |\n|---|---|\n" + "\n".join(rows) + "\n")
    return parts


def _row(parameter: object) -> str:
    if getattr(parameter, "hidden", False):
        return ""
    names = [*getattr(parameter, "opts", ()), *getattr(parameter, "secondary_opts", ())]
    shown = " ".join(f"`{name if name.startswith('-') else name.upper()}`" for name in names)
    text = re.sub(r"\s+", " ", getattr(parameter, "help", "") or "").replace("|", "\\|")
    return f"| {shown} | {text} |"


def config_reference(_root: Path) -> dict[str, str]:
    """Return docs/configuration.md: every setting with its default."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        text = getattr(default, "value", default)
        shown = "none" if text is None else f"`{text!r}`"
        rows.append(f"| `{name.replace('_', '-')}` | {shown} | {field.description} |")
    return {
        "docs/configuration.md": f"""{_HEAD}# Settings

In `lld-agent.toml`, or under `[tool.lld-agent]` in `pyproject.toml`. The nearest file upwards from
the working folder counts, and only that one. A flag wins over `LLD_AGENT_*` in the environment
(`LLD_AGENT_FAIL_ON=warning`; lists with commas, tables as `LLD_AGENT_MODELS=spine=A,critic=B`; an
empty one says nothing), and that over the file. An unknown key is an error. `lld-agent config show`
prints each value and where it comes from.

| Key | Default | |
|---|---|---|
{chr(10).join(rows)}

```toml
# lld-agent.toml
extend-select = ["API"]
fail-on = "warning"
model = "openai/gpt-5.2"
max-cost = 2.00

[models]
critic = "anthropic/claude-sonnet-5"

[severity]
CFG003 = "error"
```

API keys are no settings: they stand in the environment and nowhere else
([models](models.md)).
"""
    }
