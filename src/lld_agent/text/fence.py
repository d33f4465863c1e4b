"""Data between marks that it cannot forge, for prompts."""

import hashlib

_DIGITS = 32
"""Hex digits of a mark: 128 bits, so that nobody finds a text that holds its own."""


def fenced(name: str, text: str) -> str:
    """Return a text between marks that hold a hash of it: the same text gives the same bytes.

    Args:
        name: what it is, of our own words.
        text: anything, hostile too: to close the fence it would have to hold its own hash.
    """
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"<<<DATA {name} {mark}\n{text}\n{mark} DATA>>>"
