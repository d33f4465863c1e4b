"""What a section is about, by its title: the titles people use in five languages."""

import re
from functools import cache

from lld_agent.language.wordlists import fold, load, matcher, words
from lld_agent.model.brief import Role

_NUMBER = re.compile(
    r"^(?:(?:section|chapter|part|abschnitt|kapitel|seccion|secao|capitulo|parte)\s+)?"
    r"(?:[(（]?(?:\d{1,3}(?:\.\d{1,3}){0,5}|[ivx]{1,5}|[a-z]|[一二三四五六七八九十]{1,3})[.)）、:：]?(?:\s|(?<=[.)）、]))"
    r"|第[一二三四五六七八九十\d]{1,3}[章节部分]\s*|\d{1,3}(?:\.\d{1,3}){0,5}(?=[^\W\d_]))\s*"
)
_BRACKETS = re.compile(r"\s*[(（\[【][^()（）\[\]【】]*[)）\]】]\s*")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_AND = re.compile(r"\s+(?:and|und|y|e)\s+|\s*[&/,]\s*|\s*[与和及、]\s*")

DEMANDING = frozenset(
    {Role.REQUIREMENTS, Role.NON_FUNCTIONAL, Role.CONSTRAINTS, Role.ACCEPTANCE, Role.SCOPE_IN,
     Role.SCOPE_OUT, Role.SECURITY}
)  # fmt: skip
"""Sections whose items demand something, whatever words they use."""

SILENT = frozenset({Role.META, Role.REFERENCES, Role.GLOSSARY, Role.ALTERNATIVES})
"""Sections in which nothing is demanded, whatever words they use."""

_IN_FEATURES = frozenset(
    {Role.NON_FUNCTIONAL, Role.SCOPE_IN, Role.SCOPE_OUT, Role.ASSUMPTIONS, Role.CONSTRAINTS,
     Role.ACCEPTANCE, Role.DATA, Role.API, Role.FUTURE, Role.RISKS, Role.GLOSSARY, Role.REFERENCES,
     Role.ALTERNATIVES, Role.DEPENDENCIES, Role.DECISIONS, Role.REQUIREMENTS, Role.SECURITY}
)  # fmt: skip


def clean_title(title: str) -> str:
    """Return a title folded, without number, brackets, marks and colon."""
    text = _NUMBER.sub("", fold(title), count=1)
    without = _BRACKETS.sub(" ", text).strip()
    return _EDGES.sub("", without or text)


def without_number(title: str) -> str:
    """Return a title as written, without its number and closing colon."""
    # Folding may change lengths, so the number is looked for in the title itself.
    found = _NUMBER.match(title.casefold())
    return title[found.end() if found else 0 :].strip().rstrip(":：").strip()


@cache
def role_of_title(title: str) -> Role:
    """Return what a section with this title is about, Role.OTHER when its title does not tell."""
    clean = clean_title(title)
    if not clean or len(clean) > 80:
        return Role.OTHER
    for name, exact in _exact():
        if clean in exact:
            return Role(name)
    for name in _roles():
        key = f"{name}.has"
        if key in _titles() and matcher("titles", key, stems=True).search(clean):
            return Role(name)
    first = _AND.split(clean, maxsplit=1)[0]
    if first != clean:
        for name, exact in _exact():
            if first in exact and name != "meta":
                return Role(name)
    return Role.OTHER


@cache
def _titles() -> dict[str, None]:
    return dict.fromkeys(load("titles"))


@cache
def _roles() -> tuple[str, ...]:
    return tuple(dict.fromkeys(key.partition(".")[0] for key in _titles()))


@cache
def _exact() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(
        (name, words("titles", f"{name}.is")) for name in _roles() if f"{name}.is" in _titles()
    )


def role_of_path(titles: tuple[str, ...]) -> tuple[Role, bool]:
    """Return role of a section by the titles above it, outermost first, and whether it demands.

    The innermost title that tells wins. Below requirements a title such as "Users" names a feature,
    not the readers.
    """
    role, demanding = Role.OTHER, False
    for title in titles:
        own = role_of_title(title)
        if own is Role.OTHER or (role in {Role.REQUIREMENTS, Role.API} and own not in _IN_FEATURES):
            continue
        if role is Role.META and own in {Role.DEPENDENCIES, Role.NON_FUNCTIONAL, Role.TESTING}:
            # Parts of a process checklist do not become parts of the product.
            continue
        demanding = own in DEMANDING or (demanding and own not in SILENT and own not in _CALM)
        role = own
    return role, demanding


_CALM = frozenset({Role.OVERVIEW, Role.RISKS, Role.USERS, Role.FUTURE, Role.ASSUMPTIONS, Role.DECISIONS})
