"""Secrets out of text that is shown or written."""

import os
import re
from collections.abc import Iterable, Mapping

_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)(?:_ID)?$", re.IGNORECASE)
_SHAPES = re.compile(
    r"\b(?:sk|pk|rk|xai|gsk|hf|ghp|gho|ghs|glpat|pypi|AKIA|AIza)[-_]?[A-Za-z0-9*_-]{12,}"
    r"|(?<=Bearer )[^\s\"']{8,}"
)
_SHORTEST = 6
"""A value under this length is no secret, and would take words out of every text."""

HIDDEN = "[secret]"


def secrets_of(environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the values of environment variables whose names say that they are secret."""
    values = os.environ if environ is None else environ
    found = {v for n, v in values.items() if _SECRET_NAME.search(n) and len(v) >= _SHORTEST}
    return tuple(sorted(found, key=len, reverse=True))


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Return text in which secrets and what has the shape of a key are replaced.

    Args:
        text: any text.
        secrets: values to replace wherever they stand, longest first.
    """
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _SHAPES.sub(HIDDEN, text)
