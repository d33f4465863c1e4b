"""Which language a text is in, by its script and its function words."""

import re
from collections import Counter
from functools import cache

from lld_agent.language.wordlists import load

_WORD = re.compile(r"[^\W\d_]+")
_CHINESE = re.compile("[\u3400-\u9fff]")
_SAMPLE = 200_000
_CHINESE_SHARE = 0.2


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {language: frozenset(words) for language, words in load("detect")[""].items()}


def detect_language(text: str) -> str:
    """Return en, de, es, pt or zh: the language most of a text is in; en when nothing tells.

    Counts function words that are frequent in one language and rare in the others. Chinese is told
    by its script: English names of products in it have many letters, hence the low share.
    """
    sample = text[:_SAMPLE]
    chinese = len(_CHINESE.findall(sample))
    found = Counter(match[0].casefold() for match in _WORD.finditer(_CHINESE.sub(" ", sample)))
    if chinese > _CHINESE_SHARE * sum(len(word) * count for word, count in found.items()):
        return "zh" if chinese else "en"
    scores = {
        language: sum(found[word] for word in words) for language, words in _lists().items()
    }
    best = max(scores.values())
    return next(language for language, score in scores.items() if score == best)
