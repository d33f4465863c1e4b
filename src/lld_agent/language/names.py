"""The one name resolver: do two spellings name the same thing?

`UserAccount`, `user_accounts`, `User Account table` and `user-account` do. Every rule that looks
from one section into another asks here, so that its mistakes are found once.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

ACCEPTED = 0.85
MARGIN = 0.15

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_A-Za-z]+")
# Names with a capital inside that is no border between words.
_EMAIL = re.compile(r"(?<![A-Za-z])[eE]-[mM]ail")
# German writes these letters either way, and names in code only the second.
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
_JOINED = re.compile(
    r"PostgreSQL|MySQL|NoSQL|MariaDB|MongoDB|RabbitMQ|GraphQL|GitHub|GitLab|ClickHouse|DynamoDB|"
    r"JavaScript|TypeScript|OAuth2?|gRPC|WebSocket|OpenID|OpenAPI|OpenAI|LaTeX|iOS|macOS|YouTube|"
    r"PayPal|LinkedIn|WhatsApp|IPv[46]"
)
# What people hang on a name without meaning another thing.
_SUFFIXES = {
    "table", "tables", "service", "services", "svc", "module", "entity", "model", "schema", "api",
    "server", "store", "db", "database", "class", "object", "record", "system", "component", "dto",
    "enum", "type", "repository", "repo", "row", "the", "a", "an", "our", "cluster", "instance",
}  # fmt: skip
_IRREGULAR = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index",
    "indexes": "index", "vertices": "vertex", "matrices": "matrix", "statuses": "status",
    "aliases": "alias", "analyses": "analysis", "data": "data", "media": "media", "news": "news",
    "series": "series", "species": "species", "addresses": "address", "buses": "bus",
}  # fmt: skip
_SYNONYMS = (
    ("postgresql", "postgres", "pg", "psql"),
    ("kubernetes", "k8s"),
    ("mongodb", "mongo"),
    ("elasticsearch", "elastic", "es"),
    ("rabbitmq", "rabbit"),
    ("redis", "valkey"),
    ("javascript", "js"),
    ("authentication", "authn", "auth"),
    ("authorization", "authz"),
    ("configuration", "config", "cfg"),
    ("message", "msg"),
    ("organization", "organisation", "org"),
    ("application", "app"),
    ("environment", "env"),
    ("identifier", "id"),
)
_SAME = {word: group[0] for group in _SYNONYMS for word in group}


class Resolution(NamedTuple):
    """The candidate that a name stands for, or None; with the best and the second best score."""

    match: str | None
    score: float
    runner_up: float


@lru_cache(maxsize=8192)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words of a name: lower case, singular, synonyms folded, suffixes dropped."""
    plain = _EMAIL.sub("email", name).translate(_UMLAUTS)
    joined = _JOINED.sub(lambda found: f" {found[0].lower()} ", plain)
    words = [_fold(found.lower()) for found in _WORDS.findall(joined)]
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    while len(words) > 1 and words[0] in {"the", "a", "an", "our", "tbl"}:
        words.pop(0)
    return tuple(words)


def _fold(word: str) -> str:
    if word in _SAME:
        return _SAME[word]
    single = singular(word)
    return _SAME.get(single, single)


def singular(word: str) -> str:
    """Return the singular of an English word in lower case; other words as they are."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word.endswith(("ss", "us", "is", "os", "as")):
        return word
    for ending, stem in (
        ("ies", "y"),
        ("sses", "ss"),
        ("shes", "sh"),
        ("ches", "ch"),
        ("xes", "x"),
        ("zes", "z"),
    ):
        if word.endswith(ending):
            return word[: -len(ending)] + stem
    return word.removesuffix("s")


def canonical_name(name: str) -> str:
    """Return one spelling for all spellings of a name: for identities that outlive edits."""
    return "-".join(tokens(name)) or " ".join(name.casefold().split())


def similarity(left: str, right: str) -> float:
    """Return 1.0 for the same words in the same order, else the share of words in common."""
    first, second = tokens(left), tokens(right)
    if not first or not second:
        return 0.0
    if first == second or "".join(first) == "".join(second):
        return 1.0
    one, two = set(first), set(second)
    return len(one & two) / len(one | two)


class Resolver:
    """Resolves names against candidates; remembers nothing, decides the same everywhere."""

    def resolve(self, name: str, candidates: Iterable[str]) -> Resolution:
        """Return the one candidate that `name` stands for.

        Accepted is a best score of at least 0.85 that leads the second by 0.15; spellings of the
        same words count as one candidate. Otherwise the name stays unresolved: no rule may then
        say anything about it.
        """
        scores: dict[tuple[str, ...], tuple[float, str]] = {}
        for candidate in candidates:
            score = similarity(name, candidate)
            key = tokens(candidate)
            if score > scores.get(key, (0.0, ""))[0]:
                scores[key] = (score, candidate)
        ranked = sorted(scores.values(), key=lambda entry: -entry[0])
        best = ranked[0] if ranked else (0.0, "")
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        accepted = best[0] >= ACCEPTED and (best[0] == 1.0 or best[0] - second >= MARGIN)
        return Resolution(best[1] if accepted else None, best[0], second)

    def same(self, left: str, right: str) -> bool:
        """Return whether two names stand for the same thing."""
        return similarity(left, right) >= ACCEPTED
