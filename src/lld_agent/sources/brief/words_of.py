"""The word lists of this package, compiled once."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from lld_agent.model.brief import Role


def fold(text: str) -> str:
    """Return a text without accents: many people type "requisitos nao funcionais".

    Letters keep their case; nothing else changes but the length.
    """
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return a TOML file of `words/`."""
    text = (
        files("lld_agent.sources.brief").joinpath(f"words/{name}.toml").read_text(encoding="utf-8")
    )
    return tomllib.loads(text)


@cache
def role_patterns() -> tuple[tuple[Role, re.Pattern[str]], ...]:
    """Return role → pattern of folded headings, the narrower first."""
    return tuple((Role(name), _pattern(words)) for name, words in table("roles").items())


def _pattern(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(_word(fold(word)) for word in words), re.IGNORECASE)


def _word(word: str) -> str:
    """Return the pattern of a word: at the start of one, `*` within one, `=` as the whole heading."""
    if word[0] == "=":
        return rf"\A{re.escape(word[1:])}\Z"
    if word[0] == "*":
        return re.escape(word[1:])
    latin = word[0].isascii() or (word[0].isalpha() and ord(word[0]) < 0x2E80)
    return rf"(?<!\w){re.escape(word)}" if latin else re.escape(word)


@cache
def normative_patterns(name: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of `always`, `in_requirements` or `in_design`, for folded text."""
    return tuple(re.compile(fold(text), re.IGNORECASE) for text in table("normative")[name])


@cache
def technology_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return category → one pattern of all its names."""
    found = []
    for category, names in table("technologies").items():
        if category == "ambiguous":
            continue
        ordered = sorted(names, key=len, reverse=True)
        parts = [
            re.escape(name) if name != name.lower() else rf"(?i:{re.escape(name)})"
            for name in ordered
        ]
        found.append((category, re.compile(rf"(?<![\w/.-])(?:{'|'.join(parts)})(?![\w/])")))
    return tuple(found)


@cache
def ambiguous_technologies() -> frozenset[str]:
    """Return the names that are words of a language too."""
    return frozenset(table("technologies")["ambiguous"]["names"])


@cache
def function_words() -> Mapping[str, frozenset[str]]:
    """Return language → its function words."""
    return {code: frozenset(words.split()) for code, words in table("language").items()}
