"""Taking a sentence apart without changing a word of it."""

import re
from typing import NamedTuple

_CONDITION = re.compile(
    r"(?:if|when|whenever|in case|falls|wenn|sobald|bei|si|cuando|en caso|se|quando|caso|"
    r"如果|若|当)\s*(?P<condition>[^,，:：]{3,300})[,，:：]\s*"
    r"(?:(?:then|dann|so|entonces|então|则|那么|就)\s*)?(?P<outcome>\S.{2,})",
    re.IGNORECASE | re.DOTALL,
)
_THEN = re.compile(
    r"(?P<condition>.{3,}?)[,，]?\s*(?:\bthen\b|\bdann\b|\bentonces\b|\bentão\b|那么|则)\s*"
    r"(?P<outcome>.{3,})",
    re.IGNORECASE | re.DOTALL,
)
_COLON = re.compile(r"(?P<condition>[^:：]{8,200})[:：]\s+(?P<outcome>.{3,})", re.DOTALL)
ATTACK = re.compile(
    r"attack|threat|abuse|fraud|steal|stolen|spoof|inject|brute|leak|unauthori[sz]ed|malicious|tamper|hijack|exploit|"
    r"angriff|missbrauch|manipul|diebstahl|ataque|fraude|robo|invas|sabotagem|vazamento|ameaça|amenaza|攻击|泄露|滥用|篡改",
    re.IGNORECASE,
)
"""Words of what somebody does on purpose, in contrast to what goes wrong."""
_PREFIX = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?|[a-z][.)]|[-*•])\s+")


class Split(NamedTuple):
    """A condition and what follows from it; `outcome` is "" where the text does not tell them."""

    condition: str
    outcome: str


def split_condition(text: str) -> Split:
    """Split `If X, Y`, `Given X, when Y, then Z` and `X: Y` at the seam."""
    for pattern in (_THEN, _CONDITION, _COLON):
        found = pattern.match(text)
        if found:
            return Split(found["condition"].strip(" ,"), found["outcome"].strip())
    return Split(text, "")


def without_number(title: str) -> str:
    """Return a heading or lead without its leading number and trailing colon."""
    return _PREFIX.sub("", title.strip().strip("*_ ")).rstrip(":：*_ ").strip()
