"""Which pieces of a document demand something.

Three signs, from strong to weak: words that demand wherever they stand ("must", "ist zu prüfen",
"必须"); words that demand when what is built or who uses it is the subject ("the system sends",
"users can"); and the place: items and rows of a section of requirements.
"""

import re
from functools import cache

from lld_agent.language.wordlists import fold, load, matcher, words
from lld_agent.model.brief import Role
from lld_agent.sources.brief.piece import Piece, Segments
from lld_agent.sources.brief.sections import SILENT
from lld_agent.sources.brief.tables import TableKind, table_kinds
from lld_agent.sources.brief.text import masked

_NARRATIVE = frozenset({Role.OVERVIEW, Role.RISKS, Role.FUTURE, Role.USERS, Role.DECISIONS})
"""Sections that tell: what a system does in the present tense there is no demand."""

_PLACEHOLDER = re.compile(
    r"\[[^\]]*\]|<[^>]*>|\{\{?[^}]*\}?\}|(?:tbd|todo|n/?a|none|keine?|ninguno|nenhum|无|—|-+|\.\.\.|…)\.?",
    re.IGNORECASE,
)
_LINK_ONLY = re.compile(r"(?:\S+ )?https?://\S+|[\w./-]+\.(?:md|pdf|docx?|html?|xlsx?)", re.IGNORECASE)
_STEP = re.compile(
    r"(?:step|schritt|paso|passo|etapa|步骤|第)\s*[\d一二三四五六七八九十]{1,3}[a-z]?\s*步?\s*(?:\([^()]{1,20}\)|（[^（）]{1,20}）)?\s*[:：.–—-]",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"(?:this|that|these|those|which|it|there|we|i|they|he|she|das|dies|diese[srn]?|es|wir|man|esto|este|esta|eso|"
    r"isso|isto|este|esta|nos|voces?)\s"
)
_LATIN_PREFIX = (
    r"(?:^|[,;:(]\s|\b(?:then|and|or|dann|und|entonces|y|entao|e|that|dass|que|where)\s)"
    r"(?:(?:the|an?|each|every|all|any|our|both|only|no|der|die|das|den|ein|eine|jede[rs]?|alle|nur|kein|keine|"
    r"el|la|los|las|un|una|cada|todos?|todas?|solo|o|os|as|uma?|ao?|apenas)\s){0,2}"
)
_WORDS_BETWEEN = r"(?:[\w/'`.-]+ ){0,3}?"
_WORDS_AFTER = r"(?: [\w/'`.,()-]+){0,5}?"
_MANY = r"(?:s|es|n|en|innen|in|:innen|\*innen)?"
_CHINESE_SUBJECT = 12
_LEAST_CHINESE = 3


class Patterns:
    """The matchers for one document: its language, and English, which is everywhere."""

    def __init__(self, language: str) -> None:
        codes = tuple(dict.fromkeys((language, "en")))
        self.strong = matcher("normative", "strong", codes)
        self.never = matcher("normative", "never", codes)
        self.medium = matcher("normative", "medium", codes)
        self.idle = words("normative", "idle_label")
        self.story = _story(codes)
        self.scenario = _scenario(codes)
        self.first = _first(codes)
        self.subject = _subject(codes)


@cache
def patterns(language: str) -> Patterns:
    """Return the matchers for a language."""
    return Patterns(language)


def mark_normative(segments: Segments) -> None:
    """Set `normative` on the pieces of a document."""
    found = patterns(segments.language)
    kinds = table_kinds(segments)
    for piece in segments.pieces:
        if piece.kind == "fence":
            piece.normative = False
        elif piece.kind == "heading":
            piece.normative = _heading(piece, found)
        elif piece.kind == "row":
            piece.normative = _row(piece, kinds[piece.table], found)
        else:
            lead = segments.pieces[piece.lead_piece] if piece.lead_piece >= 0 else None
            piece.normative = _text(piece, lead, found)


def _heading(piece: Piece, found: Patterns) -> bool:
    """Return whether a heading is a sentence that demands: a step, or a modal with its subject."""
    if piece.role in SILENT or piece.text.endswith(("?", "？")) or not piece.headings:
        return False
    text = fold(masked(piece.text))
    enough = len(text.split()) > 5 or len(text) > 12 * (not text.isascii())
    step = _STEP.match(piece.text)
    if step and (len(text[step.end() :].split()) >= 2 or not text.isascii()):
        return True
    return enough and bool(found.strong.search(text) or found.subject.search(text))


def _row(piece: Piece, kind: TableKind, found: Patterns) -> bool:
    if kind is TableKind.REQUIREMENTS:
        return piece.role not in SILENT
    if kind is not TableKind.OTHER or piece.role in SILENT or piece.role in _NARRATIVE:
        return False
    text = fold(masked(piece.text))
    if found.never.search(text):
        return False
    return piece.demanding or bool(found.strong.search(text) or found.subject.search(text))


def _text(piece: Piece, lead: Piece | None, found: Patterns) -> bool:
    if piece.role in SILENT or _says_nothing(piece):
        return False
    text = fold(masked(piece.text))
    if found.never.search(text) or piece.text.endswith(("?", "？")):
        return False
    if found.strong.search(text) or found.story.match(text):
        return True
    idle = fold(piece.label) in found.idle
    if idle or (lead is not None and _is_example(lead, found)):
        return False
    return _by_place(piece, lead, text, found) or _by_subject(piece, text, found)


