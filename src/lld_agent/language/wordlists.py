"""Word lists per language as data (`words/*.toml`), and matchers made of them.

Lists are compared with `fold`ed text: case and accents do not matter, because real documents in
Portuguese and Spanish come with and without accents.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("en", "de", "es", "pt", "zh")

_GAP = r"(?: \S+){0,5}?"
"""What `…` between two words stands for: at most five words."""


def fold(text: str) -> str:
    """Return text in a comparable form: lower case, no accents, one blank between words."""
    lowered = text.casefold()
    if not lowered.isascii():
        parts = unicodedata.normalize("NFD", lowered)
        lowered = "".join(char for char in parts if not unicodedata.combining(char))
    return " ".join(lowered.split())


@cache
def load(name: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the lists of one file: key → language → words.

    Nested tables have keys such as "scope_out.is"; lists on the top level have the key "".
    """
    text = files("lld_agent.language").joinpath(f"words/{name}.toml").read_text(encoding="utf-8")
    return dict(_tables(tomllib.loads(text), ""))


def _tables(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
    if lists:
        yield key, lists
    for name, value in data.items():
        if isinstance(value, dict):
            yield from _tables(value, f"{key}.{name}" if key else name)


@cache
def words(name: str, key: str, languages: tuple[str, ...] = LANGUAGES) -> frozenset[str]:
    """Return the folded words of a list in these languages."""
    table = load(name)[key]
    return frozenset(fold(word) for code in languages for word in table.get(code, ()))


@cache
def matcher(
    name: str, key: str, languages: tuple[str, ...] = LANGUAGES, *, stems: bool = False
) -> re.Pattern[str]:
    """Return a pattern that finds the words of a list in folded text, longest first.

    Latin words match as whole words (with `stems` their ends are open), Chinese ones anywhere. `*`
    leaves the end of a word open, `…` stands for up to five words (` … `) or for the other part of
    a word (`…en`).
    """
    table = load(name)[key]
    latin = {fold(w) for code in languages if code != "zh" for w in table.get(code, ())}
    chinese = {fold(w) for w in table.get("zh", ())} if "zh" in languages else set()
    parts = [_source(word) for word in sorted(latin, key=lambda word: (-len(word), word))]
    end = "" if stems else r"(?!\w)"
    alternatives = [rf"(?<!\w)(?:{'|'.join(parts)}){end}"] if parts else []
    alternatives += [re.escape(word) for word in sorted(chinese, key=lambda w: (-len(w), w))]
    return re.compile("|".join(alternatives) or r"(?!)")


def _source(word: str) -> str:
    # re.escape leaves `…` and writes a blank and `*` with a backslash.
    source = re.escape(word).replace(r"\ …\ ", _GAP + " ").replace("…", r"\S{2,30}")
    return source.replace(r"\*", r"\w*").replace(r"\ ", " ")
