"""Text of documents for terminals: nothing in it may move the cursor or turn the line around."""

import re

# Controls but none of tab and line feed; bidirectional overrides and isolates.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def visible(text: str) -> str:
    r"""Return text with control characters and text direction marks as `\x1b`, `\u202e`."""
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def one_line(text: str) -> str:
    """Return text on one line, safe for a terminal."""
    return visible(" ".join(text.split()))
