"""Technologies and what they are called in general: a test of the database is one of PostgreSQL."""

from collections.abc import Iterable
from functools import cache

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import tokens

_GENERAL = {
    "store": frozenset({"database", "db", "datastore"}),
    "cache": frozenset({"cache"}),
    "queue": frozenset({"queue", "broker", "bus"}),
    "mail": frozenset({"mail", "email", "smtp"}),
    "payment": frozenset({"payment"}),
    "identity": frozenset({"identity", "idp", "authentication"}),
    "model": frozenset({"llm"}),
}
"""Kinds of `lexicons/technologies.toml` and the words that stand for any of them."""


def also_called(words: Iterable[str], lexicons: Lexicons) -> frozenset[str]:
    """Return words (of `names.tokens`) with the general words for those that are technologies."""
    known = _kinds(lexicons)
    found = frozenset(words)
    return found.union(*(_GENERAL[known[word]] for word in found if word in known))


@cache
def _kinds(lexicons: Lexicons) -> dict[str, str]:
    return {
        tokens(phrase)[0]: kind
        for kind in lexicons.keys("technologies")
        if kind in _GENERAL
        for phrase in lexicons.words("technologies", kind)
        if len(tokens(phrase)) == 1
    }
