"""Options that several commands share, and what they say in terms of settings."""

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Use this file in place of the nearest one.")
]
Isolated = Annotated[
    bool, typer.Option("--isolated", help="Read neither configuration files nor LLD_AGENT_*.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print findings and errors only.")]
Color = Annotated[str, typer.Option("--color", help="auto, always or never.")]


def split(values: list[str] | None) -> tuple[str, ...] | None:
    """Return the parts of repeated, comma-separated values; None when there are none."""
    parts = tuple(
        part.strip() for value in values or () for part in value.split(",") if part.strip()
    )
    return parts or None
