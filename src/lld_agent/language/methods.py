"""What the method and path of an endpoint say about what it does."""

import re

_READS_ONLY = re.compile(
    r"/(?:search|query|queries|lookup|validate|validation|verify|check|review|preview|generate|refine|simulate|estimate|calculate|analytics|observability"
    r"|aggregate|export|completions?|embeddings?|predict|inference|generations?|transcriptions?|translations?)(?:/|$)",
    re.IGNORECASE,
)


def reads_only(path: str) -> bool:
    """Return whether a POST with this path asks for something and changes nothing: `/search`."""
    return _READS_ONLY.search(path) is not None
