"""Words of a design: how many, and which are said twice."""

import re
from collections import defaultdict

from lld_agent.evaluation.contents import statements
from lld_agent.template.kit import Document

_HAN = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"[*_`>|#]")
_WORD = re.compile(r"[^\W\u3400-\u9fff]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|(?<=[。!?])")
_LEAST_WORDS = 8
"""Shorter sentences say the same thing twice by right: `None.`, `See 4.2.`"""


def flat(text: str) -> str:
    """Return a text in lower case with blanks and the marks of Markdown as single blanks."""
    return " ".join(_MARKS.sub(" ", text.casefold()).split())


def words(text: str) -> int:
    """Return how many words a text has; each character of Chinese counts as one."""
    return len(_WORD.findall(text)) + len(_HAN.findall(text))


def duplicate_share(document: Document) -> float | None:
    """Return the share of sentences of eight words or more that stand a second time elsewhere."""
    places: dict[str, list[str]] = defaultdict(list)
    for one in statements(document):
        if one.given or one.literal:
            continue
        for sentence in _SENTENCE.split(one.plain):
            if words(sentence) >= _LEAST_WORDS:
                places[letters(sentence)].append(one.slot)
    count = sum(map(len, places.values()))
    return sum(len(where) - 1 for where in places.values()) / count if count else None


def letters(text: str) -> str:
    """Return the letters and digits of a text in one case: for what marks and blanks do not change."""
    return "".join(filter(str.isalnum, text.casefold()))
