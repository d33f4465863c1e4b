"""Words that say that something is still to be written; shared by STR003 and STR009."""

import re
from collections.abc import Iterator

from lld_agent.model.design import Design
from lld_agent.model.source import Span
from lld_agent.rules.str_structure.prose import PAINT, prose

_MARK = re.compile(
    r"(?<![\w/-])(?:TBD|TODO|FIXME)(?![\w/-]|\.\w)"
    r"|(?<![\w?])\?{3,}"
    # "to be defined by an admin" is a feature; "is to be defined." is a gap
    r"|(?<!\w)(?:is|are|remains?|still|yet) (?:still |yet )?to be"
    r" (?:decided|determined|defined|confirmed|specified)(?= *(?:[.;,)\]|\r\n]|$))",
)
# `??? note "Title"` folds what follows: an admonition of MkDocs
_ADMONITION = re.compile(r"[ \t>]*\?{3}\+?[ \t]+[\w-]+(?:[ \t]+\"[^\"\n]*\")?[ \t\r\n]*$")
_WHOLE = re.compile(
    r"(?:TBC|TBA|TBD|t\.b\.d\.?|to be (?:decided|determined|defined|confirmed|specified|done)"
    r"|a definir|por definir|a determinar|noch offen|noch zu (?:klären|definieren)|zu klären"
    r"|待定|待确认|待確認)",
    re.IGNORECASE,
)
# what a line must hold for the rest to be asked: most lines do not
_ANY = re.compile(
    r"TB[DCA]|TODO|todo|tbd|FIXME|\?\?\?|[Tt](?:o be (?:de|co|sp|do)|\.b\.d|b[ac]\b)"
    r"|[Dd](?:efinir|eterminar)|[Nn]och (?:offen|zu)|zu klären|待[定确確]"
)
_QUOTED = re.compile(
    r"\"[^\"\n]{0,300}\"|“[^”\n]{0,300}”|«[^»\n]{0,300}»|„[^“”\n]{0,300}[“”]|'[A-Z]{3,5}'|'[^'\n]{0,40}\?\?\?[^'\n]{0,40}'"
)
_TALK_AFTER = re.compile(
    r"s?[ -](?:list|app|item|application|board|comment|marker|entr|task|manager|service|sequence"
    r"|template|stub|keyword|state)",
    re.IGNORECASE,
)
_TALK_BEFORE = re.compile(
    r"(?:无|没有|不含|标记为)\s*$|\b(?:listed in|marked as|not an?) $"
    r"|\b(?:no|without|zero|any|kein|keine|sin|sem|fix(?:e[sd])?|removed?|resolved?|close[sd]?) "
    r"(?:\w+[ /,]+){0,2}$",
    re.IGNORECASE,
)
_MEANING = re.compile(r"[*_ \t|]{0,8}(?:[=:(–—-]|means|\|)[*_ \t\"(]{0,8}to be \w", re.IGNORECASE)
_COLUMNS = re.compile(r"\b(?:IN[_ -]?PROGRESS|DOING|DONE|BLOCKED|BACKLOG)\b")  # of a board
_MOST = 2
_TERM = re.compile(r"\b(?:TBD|TBC|TBA|TODO)\W*$")  # what follows explains it
_ALONE = re.compile(
    r"[ \t>*_-]{0,8}todo[.:!*_ \t\r\n]*$"
)  # inside a sentence it is a word of Spanish
_EDGE = re.compile(r"^[ \t>]*(?:[-*+]|\d{1,9}[.)])?[ \t]+|[|:\[\]()]|$")
_WORD = re.compile(r"[^\W\d_]{2,}")


def open_markers(design: Design) -> Iterator[Span]:
    """Yield where a document says that something is not written or decided yet.

    Code, comments, link targets and quotations do not count, nor does talk about to-do lists.
    """
    text = prose(design)
    end = 0
    for found in _ANY.finditer(text):
        if found.start() < end:
            continue
        start = text.rfind("\n", end - 1 if end else 0, found.start()) + 1
        end = text.find("\n", start)
        end = end + 1 if end >= 0 else len(text)
        if _ADMONITION.match(text[start:end]):
            continue
        quiet = _QUOTED.sub(lambda quoted: PAINT * len(quoted[0]), text[start:end])
        yield from (Span(start + first, start + last) for first, last in _in_line(quiet))


def _in_line(line: str) -> Iterator[tuple[int, int]]:
    columns = bool(_COLUMNS.search(line)) or _is_shouted(line)
    if len({found[0] for found in _MARK.finditer(line)}) > _MOST:
        return  # a list of such words speaks about them
    for found in _MARK.finditer(line):
        if not (found[0] == "TODO" and columns) and not _is_talk(line, found):
            yield found.span()
    if _ALONE.match(line):
        start = line.index("todo")
        yield start, start + len("todo")
    for start, end in _pieces(line):
        whole = _WHOLE.fullmatch(line, start, end)
        explained = _TERM.search(line, max(0, start - 20), start) or _MEANING.match(line, end)
        if whole and whole[0] != "TBD" and not explained:  # in capitals it is one of _MARK
            yield whole.span()


def _is_talk(line: str, found: re.Match[str]) -> bool:
    """Return whether a marker is explained, denied, or part of a name such as "TODO list"."""
    start, end = found.span()
    if _MEANING.match(line, end) or _TALK_BEFORE.search(line, max(0, start - 40), start):
        return True
    return found[0] == "TODO" and bool(_TALK_AFTER.match(line, end))


def _is_shouted(line: str) -> bool:
    """Return whether a line is all capitals: then TODO may be Spanish for "all"."""
    words = [word for word in _WORD.findall(line) if word not in {"TODO", "TBD", "FIXME"}]
    return len(words) >= 2 and all(word.isupper() for word in words)


def _pieces(line: str) -> Iterator[tuple[int, int]]:
    """Yield the parts of a line that stand alone: cells, an item, what follows a label."""
    start = 0
    for found in _EDGE.finditer(line):
        first, last = start, found.start()
        start = found.end()
        while first < last and line[first] in " \t\r\n*_>.":
            first += 1
        while first < last and line[last - 1] in " \t\r\n*_.!":
            last -= 1
        if first < last:
            yield first, last
