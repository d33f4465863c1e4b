"""What is said to a model when it is asked once more."""

import re
from collections.abc import Sequence

_DETAILS = re.compile(r" \[type=[a-z_]+, input_value=.*$", re.MULTILINE)
_LINK = re.compile(r"^ *For further information visit .*\n?", re.MULTILINE)
MOST_LINES = 60
MOST_COMPLAINTS = 30


def trimmed(text: str) -> str:
    """Return an error message of pydantic without links and without the values that it quotes.

    The model has its own answer before it; the links and values cost tokens and say nothing.
    """
    lines = _DETAILS.sub("", _LINK.sub("", text)).splitlines()
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"... and {len(lines) - MOST_LINES} more lines"]
    return "\n".join(lines)


def complaint_message(complaints: Sequence[str]) -> str:
    """Return the message that puts complaints about a well-formed answer to the model."""
    shown = [f"- {complaint}" for complaint in complaints[:MOST_COMPLAINTS]]
    if len(complaints) > MOST_COMPLAINTS:
        shown.append(f"- ... and {len(complaints) - MOST_COMPLAINTS} more of these kinds")
    return (
        "Your answer has the right form, but:\n"
        + "\n".join(shown)
        + "\nAnswer again with the whole JSON object. Correct these points and keep the rest."
    )
