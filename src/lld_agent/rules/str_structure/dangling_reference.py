"""STR010."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from lld_agent.model.design import Design, Mark
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Repair, Rule, Skipped
from lld_agent.rules.str_structure.prose import path, prose
from lld_agent.rules.str_structure.references import section_references
from lld_agent.rules.str_structure.targets import (
    anchors,
    folder,
    is_expected,
    is_known,
    numbers,
    relative_path,
    slug_of_titles,
)

_SHOWN = 5
_MANY = 4


class DanglingReference(Rule):
    """What the document refers to is there.

    ## What it checks
    "Section 4.9", links to `#anchors`, and relative links and images.

    ## Why
    A reader who follows the reference finds nothing, and cannot tell what was meant.

    ## Fires when
    No heading has the number; no heading has the anchor, by the rules of GitHub; no file has the
    path (a picture with its Mermaid source beside it is there). One finding per number, per file,
    and per section with links to anchors; none where most of many anchors are unknown: then a
    generator of sites resolves them. A number is judged where its chapter has numbered parts: all
    others may well be those of another document. Files are judged only in a repository: a document alone says nothing
    of what stands beside it at home. Files of a folder that is not there at all are info, once, and so are all when none
    is there: then the document was taken out of its place.

    ## Incorrect
    "Limits: see section 4.9", where chapter 4 ends with 4.3.

    ## Correct
    "Limits: see section 4.3".

    ## Known false positives
    A number of another document that is named further away than in the same clause: "section 4.2
    of RFC 9110" and "the PRD, section 3" are understood.

    ## Sections read
    All; not code. Numbers only where the headings of the document are numbered.

    ## Source
    Own; anchors as github-slugger makes them.
    """

    id: ClassVar[str] = "STR010"
    name: ClassVar[str] = "dangling-reference"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield references to numbers, anchors and files that are not there."""
        yield from _numbers(design)
        yield from _anchors(design)
        yield from _files(design)


def _numbers(design: Design) -> Iterator[Hit]:
    known = numbers(design)
    if not known:
        return
    found: dict[str, list[Span]] = {}
    for number, span in section_references(prose(design)):
        if number not in known and is_expected(number, known):
            found.setdefault(number, []).append(span)
    for number, spans in found.items():
        yield Hit(
            message=f"section {number} is referred to, and no heading has that number",
            places=tuple(Place(_line(design, span)) for span in spans),
            subject=f"section {number}",
        )


def _anchors(design: Design) -> Iterator[Hit]:
    known = anchors(design)
    if _resolves_elsewhere(design, known):
        return
    found: dict[int, list[Mark]] = {}
    for link in design.links:
        if link.target.startswith("#") and not is_known(link.target, known):
            section = design.section_at(link.span)
            found.setdefault(section.span.start, []).append(link)
    slugs = slug_of_titles(design) if found else {}
    for links in found.values():
        targets = list(dict.fromkeys(link.target for link in links))
        more = f" and {len(targets) - _SHOWN} more" if len(targets) > _SHOWN else ""
        verb = "are" if len(targets) > 1 else "is"
        yield Hit(
            message=f"{', '.join(targets[:_SHOWN])}{more} {verb} linked, and no heading or anchor"
            " has that name",
            places=tuple(Place(link.span) for link in links),
            subject=path(design, design.section_at(links[0].span)),
            object=", ".join(targets),
            repair=_by_titles(links, slugs, design),
        )


def _by_titles(links: list[Mark], slugs: Mapping[str, str], design: Design) -> Repair | None:
    """Return the edit of links whose words are the title of exactly one heading; None if any is not."""
    edits: list[tuple[Span, str]] = []
    for link in links:
        slug = slugs.get(" ".join(link.text.split()).casefold(), "")
        at = design.source.slice(link.span).rfind(f"({link.target}")
        if not slug or at < 0:
            return None
        start = link.span.start + at + 1
        edits.append((Span(start, start + len(link.target)), f"#{slug}"))
    return Repair("link the headings of these names", tuple(edits))


def _resolves_elsewhere(design: Design, known: frozenset[str]) -> bool:
    """Return whether most of many anchors are unknown: a generator of sites knows what they mean."""
    targets = {link.target for link in design.links if link.target.startswith("#")}
    unknown = sum(not is_known(target, known) for target in targets)
    return unknown >= _MANY and 2 * unknown > len(targets)


def _files(design: Design) -> Iterator[Hit]:
    if design.neighbours is None or not design.in_checkout:
        return
    files: dict[str, list[Mark]] = {}
    # a picture whose source stands where it should stand is made from it when the pages are built
    sources = {diagram.span for diagram in design.diagrams if diagram.origin}
    unbuilt: set[str] = set()
    for mark in (*design.links, *design.images):
        file = relative_path(mark.target)
        if file and mark.span in sources:
            if file not in design.neighbours and mark.target not in design.neighbours:
                unbuilt.add(folder(file))
        elif file:
            files.setdefault(file, []).append(mark)
    absent = [file for file in files if not {file, *_written(files[file])} & design.neighbours]
    folders = ({folder(path) for path in design.neighbours} | {""}) - unbuilt
    moved = len(absent) > 1 and len(absent) == len(files)
    unseen = [file for file in absent if moved or folder(file) not in folders]
    for file in absent:
        if file not in unseen:
            yield Hit(
                message=f"{file} is linked, and no such file is there",
                places=tuple(Place(mark.span) for mark in files[file]),
                subject=file,
            )
    if unseen:
        more = f" and {len(unseen) - _SHOWN} more" if len(unseen) > _SHOWN else ""
        yield Hit(
            message=f"linked, but not in this folder tree: {', '.join(unseen[:_SHOWN])}{more}",
            places=tuple(Place(files[file][0].span) for file in unseen),
            subject="files",
            hint="is the document in its own folder?",
            severity=Severity.INFO,
        )


def _written(marks: list[Mark]) -> set[str]:
    """Return targets as written, with and without query and fragment."""
    return {part for mark in marks for part in (mark.target, mark.target.partition("#")[0])}


def _line(design: Design, span: Span) -> Span:
    line = design.source.line_of(span.start)
    return design.source.line_span(line - 1, line)