def _says_nothing(piece: Piece) -> bool:
    text = piece.text.strip(" .")
    if _PLACEHOLDER.fullmatch(text) or _LINK_ONLY.fullmatch(text):
        return True
    # Chinese writes a demand in four characters; elsewhere one word is a name.
    chinese = sum("\u3400" <= char <= "\u9fff" for char in text)
    return chinese < _LEAST_CHINESE and len(text.split()) < 2 and not piece.demanding


def _is_example(lead: Piece, found: Patterns) -> bool:
    text = fold(lead.text).rstrip(" :：")
    return text in found.idle or text.endswith(("for example", "e.g", "zum beispiel", "por ejemplo", "por exemplo", "例如"))


def _by_place(piece: Piece, lead: Piece | None, text: str, found: Patterns) -> bool:
    """Return whether an item demands by where it stands, or by its first word."""
    is_item = piece.kind == "item"
    if is_item and piece.demanding:
        return True
    if is_item and lead is not None and lead.normative and lead.text.endswith((":", "：")):
        return True
    if not piece.demanding and (not is_item or piece.role in _NARRATIVE - {Role.OVERVIEW}):
        return False
    if piece.role is Role.OVERVIEW and not _is_goal(piece):
        return False
    return bool(found.first.match(text) or (piece.label and found.first.match(fold(piece.body))))


def _is_goal(piece: Piece) -> bool:
    title = fold(piece.headings[-1]) if piece.headings else ""
    return any(word in title for word in ("goal", "ziel", "objetivo", "目标"))


def _by_subject(piece: Piece, text: str, found: Patterns) -> bool:
    """Return whether a sentence says what the system does or its users can."""
    if piece.role in _NARRATIVE:
        return False
    if found.scenario.match(text):
        return True
    if _PRONOUN.match(text):
        return False
    if found.subject.search(text):
        return True
    return piece.demanding and bool(found.medium.search(text))


def _story(codes: tuple[str, ...]) -> re.Pattern[str]:
    parts = []
    for code in codes:
        openings = _latin("normative", "story", code)
        wishes = _latin("normative", "story_wish", code)
        gap, edge = ("[^,，]{1,80}[,，]?", "") if code == "zh" else (r" [^,\n]{2,80}?,? ", r"(?!\w)")
        parts.append(f"(?:{openings}){gap}(?:{wishes}){edge}")
    return re.compile(r"(?:\W{0,4}[\w-]{1,12}[:.)\]]{1,2} )?" + f"(?:{'|'.join(parts)})")


def _scenario(codes: tuple[str, ...]) -> re.Pattern[str]:
    parts = []
    for code in codes:
        opening = "|".join((_latin("normative", "given", code), _latin("normative", "when", code)))
        then = _latin("normative", "then", code)
        edge = "" if code == "zh" else r"(?!\w)"
        blank = "" if code == "zh" else " "
        parts.append(rf"(?:{opening}){blank}.{{3,300}}?{blank}(?:{then}){edge}")
    return re.compile("|".join(parts))


def _first(codes: tuple[str, ...]) -> re.Pattern[str]:
    """Return what matches a text whose first word tells the builder what to do."""
    parts = []
    for code in codes:
        listed = (*_words("imperative", code), *_words("present", code))
        joined = "|".join(sorted(map(re.escape, listed), key=lambda word: (-len(word), word)))
        parts.append(f"(?:{joined})" if code == "zh" else rf"(?:{joined})(?!\w|\s*[:：])")
    return re.compile(r"[\W_]{0,4}(?:" + "|".join(parts) + ")")


def _subject(codes: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds a sentence with the system or a user as subject and a verb that demands."""
    parts = []
    for code in codes:
        nouns = "|".join((_latin("actors", "system", code), _latin("actors", "role", code)))
        verbs = _verbs(code)
        if code == "zh":
            parts.append(rf"(?:{nouns})[^，。；,;]{{0,{_CHINESE_SUBJECT}}}?(?:{verbs})")
        else:
            parts.append(
                rf"{_LATIN_PREFIX}{_WORDS_BETWEEN}(?:{nouns}){_MANY}{_WORDS_AFTER} (?:{verbs})(?!\w)"
            )
    return re.compile("|".join(parts))


def _verbs(code: str) -> str:
    listed = (*_words("medium", code), *_words("present", code))
    sources = [re.escape(word).replace(r"\ …\ ", r"(?: \S+){0,8}? ").replace(r"\*", r"\w*") for word in listed]
    if code in {"es", "pt"}:
        sources.append(r"\w{2,}ran?")  # the future: enviará, registrarán
    return "|".join(sorted(sources, key=lambda source: (-len(source), source)))


def _words(key: str, code: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in load("normative")[key].get(code, ()))


def _latin(name: str, key: str, code: str) -> str:
    listed = {fold(word) for word in load(name)[key].get(code, ())}
    return "|".join(re.escape(w) for w in sorted(listed, key=lambda w: (-len(w), w))) or r"(?!)"


