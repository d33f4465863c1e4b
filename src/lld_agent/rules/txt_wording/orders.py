"""Orders to a language model, recognised in text: what they say, in six languages.

Nothing here judges where the text stands; `carriers` knows what readers see of it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from lld_agent.language.lexicon import Lexicons

FILE = "orders"
# Characters that are drawn as nothing: the category Cf, and variation selectors.
INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_MARKUP = "\\>*_~`"
_SENTENCE = re.compile(r"[.!?。！？]+")
_CLAUSE_ENDS = tuple(",:;-—–()[]\"'“”‘’«»„，：；、>#")
# Letters of other scripts that look like Latin ones; only inside words that mix scripts.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһӏοαεικρτυνАВЕІЈКМНОРСТХЅΙΟΑΕΡΤΝΚΜΗΒΖ",
    "aeopcyxijsdhloaeikptuvABEIJKMHOPCTXSIOAEPTNKMHBZ",
)
_WORD = re.compile(r"\w+")
_LATIN, _OTHER = re.compile("[A-Za-z]"), re.compile("[\u0370-\u04ff]")
_FINDINGS = re.compile(r"[\"']findings[\"'] ?: ?\[")
MANY_HINTS = 3
"""Parts of an order that make one without anything else."""

_START = 9
_REACH = 80
"""Code points between a verb and the end of its object."""


class Sign(StrEnum):
    """What an order does."""

    OVERRIDE = "sets other instructions aside"
    ANY = "sets instructions aside, if it is one"
    VERDICT = "says what a review is to report"
    HINT = "may be part of an order"
    YOU = "tells its reader that it is a model"
    READER = "names models as its readers"
    TURN = "plays another speaker of a chat"
    FINDINGS = "holds findings in place of a review's own"


@dataclass(frozen=True, slots=True)
class Order:
    """A sign and the words that show it; `imperative` when the words begin their clause."""

    sign: Sign
    words: str
    imperative: bool = True


def folded(text: str) -> str:
    """Return text in the form in which orders are looked for.

    Compatibility forms and case are folded, invisible characters and marks of Markdown go, and in
    words of mixed script letters that look like Latin ones are read as those.
    """
    text = _plain(text).casefold()
    for mark in _MARKUP:
        text = text.replace(mark, " ")
    return " ".join(text.split())


def _plain(text: str) -> str:
    if not text.isascii():
        text = INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _WORD.sub(_unmixed, text) if _OTHER.search(text) else text


def _unmixed(word: re.Match[str]) -> str:
    mixed = _LATIN.search(word[0]) and _OTHER.search(word[0])
    return word[0].translate(_LOOKALIKES) if mixed else word[0]


def may_order(text: str) -> bool:
    """Return whether folded text holds anything that an order is made of; cheap."""
    if '"' in text and _FINDINGS.search(text):
        return True
    triggers = _triggers(ascii_only=text.isascii())
    if any(any(w in text for w in words) for start, words in triggers.items() if start in text):
        return True
    hints = sum(word in text for word in _phrases()[Sign.HINT])
    if hints >= MANY_HINTS or (hints and any(word in text for word in _phrases()[Sign.READER])):
        return True
    return any(_any_in("objects", reach) for reach in _reaches(text))


def _reaches(text: str) -> Iterator[str]:
    """Yield what follows each verb as far as its object may stand."""
    for verb in Lexicons().words(FILE, "verbs"):
        at = text.find(verb)
        while at >= 0:
            yield text[at + len(verb) : at + _REACH]
            at = text.find(verb, at + _REACH)


def orders(raw: str) -> Iterator[Order]:
    """Yield the orders that a text gives. A verb with a capital letter begins a sentence."""
    text = folded(_capitals().sub(". ", _plain(raw)))
    if _FINDINGS.search(text):
        yield Order(Sign.FINDINGS, '"findings": [')
    if not may_order(text):
        return
    for sentence in _SENTENCE.split(text):
        yield from _overrides(sentence)
        for sign, words in _phrases().items():
            for found in (word for word in words if word in sentence):
                at = _standing(sentence, found)
                if at < 0:
                    continue
                addressed = sign is not Sign.READER or _is_called(sentence, at + len(found))
                yield Order(sign, found, addressed and _begins(sentence, at))
                if sign is not Sign.HINT:
                    break


def speaks_of(key: str, text: str) -> bool:
    """Return whether folded text holds a word of a list as a whole word."""
    return bool(Lexicons().find(FILE, key, text))


@cache
def _phrases() -> dict[Sign, tuple[str, ...]]:
    words = Lexicons().words
    return {
        Sign.VERDICT: words(FILE, "verdicts"),
        Sign.HINT: words(FILE, "hints"),
        Sign.YOU: words(FILE, "you"),
        Sign.READER: words(FILE, "readers"),
        Sign.TURN: words(FILE, "turns"),
    }


@cache
def _triggers(*, ascii_only: bool) -> Mapping[str, tuple[str, ...]]:
    """Return what makes a look at a text worth while, by how it starts; most share few starts.

    A reader counts only where it is spoken to.
    """
    phrases = _phrases()
    called = [f"{word}{mark}" for word in phrases[Sign.READER] for mark in ":,：，"]
    parts = {Sign.READER, Sign.HINT}
    said = [word for sign, words in phrases.items() if sign not in parts for word in words]
    found: dict[str, list[str]] = {}
    for word in (*said, *called):
        if word.isascii() or not ascii_only:
            found.setdefault(" ".join(word.split()[:2])[:_START], []).append(word)
    return {start: tuple(words) for start, words in found.items()}


@cache
def _capitals() -> re.Pattern[str]:
    verbs = {word.capitalize() for word in Lexicons().words(FILE, "verbs")}
    return re.compile(rf"(?<=[\w)\]`*_])\s+(?=[*_]{{0,3}}(?:{'|'.join(sorted(verbs))})\b)")


def _any_in(key: str, text: str) -> bool:
    return any(word in text for word in Lexicons().words(FILE, key))


def _standing(sentence: str, phrase: str) -> int:
    """Return where a phrase stands as whole words, or -1."""
    start = sentence.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        wide = phrase[-1] > "\u2e7f" or not phrase[-1].isalnum()
        before = start > 0 and _is_latin(sentence[start - 1]) and _is_latin(phrase[0])
        after = end < len(sentence) and not wide and _is_latin(sentence[end])
        if not before and not after:
            return start
        start = sentence.find(phrase, start + 1)
    return -1


def _is_called(sentence: str, end: int) -> bool:
    """Return whether a name is followed by what follows a form of address."""
    return sentence[end:].lstrip()[:1] in {":", ",", "：", "，"}


def _is_latin(character: str) -> bool:
    return character.isalnum() and character < "\u2e80"


def _overrides(sentence: str) -> Iterator[Order]:
    lexicons = Lexicons()
    if not (_any_in("verbs", sentence) and _any_in("objects", sentence)):
        return
    verb = lexicons.find(FILE, "verbs", sentence)
    at = _standing(sentence, verb) if verb else -1
    if at < 0:
        return
    reach = sentence[at : at + _REACH]
    rest = reach[len(verb) :]
    if not lexicons.find(FILE, "objects", rest):
        return
    for key, sign in (("which", Sign.OVERRIDE), ("any", Sign.ANY)):
        if lexicons.find(FILE, key, rest):
            yield Order(sign, reach.strip(), _begins(sentence, at))
            return


def _begins(sentence: str, at: int) -> bool:
    """Return whether what stands at a place begins its clause: an imperative does."""
    before = sentence[:at].strip()
    if not before or before.endswith(_CLAUSE_ENDS):
        return True
    if sentence[at] > "\u2e7f" >= before[-1]:  # scripts without blanks: after one, it begins
        return True
    return any(
        before.endswith(word) if word > "\u2e7f" else before == word or before.endswith(f" {word}")
        for word in Lexicons().words(FILE, "before")
    )
