"""What a demand is about, by its words: the first step in finding the slot it belongs to."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lld_agent.model.brief import Role

_BY_ROLE = {
    Role.SECURITY: ("encryption", "authentication", "authorization", "validation"),
}


class _Topic(NamedTuple):
    name: str
    pattern: re.Pattern[str]


@cache
def _topics() -> tuple[_Topic, ...]:
    text = files("lld_agent.draft").joinpath("data/topics.toml").read_text(encoding="utf-8")
    return tuple(_Topic(name, _pattern(words)) for name, words in tomllib.loads(text).items())


def _pattern(by_language: dict[str, list[str]]) -> re.Pattern[str]:
    # Words of all languages at once: documents mix them, and few words mean different things.
    latin = sorted({w for code, ws in by_language.items() if code != "zh" for w in ws})
    chinese = by_language.get("zh", [])
    starts = "|".join(re.escape(word) for word in latin)
    return re.compile("|".join([rf"(?<!\w)(?:{starts})", *map(re.escape, chinese)]), re.IGNORECASE)


def topics_of(text: str) -> tuple[str, ...]:
    """Return the topics whose words stand in a text, most specific first."""
    return tuple(topic.name for topic in _topics() if topic.pattern.search(text))


def topic_of(text: str, role: Role) -> str:
    """Return the one topic of a statement, "" where it is plain behaviour.

    Its own words decide; the role of its section breaks ties. A section about tests is about
    tests, whatever is tested.
    """
    if role is Role.TESTING:
        return "testing"
    found = topics_of(text)
    preferred = [name for name in _BY_ROLE.get(role, ()) if name in found]
    return next(iter((*preferred, *found)), "")
