"""Does the name of a variable say that it holds a secret?"""

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import tokens

_YES = {"yes", "true", "y", "✓", "✅", "ja", "sí", "sim", "是"}
_ADDRESSES = ("database url", "db url", "dsn", "connection string")


def is_address(name: str) -> bool:
    """Return whether a name is that of a connection string: most hold a password, not all."""
    return " ".join(name.lower().replace("-", "_").split("_")).strip().endswith(_ADDRESSES)


def is_secret_name(name: str, lexicons: Lexicons) -> bool:
    """Return whether a name ends in a word for secrets and in none that takes it back.

    `CLIENT_SECRET`, `API_KEY` and `DATABASE_URL` do; `TOKEN_TTL`, `MAX_TOKENS` and `SECRET_PATH`
    do not: they hold a length, a count, a place.
    """
    words = " ".join(name.lower().replace("-", "_").split("_")).strip()
    folded = " ".join(tokens(name))
    if is_address(name):
        return True
    if words.startswith(("max ", "min ", "enable ", "use ", "num ", "public ")) or words.endswith(
        "tokens"
    ):
        return False
    if any(words.endswith(taken_back) for taken_back in lexicons.words("values", "not_secret")):
        return False
    return any(
        text == secret or text.endswith(" " + secret)
        for secret in lexicons.words("values", "secret")
        for text in (words, folded)
    )


def says_yes(text: str) -> bool:
    """Return whether a cell of a Yes/No column says yes, in the languages that we read."""
    return text.strip().lower() in _YES
