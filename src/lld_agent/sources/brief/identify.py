"""The ids that a document gives its requirements: FR-1, RF-001, NFR3, US-12, JIRA-123, R1.2."""

import re
from typing import NamedTuple

# Prefixes that stand for requirements even without a hyphen before the number.
_KNOWN = (
    "FR|NFR|REQ|RQ|R|RF|RNF|RN|US|UC|AC|BR|CR|SR|PR|UR|TR|IR|DR|F|NF|A|C|E|S|ID|FA|NFA|ANF|AK|GR|QR|"
    "HU|CA|CU|RS|ST|SC|EC|CON|ASM|OBJ|GOAL|M|K|L|MUST|SHOULD|FEAT|FEATURE|STORY|EPIC|SYS|SRS|PRD|BRD|"
    "NR|LF|LL|LD|PF|REGRA|REGLA|需求|功能|用例"
)
_NOT_IDS = frozenset(
    "UTF SHA ISO AES RSA IEC RFC HTTP HTTPS TLS SSL CVE CWE MD EN IEEE NIST PCI SOC ES HS RS256 P V IPV MP H UUID "
    "BASE CRC SP COVID GPT PEP ADR OAUTH LLM GCM CBC BCP STD WCAG WPA S3 EC2 X ECMA ANSI DIN VDE USB COM TCP UDP "
    "VLAN CPU GPU RAM GB MB KB MHZ GHZ Q FY KW CW WEEK PHASE STEP LEVEL TIER SPRINT MVP BETA ALPHA SECTION "
    "CHAPTER TABLE FIGURE FIG APPENDIX OPTION LINE PAGE TOP DAY YEAR CO T".split()
)
_ID = rf"(?:(?:[A-Z][A-Z0-9]{{0,11}}(?:[-_][A-Z]{{1,8}}){{0,2}}[-_]|(?:{_KNOWN})[ .]?)\d{{1,6}}(?:[.-]\d{{1,4}}){{0,3}}[a-z]?)"
_LEADING = re.compile(
    rf"(?P<open>[\[(【（*_`\s]{{0,6}})(?P<id>{_ID})(?![\w%])(?P<close>[\])】）*_`]{{0,6}})"
    r"(?P<mark>\s*[:：.)–—|-]{1,2}(?=\s|$|[*_])|\s*[：、]|(?=\s|$))[*_`]{0,4}\s*"
)
_CELL = re.compile(
    rf"(?:{_ID}|[A-Z][A-Za-z]{{0,11}}[-_. ]?\d{{1,6}}(?:[.-]\d{{1,4}}){{0,3}}[a-z]?"
    r"|[A-Z]{2,8}(?:[-_][A-Z0-9]{1,8}){1,3})"
)


class Own(NamedTuple):
    """An id of the document's own, and the text after it."""

    id: str
    rest: str


def leading_id(text: str) -> Own | None:
    """Return the id that a text begins with, None when it begins with none.

    Without brackets or a mark after it ("FR-1 The system ...") only an id with a hyphen counts,
    because a word and a number ("Phase 2 begins ...") are no id.
    """
    found = _LEADING.match(text)
    if not found or not is_id(found["id"]):
        return None
    marked = bool(found["mark"].strip() or found["close"].strip(" *_`") or "*" in found["close"])
    rest = text[found.end() :].strip()
    if not marked and not ("-" in found["id"] and rest[:1].isupper()):
        return None
    return Own(found["id"], rest)


def cell_id(text: str) -> str:
    """Return the id that a cell of an id column holds, "" when it is a bare number or none."""
    value = text.strip().strip("*`[]() ")
    return value if _CELL.fullmatch(value) and is_id(value) else ""


def is_id(value: str) -> bool:
    """Return whether something with the shape of an id is one, and not a standard or a version."""
    prefix = re.split(r"[-_. ]?\d", value, maxsplit=1)[0].strip("-_. ").upper()
    return bool(prefix) and prefix not in _NOT_IDS and prefix.partition("-")[0] not in _NOT_IDS


def prefix_of(value: str) -> str:
    """Return the letters before the number of an id, in capitals: RNF of RNF-001."""
    found = re.match(r"[^\W\d_]+(?:[-_][^\W\d_]+)*", value)
    return found[0].upper().replace("_", "-") if found else ""
