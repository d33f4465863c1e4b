"""How rules put names into messages."""

from collections.abc import Iterable


def listed(texts: Iterable[str], most: int = 6) -> str:
    """Return names as people list them: each once, the first `most`, and how many more."""
    shown = list(dict.fromkeys(texts))
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more
