"""Options that several commands share, and what they say in terms of settings."""

from pathlib import Path
from typing import Annotated, Literal

import typer

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Use this file in place of the nearest one.")
]
Isolated = Annotated[
    bool, typer.Option("--isolated", help="Read neither configuration files nor LLD_AGENT_*.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print findings and errors only.")]
Color = Annotated[str, typer.Option("--color", help="auto, always or never.")]

Author = Annotated[str | None, typer.Option(help="Author in the header.")]
Reviewers = Annotated[str | None, typer.Option(help="Reviewers in the header.")]
Project = Annotated[str | None, typer.Option(help="Project in the header.")]

Model = Annotated[
    str | None, typer.Option(help="Model to ask, as litellm names it (openai/gpt-5.2).")
]
BaseUrl = Annotated[
    str | None, typer.Option(help="OpenAI-compatible server, up to and including /v1.")
]
Structured = Annotated[
    Literal["auto", "strict", "prompt"] | None, typer.Option(help="How answers get their form.")
]
MaxCost = Annotated[
    float | None, typer.Option(help="US dollars; stops before the request that would cross.")
]
MaxTokens = Annotated[
    int | None, typer.Option(help="Tokens; stops before the request that would cross.")
]
Jobs = Annotated[int | None, typer.Option(help="Requests in flight at a time.")]
ShowProgress = Annotated[
    Literal["auto", "live", "plain", "json", "none"],
    typer.Option("--progress", help="What is shown while a model is asked."),
]


def split(values: list[str] | None) -> tuple[str, ...] | None:
    """Return the parts of repeated, comma-separated values; None when there are none."""
    parts = tuple(
        part.strip() for value in values or () for part in value.split(",") if part.strip()
    )
    return parts or None
