"""What a name of a participant or a dependency stands for: people, stores, queues, third parties."""

import re
from functools import lru_cache

from lld_agent.language.lexicon import Lexicons

_PEOPLE = re.compile(
    r"\b(?:user|client|browser|customer|admin|operator|member|caller|developer|person|visitor|guest|front-?end|ui|app|cli)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?:repo(?:sitory)?|client|worker|manager|handler|controller|helper|adapter|wrapper|module|consumer|producer|"
    r"publisher|processor|builder|mgr|dao)s?\b|Repository|Client\Z|Manager\Z|Mgr\Z|Handler\Z",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def role(label: str) -> str:
    """Return what a name stands for: a key of `lexicons/technologies.toml`, "" for own code and people."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", label)
    if _OWN.search(label):
        return ""
    lexicons = Lexicons()
    for kind in lexicons.keys("technologies"):
        if lexicons.find("technologies", kind, label) or lexicons.find("technologies", kind, words):
            return kind
    return ""


def is_person_name(label: str) -> bool:
    """Return whether a name is of people or of what they hold in their hands, not of a service."""
    return _PEOPLE.search(label) is not None
