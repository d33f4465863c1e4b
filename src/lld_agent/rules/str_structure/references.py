"""Where a text names a section by its number. Used by STR010."""

import re
from collections.abc import Iterator

from lld_agent.model.source import Span

_REFERENCE = re.compile(
    r"(?:\b(?:sections?|chapters?|abschnitt|kapitel|sección|seção)|§§?)[ \t]?"
    r"(\d{1,3}(?:\.\d{1,3}){0,4})(?![\d%]|\.\d)",
    re.IGNORECASE,
)
_ELSEWHERE_AFTER = re.compile(
    r"[ \t)*_\]]*,?[ \t]*(?:of|in|from|von|der|des|de|del|da|do)[ \t]+"
    r"(?!(?:this|the same)\b|diese)",
    re.IGNORECASE,
)
# "RFC 9110, section 4.2", "PRD §3", "[the guide](x) section 2", "NIST SP 800-63B section 5.1"
_ELSEWHERE_BEFORE = re.compile(
    r"(?:\b(?:[A-Z]{2,}[\w.-]*|(?i:spec|specification|standard|guide|manual|book|paper|document"
    r"|policy|act|law|contract|handbook|proposal|template|requirements|regulation|licen[cs]e))"
    r"(?:[ \t]+v?\d[\w.-]{0,12})?|[\]\"”’*_`\x00]\)?)['’s]{0,2}[ \t,:(–—-]{0,4}$"
)
# "archive-plan §7.3", "the methodology §9": what stands right before the sign is whose part it is
_OWNER = re.compile(r"([\w'’.-]*[^\W\d_])[ \t]+$")
_NO_OWNER = re.compile(
    r"(?:see|also|cf|in|per|by|and|or|of|from|to|under|at|with|than|via|the|as|on|for|that|both|if|into|only|is|are|follow"
    r"|follows|above|below|siehe|vgl|nach|gemäß|laut|aus|und|oder|ver|véase|según|conforme|e|y|o|ou)\.?",
    re.IGNORECASE,
)
# the words of a link: where it leads is judged as a link
_LINKED = re.compile(r"[^\[\]\n]{0,60}\]\(")
# "the companion document raised it (§4.5)", "the §2.2 example from `design.md`" (code is painted over)
_OTHER_DOCUMENT = re.compile(
    r"\b(?:companion|other|parent|original|sibling|earlier|previous) (?:\w+ )?(?:document|doc|spec|design|proposal|paper)\b"
    r"|\bfrom \x00{5,}|\b\w[\w-]*\.(?:md|rst|pdf|docx?)\b|\bdocument\s+(?:raised|says|said|asked|left)\b",
    re.IGNORECASE,
)
_LOOK_BACK = 60
_SENTENCE = 100


def section_references(text: str) -> Iterator[tuple[str, Span]]:
    """Yield numbers of sections that a text refers to, without those of other documents.

    Args:
        text: with code and targets of links painted over (see `prose`).
    """
    for match in _REFERENCE.finditer(text):
        if not _is_elsewhere(text, match):
            yield match[1], Span(*match.span())


def _is_elsewhere(text: str, match: re.Match[str]) -> bool:
    """Return whether a number is said to be that of another document."""
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()].rpartition("\n")[2]
    after = text[match.end() : match.end() + _LOOK_BACK + 2]
    around = text[max(0, match.start() - _SENTENCE) : match.end() + _SENTENCE]
    if _OTHER_DOCUMENT.search(around):
        return True
    owner = _OWNER.search(before) if match[0].startswith("§") else None
    if owner and not _NO_OWNER.fullmatch(owner[1]):
        return True
    return bool(
        _LINKED.match(after) or _ELSEWHERE_AFTER.match(after) or _ELSEWHERE_BEFORE.search(before)
    )
