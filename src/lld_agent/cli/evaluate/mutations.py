"""`lld-agent eval mutations`."""

from typing import Annotated

import typer


def mutations(
    docs: Annotated[
        str | None, typer.Option(help="Folder of Markdown designs, in place of the golden ones.")
    ] = None,
) -> None:
    """Put single defects into clean designs and count which the review finds."""
    from lld_agent.errors import UsageError  # noqa: PLC0415 - commands import their work

    raise UsageError(f"eval mutations is not there yet (docs {docs})")
