"""What the path and the fields of an endpoint say about what it does."""

import re

_READS_ONLY = re.compile(
    r"/(?:search|query|queries|lookup|validate|validation|verify|check|review|preview|generate|refine|simulate|estimate|calculate|analytics|observability"
    r"|aggregate|export|completions?|embeddings?|predict|inference|generations?|transcriptions?|translations?)(?:/|$)",
    re.IGNORECASE,
)


def reads_only(path: str) -> bool:
    """Return whether a POST with this path asks for something and changes nothing: `/search`."""
    return _READS_ONLY.search(path) is not None


_CALLED_BACK = re.compile(
    r"(?:callback|webhook|hook|notify|notification|ping|target)_?(?:url|uri|endpoint)|callback|webhook",
    re.IGNORECASE,
)


def is_called_back(field: str) -> bool:
    """Return whether a field of a request is named like an address that the server will call."""
    return _CALLED_BACK.fullmatch(field) is not None
