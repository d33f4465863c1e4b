"""Where sentences end: in five languages, and in text full of versions, addresses and code."""

import re
from collections.abc import Iterator
from functools import cache

from lld_agent.language.wordlists import load, words
from lld_agent.sources.brief.text import masked

_STOP = re.compile(
    "(?P<latin>[.!?…]+[\"'”’»)\\]*_]*)(?=\\s|$)|(?P<chinese>[。！？；][\"”’」』）)]*)|(?P<line>\n)"
)
_LAST_WORD = re.compile(r"[^\s(（\"'“‘«/]*$")
_NEXT_WORD = re.compile(r"\s*([^\s]+)")
_SHORT_NUMBER = re.compile(r"\d{1,2}")
# A line that begins like this stands for itself, whatever the line before ended in.
_OWN_LINE = re.compile(
    r"[ \t]*(?:(?:\*\*|__)[^*_\n]{1,80}(?:\*\*|__)[ \t]*[:：]|(?:\*\*|__)[^*_\n]{1,80}[:：](?:\*\*|__)"
    r"|[•●○▪■◦‣·・–—→►✓✔☐☑][ \t]|[^\W\d_][\w/ -]{0,30}[:：][ \t]"
    r"|\[?[A-Z]{1,8}(?:[-_][A-Z]{1,6})?[-_]?\d{1,5}(?:\.\d+)?\]?[ \t]*[:.)–—-][ \t]"
    r"|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)[ \t]|（?[一二三四五六七八九十\d]{1,3}[）、])"
)
_BREAK = re.compile(r"(?:  |\\|<br[ ]?/?>)$")


def sentences(raw: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence of a paragraph, without the blanks around it.

    Args:
        raw: inline Markdown with its line breaks.
        language: decides the abbreviations.
    """
    text, start = masked(raw), 0
    for stop in _STOP.finditer(text):
        if stop["line"] is not None:
            ends = _line_ends(text, start, stop.start())
        elif stop["latin"] is not None:
            ends = _ends(text, start, stop, language)
        else:
            ends = True
        if ends:
            yield from _trimmed(raw, start, stop.end())
            start = stop.end()
    yield from _trimmed(raw, start, len(raw))


def _trimmed(raw: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = raw[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = left + len(piece.strip())
    if right > left:
        yield left, right


def _line_ends(text: str, start: int, at: int) -> bool:
    """Return whether a line break is one: the writer broke it, or the next line stands alone."""
    before = text[max(start, at - 6) : at]
    return bool(_BREAK.search(before) or _OWN_LINE.match(text, at + 1))


def _ends(text: str, start: int, stop: re.Match[str], language: str) -> bool:
    following = _NEXT_WORD.match(text, stop.end(), stop.end() + 80)
    if following is None:
        return True
    after = following[1].lstrip("*_\"'“‘«([`（")
    if stop["latin"][0] != ".":
        return not after[:1].islower()
    word = _LAST_WORD.search(text, max(start, stop.start() - 40), stop.start())
    before = word[0].lstrip("*_`[") if word else ""
    if not before or (len(before) == 1 and before.isalpha() and before.isascii()):
        # A leading number or letter ("1.", "a."), an initial, or three dots of their own.
        return False
    if before.casefold() in _abbreviations(language):
        return False
    if _SHORT_NUMBER.fullmatch(before) and (
        start + len(before) >= stop.start() or _is_date(after, language)
    ):
        return False
    return not after[:1].islower()


def _is_date(after: str, language: str) -> bool:
    return language == "de" and after.casefold().rstrip(".,;:") in _months()


@cache
def _months() -> frozenset[str]:
    return frozenset(name.casefold() for name in load("months")[""]["de"])


@cache
def _abbreviations(language: str) -> frozenset[str]:
    return words("abbreviations", "", ("en", language))
