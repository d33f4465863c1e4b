"""Words down to their stems, so that `expired reservations` and `reservation expires` meet."""

import re
from functools import cache, lru_cache
from typing import Protocol

_WORD = re.compile(r"[^\W\d_]{2,}|\d+", re.UNICODE)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_NAMES = {"en": "english", "de": "german", "es": "spanish", "pt": "portuguese"}
_STOP = {
    "en": "a an and are as at be by for from has have if in into is it its of on or that the their then there this to "
    "was were when which while will with not no can must should may case test tests testing scenario behavior "
    "value values expected all any each than use used using does do",
    "de": "der die das ein eine und oder ist sind wird werden im in am an auf aus bei bis für mit nach nicht von vor zu "
    "zum zur wenn dass als auch einer eines einem den dem des fall",
    "es": "el la los las un una y o de del en con por para que es son se al no si como caso",
    "pt": "o a os as um uma e ou de do da dos das em no na com por para que é são se ao não caso",
}


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's own name


@cache
def _stemmer(language: str) -> _Stemmer:
    import snowballstemmer  # noqa: PLC0415 - only when words are compared

    stemmer: _Stemmer = snowballstemmer.stemmer(_NAMES.get(language, "english"))
    return stemmer


@lru_cache(maxsize=4096)
def stems(text: str, language: str = "en") -> frozenset[str]:
    """Return the stems of the meaningful words of a text; for Chinese, pairs of characters."""
    stop = _stop_words(language)
    stemmer = _stemmer(language)
    words = {word.lower() for word in _WORD.findall(text) if not _HAN.match(word)}
    found = {stemmer.stemWord(word) for word in words if word not in stop}
    for run in _HAN.findall(text):
        found.update(run[number : number + 2] for number in range(max(1, len(run) - 1)))
    return frozenset(found)


@cache
def _stop_words(language: str) -> frozenset[str]:
    return frozenset(_STOP.get(language, _STOP["en"]).split())
