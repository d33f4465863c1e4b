"""Ids that a document gives its own requirements: RF-001, RF 01, /F10/, F3.2.1, [REQ-7]."""

import re
from typing import NamedTuple

# Prefixes that number requirements even without a hyphen, in the five languages.
_PREFIX = r"(?:N?FR|RN?F|NF|REQ|RQ|US|UC|HU|CU|CDU|AC|CA|BR|RN|RD|TC|FA|NFA|LF|LL|LD|LZ|OBJ)"
# "UTF-8 is used" begins with the name of a standard, not with an id.
_STANDARD = (
    r"(?!(?:UTF|SHA|ISO|AES|RFC|IEEE|DIN|EN|MD|GPT|HTTP|IPV|RSA|WCAG|COVID|ES|PCI|SOC|H|A)-\d)"
)
_ID = (
    rf"(?:{_STANDARD}[A-Z][A-Z0-9]{{0,9}}(?:-[A-Z0-9]{{1,8}}){{0,2}}[-_]\d{{1,5}}(?:\.\d+)*[a-z]?|"
    rf"(?:{_PREFIX}|[RFN])\d{{1,4}}(?:\.\d+)*|{_PREFIX} \d{{1,4}}|[A-Z]\d{{1,3}}(?:\.\d{{1,3}})+)"
)
_OWN = re.compile(rf"[\[(/]?(?P<id>{_ID})[\])/]?(?=[\s:：.)\]—–|-]|\Z)")
_LETTERS = re.compile(r"[A-Z]+(?:-[A-Z]+)*")
_BETWEEN = " :：.)|—–-\t"


class Identified(NamedTuple):
    """The id at the beginning of a text, "" for none, and what follows it."""

    id: str
    rest: str


def identified(text: str) -> Identified:
    """Return the id that a text begins with and the rest; ("", text) where there is none."""
    found = _OWN.match(text)
    return (
        Identified(found["id"], text[found.end() :].lstrip(_BETWEEN))
        if found
        else Identified("", text)
    )


def whole_id(text: str) -> str:
    """Return a text that is nothing but an id, as the document writes it without brackets, or ""."""
    found = _OWN.fullmatch(text)
    return found["id"] if found else ""


def prefix(text: str) -> str:
    """Return the letters of the id that a text begins with ("RF" of RF-001), "" for none."""
    found = _LETTERS.match(identified(text).id)
    return found[0] if found else ""
