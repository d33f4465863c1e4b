"""What standard output and standard error can do."""

import os
import sys
from typing import Literal

from lld_agent.errors import UsageError

Colour = Literal["auto", "always", "never"]


def use_colour(choice: str) -> bool:
    """Return whether to colour standard output: the flag, then NO_COLOR, FORCE_COLOR, the terminal.

    Raises:
        UsageError: the flag has another value.
    """
    if choice not in {"auto", "always", "never"}:
        raise UsageError(f"--color cannot be {choice!r}", "use auto, always or never")
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def say(text: str) -> None:
    """Print a line for people on standard error."""
    sys.stderr.write(f"{text}\n")


def put(text: str) -> None:
    """Print data on standard output, whatever characters it can show."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
