"""Placements that both templates make in the same way, slot addresses given."""

import re
from collections.abc import Iterator

from lld_agent.draft.features import BriefIndex, words_of
from lld_agent.draft.place.wording import split_condition
from lld_agent.draft.placement import Placement
from lld_agent.model.brief import Brief, BriefSpan, Pair, Requirement, Role
from lld_agent.model.quantity import Dimension
from lld_agent.model.rows import Row
from lld_agent.model.vocabulary import Dependency
from lld_agent.sources.brief.ids import whole_id

LABEL_WORDS = 6
_COMMA = re.compile(r"[,;，；、](?![^()]*\))")


def text_of(requirement: Requirement) -> str:
    """Return the words of a requirement, on one line."""
    return " ".join(requirement.text.split())


def label_of(requirement: Requirement) -> str:
    """Return a short name for a row about a requirement: its title, else its id."""
    title = " ".join(requirement.title.split())
    return title if title and len(title.split()) <= LABEL_WORDS else requirement.id


def said(requirement: Requirement) -> str:
    """Return the words of a requirement without the label that names its row already."""
    text, label = text_of(requirement), label_of(requirement)
    head, _, rest = text.partition(": ")
    return rest.strip() if rest.strip() and head == label else text


def listed(text: str) -> list[str]:
    """Return the entries of a list within a sentence, split at commas outside brackets."""
    return [part.strip(" .;") for part in _COMMA.split(text) if part.strip(" .;")]


def placed(requirement: Requirement, slot: str, value: Row | str) -> Placement:
    """Return a placement that answers one requirement with its own words."""
    return Placement(slot, value, requirement.spans, (requirement.id,))


def from_span(index: BriefIndex, span: BriefSpan, slot: str, value: Row | str) -> Placement:
    """Return a placement of one span, answering the requirement that it belongs to, if any."""
    owner = index.requirement_of(span.id)
    return Placement(slot, value, (span.id,), (owner,) if owner else ())


def paragraphs(index: BriefIndex, span_ids: tuple[str, ...], slot: str) -> Iterator[Placement]:
    """Yield one placement of prose made of several spans, each a sentence of the brief."""
    if span_ids:
        text = " ".join(words_of(index.spans[span_id]) for span_id in span_ids)
        refs = tuple(dict.fromkeys(filter(None, map(index.requirement_of, span_ids))))
        yield Placement(slot, text, span_ids, refs)


def quantity_text(requirement: Requirement, *dimensions: Dimension) -> str:
    """Return the first quantity of these dimensions as the brief writes it, or ""."""
    return next((q.raw for q in requirement.quantities if q.dimension in dimensions), "")


def pairs(
    index: BriefIndex, found: tuple[Pair, ...], slot: str, kind: type[Row]
) -> Iterator[Placement]:
    """Yield a row for each pair: its first column and its second."""
    first, second = list(kind.layout())[:2]
    for pair in found:
        refs = tuple(dict.fromkeys(filter(None, map(index.requirement_of, pair.spans))))
        yield Placement(slot, kind(**{first: pair.left, second: pair.right}), pair.spans, refs)


def condition_and_outcome(requirement: Requirement) -> tuple[str, str]:
    """Return when a requirement applies and what then happens; the label where it does not say."""
    split = split_condition(text_of(requirement))
    if split.outcome:
        return split.condition, split.outcome
    return label_of(requirement), split.condition


def resource_of(path: str) -> str:
    """Return the words for the family of a path: its first segment that is no version."""
    parts = [part for part in path.split("/") if part]
    kept = [
        part for part in parts if part != "api" and not _is_version(part) and part[0] not in "{:<"
    ]
    return kept[0].replace("-", " ").replace("_", " ").capitalize() if kept else path


def _is_version(part: str) -> bool:
    return part[:1] in "vV" and part[1:].replace(".", "").isdigit()


def source_name(brief: Brief) -> str:
    """Return the file name of the brief; its title when it came from standard input."""
    name = brief.source.path.replace("\\", "/").rpartition("/")[2]
    return name if name and name != "-" else brief.title


def dependencies(index: BriefIndex, slot: str, purpose: str = "") -> Iterator[Placement]:
    """Yield what a section about dependencies lists, and the technologies named elsewhere.

    Args:
        index: the brief.
        slot: of dependencies.
        purpose: the column that says what each is for; without one it stands behind the name.
    """
    listed_here = [s for s in index.with_role(Role.DEPENDENCIES) if s.kind in {"item", "row"}]
    for span in listed_here:
        if span.id not in index.structured:
            yield from_span(index, span, slot, _dependency(span, purpose))
    known = {span.id for span in listed_here}
    for technology in index.brief.technologies:
        if technology.span_id not in known:
            yield Placement(slot, Dependency(dependency=technology.text), (technology.span_id,))


def _dependency(span: BriefSpan, purpose: str) -> Dependency:
    cells = [" ".join(text.split()) for _, text in span.cells if text and not whole_id(text)]
    if purpose and len(cells) > 1:
        return Dependency(dependency=cells[0], **{purpose: cells[1]})
    return Dependency(dependency=": ".join(cells[:2]) or words_of(span))
