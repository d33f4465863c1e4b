"""Word lists as data: TOML files of this package, each with lists of phrases by name."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files


@cache
def _load(name: str) -> Mapping[str, tuple[str, ...]]:
    text = files("lld_agent.language").joinpath(f"lexicons/{name}.toml").read_text(encoding="utf-8")
    return {key: tuple(words) for key, words in tomllib.loads(text).items()}


@cache
def _pattern(name: str, key: str) -> re.Pattern[str]:
    words = sorted(_load(name)[key], key=len, reverse=True)
    return re.compile(
        "|".join(
            rf"(?<!\w){re.escape(word)}(?!\w)" if word.isascii() else re.escape(word)
            for word in words
        ),
        re.IGNORECASE,
    )


class Lexicons:
    """The word lists that rules share."""

    def words(self, name: str, key: str) -> tuple[str, ...]:
        """Return a list, for example `words("values", "none")`."""
        return _load(name)[key]

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the names of the lists of one file."""
        return tuple(_load(name))

    def find(self, name: str, key: str, text: str) -> str:
        """Return the first phrase of a list that stands in a text as whole words, else ""."""
        found = _pattern(name, key).search(text)
        return found[0] if found else ""

    def is_none(self, text: str) -> bool:
        """Return whether a cell says that there is nothing (G4): `-`, N/A, None, see above, ..."""
        return is_none(text)


_NOTHING = re.compile(
    r"(?:[-–—−.…?*]*|n/?a|none|null|nil|nothing|empty|required|optional|not set|not applicable|tbd|"
    r"unset|no default|\(none\)|\(empty\)|keine?|kein|ninguno|nenhum|nenhuma|无|没有|"
    r"see .*|(?:from|via|in) (?:vault|secret|secrets|env|k8s|kubernetes).*|"
    r"\$\{.*\}|\$\(.*\)|\{\{.*\}\}|<.*>|vault:.*|secretref.*|arn:.*)",
    re.IGNORECASE | re.DOTALL,
)


def is_none(text: str) -> bool:
    """Return whether a cell says that there is no value, or names only where the value is kept."""
    return _NOTHING.fullmatch(text.strip().strip("`*_ \"'")) is not None


_OPEN = re.compile(
    r"\[Q-\d+\]|(?<!\w)(?:TBD|TBC|TODO|FIXME)(?!\w)|\?{2,}|to be (?:decided|determined|defined|confirmed)",
    re.IGNORECASE,
)


def open_marks(text: str) -> Iterator[int]:
    """Yield where a document says that something is an open question."""
    return (found.start() for found in _OPEN.finditer(text))


def is_open(text: str) -> bool:
    """Return whether a cell is an open question: unknown, and neither a value nor missing."""
    return _OPEN.search(text) is not None
