"""What a document can be referred to by: numbers, anchors, files. Used by STR010."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from lld_agent.model.design import Design

_ID = re.compile(r"\b(?:id|name)\s*=\s*[\"']?([^\"'\s>]{1,200})", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\{[^{}\n]{0,80}#([\w:.-]{1,100})[^{}\n]{0,80}\}")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|/|#|$|\\")
_NUMBERED_LINE = re.compile(
    r"^[ \t>|*_#-]*(\d{1,3}(?:\.\d{1,3}){0,4})(?=[.):*_ \t\r]|$)", re.MULTILINE
)
_PLACEHOLDER = re.compile(r"[{}<>$]")
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")


def numbers(design: Design) -> frozenset[str]:
    """Return the numbers of all headings, and of lines and items that begin with one.

    Empty where no more than two headings are numbered: then "section 3" can mean the third.
    """
    headings = {section.number.strip(".") for section in design.sections if section.number}
    if len(headings) < 3:
        return frozenset()
    lines = {match[1] for match in _NUMBERED_LINE.finditer(design.source.text)}
    parents = {
        ".".join(number.split(".")[:count])
        for number in headings
        for count in range(1, number.count(".") + 1)
    }
    return frozenset(headings | lines | parents)


def is_expected(number: str, known: frozenset[str]) -> bool:
    """Return whether a document with these numbers would have that one too, if it were its own.

    Its chapter has numbered parts. Whose a chapter is, a number alone does not say.
    """
    chapter, dot, _ = number.rpartition(".")
    if dot:
        return any(other.startswith(f"{chapter}.") for other in known)
    return False


def anchors(design: Design) -> frozenset[str]:
    """Return all anchors, in the comparable form of `loose`."""
    text = design.source.text
    found = [match[1] for match in _ID.finditer(text)]
    found += [match[1] for match in _ATTRIBUTE.finditer(text)]
    found += _slugs(design)
    return frozenset(loose(anchor) for anchor in found)


def is_known(target: str, known: frozenset[str]) -> bool:
    """Return whether a link such as `#limits` leads to a known anchor (or to the top)."""
    name = unquote(target[1:])
    if name in {"", "top"} or _PLACEHOLDER.search(name) or name.startswith(("fn", ":~:")):
        return True
    return loose(name) in known or loose(name.removeprefix("user-content-")) in known


def loose(anchor: str) -> str:
    """Return an anchor without what makers of slugs do not agree on: hyphens, marks, case."""
    return "".join(char for char in unquote(anchor).casefold() if char.isalnum())


def relative_path(target: str) -> str:
    """Return the file that a link names relative to its document; "" where it names none."""
    path = unquote(target.partition("#")[0].partition("?")[0]).strip()
    if _SCHEME.match(path) or _PLACEHOLDER.search(path):
        return ""
    return path if "/" in path or "." in path else ""


def folder(path: str) -> str:
    """Return the folder of a relative path, "" for that of the document itself."""
    found = posixpath.normpath(posixpath.dirname(path))
    return "" if found == "." else found


def _slugs(design: Design) -> Iterator[str]:
    """Yield the anchors of headings, a count behind the second of a name.

    Lower case, no punctuation, blanks as hyphens. Source: github-slugger.
    """
    count: dict[str, int] = {}
    for section in design.sections:
        if section.level == 0:
            continue
        heading = design.blocks[section.first].text
        for title in {heading, _plain(heading), f"{section.number} {section.title}", section.title}:
            slug = _NOT_IN_SLUG.sub("", title.strip().lower()).replace(" ", "-")
            seen = count.get(slug, 0)
            count[slug] = seen + 1
            yield f"{slug}-{seen}" if seen else slug


def slug_of_titles(design: Design) -> dict[str, str]:
    """Return title, with and without its number, to the anchor of the one heading that has it.

    Titles in lower case. Titles of several headings, and those whose anchor depends on the maker,
    are left out.
    """
    found: dict[str, set[int]] = {}
    slugs: dict[int, str] = {}
    for at, section in enumerate(design.sections):
        if section.level == 0:
            continue
        heading = " ".join(design.blocks[section.first].text.split())
        slugs[at] = _NOT_IN_SLUG.sub("", _plain(heading).lower()).replace(" ", "-")
        for title in {heading, section.title}:
            found.setdefault(title.casefold(), set()).add(at)
    shared = {slug for slug, times in Counter(slugs.values()).items() if times > 1}
    single = {title: slugs[min(at)] for title, at in found.items() if len(at) == 1}
    return {title: slug for title, slug in single.items() if slug and slug not in shared}


def _plain(heading: str) -> str:
    """Return heading source with links reduced to their words."""
    return re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)|<[^<>]*>|[*`~]", lambda m: m[1] or "", heading)
