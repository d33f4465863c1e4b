"""Changed text put into a document: padding, markers and line ends stay as the person has them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from lld_agent.draft.update.tree import Kind, Node
from lld_agent.model.source import Span

_PREFIX = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+")
_NUMBERED = re.compile(r"([ \t]*)(\d{1,9})(?=[.)])")
_NUMBER = re.compile(r"\d+(?:\.\d+)*[.):]?(?=\s)")


def replaced(mine: Node, theirs: Node) -> Node:
    """Return a block with the words of another in place of its own."""
    [here], [there] = mine.body, theirs.body
    own = mine.own[: here.start] + theirs.own[there.start : there.end] + mine.own[here.end :]
    return replace(mine, own=own, key=theirs.key, said=theirs.said, number=theirs.number)


def renumbered(mine: Node, theirs: Node) -> Node:
    """Return a heading that a person renamed with its new number."""
    [body] = mine.body
    words = mine.own[body.start : body.end]
    if not theirs.number or not _NUMBER.match(words):
        return mine
    own = mine.own[: body.start] + _NUMBER.sub(theirs.number, words, count=1) + mine.own[body.end :]
    return replace(mine, own=own, number=theirs.number)


def raw_cells(row: Node, cells: Mapping[str, str]) -> dict[str, str]:
    """Return column → source of the cell, for some columns of a row."""
    raw = dict(zip(row.titles, (row.own[s.start : s.end] for s in row.body), strict=False))
    return {title: raw[title] for title in cells}


def changed_cells(base: Node, mine: Node, theirs: Node) -> dict[str, str]:
    """Return column → source of the cells that the draft changed and the person did not."""
    names = [
        title
        for title, said in theirs.cells.items()
        if base.cells.get(title) != said and mine.cells.get(title) == base.cells.get(title)
    ]
    return raw_cells(theirs, dict.fromkeys(names, ""))


def with_cells(row: Node, cells: Mapping[str, str]) -> Node:
    """Return a row with other words in some of its cells; columns that it lacks are left out."""
    own, said = row.own, list(row.said)
    places = list(zip(row.titles, row.body, strict=False))
    for place, (title, span) in reversed(list(enumerate(places))):
        if title in cells:
            own = _put(own, span, cells[title])
            said[place] = " ".join(cells[title].split())
    return replace(row, own=own, said=tuple(said))


def _put(own: str, span: Span, words: str) -> str:
    """Put words between two bars; an empty cell has no place of its own, so blanks are added."""
    before, after = own[: span.start], own[span.end :]
    if span.start == span.end:
        before = before.rstrip(" \t") + " "
        after = " " + after.lstrip(" \t")
    return before + words + after


def with_end(node: Node, end: str) -> Node:
    """Return a part that ends in these line ends and no others."""
    text = node.text
    over = len(text) - len(text.rstrip("\r\n"))
    return _with_more(_without_end(node, over), end)


def _without_end(node: Node, count: int) -> Node:
    if not count:
        return node
    own = node.own[: max(len(node.own) - count, 0)]
    left = count - (len(node.own) - len(own))
    node = replace(node, own=own)
    if left and node.children:
        last = _without_end(node.children[-1], left)
        node = replace(node, children=(*node.children[:-1], last))
    return node


def _with_more(node: Node, end: str) -> Node:
    return replace(node, own=node.own + end) if end else node


def item_like(item: Node, sibling: Node, eol: str) -> Node:
    """Return a list item with the marker of another: another marker would begin another list."""
    found = _PREFIX.match(sibling.own)
    [body] = item.body
    words = item.own[body.start : body.end]
    return replace(item, own=(found[0] if found else "- ") + words + eol)


def row_under(row: Node, header: Node, eol: str) -> Node:
    """Return a row of the columns of another table."""
    raw = raw_cells(row, row.cells)
    cells = [raw.get(title, "") for title in header.said]
    own = f"| {' | '.join(cells)} |{eol}"
    said = tuple(" ".join(cell.split()) for cell in cells)
    return replace(row, own=own, said=said, titles=header.said)


def assembled(mine: Node, entries: list[tuple[Node, Node]], eol: str) -> Node:
    """Return a part made of what its parts became.

    Args:
        mine: the part as it stands.
        entries: what each part comes from (of the document, or of the new draft), and what it is.
        eol: line end of the document.
    """
    entries = [entry for entry in entries if entry[1].text]
    parts = [part for _, part in entries]
    if mine.kind in {Kind.SECTION, Kind.DOCUMENT}:
        parts = list(_apart(mine, entries, eol))
    elif [origin for origin, _ in entries] != list(mine.children):
        parts = [_ended(part, eol) for part in parts]
        if mine.kind is Kind.LIST:
            parts = _numbered(mine, parts)
        elif mine.kind is Kind.FIELDS:
            parts = [*(_broken(part, eol) for part in parts[:-1]), *parts[-1:]]
    return replace(mine, children=tuple(parts))


def _ended(part: Node, eol: str) -> Node:
    return part if part.text.endswith(("\n", "\r")) else _with_more(part, eol)


def _broken(part: Node, eol: str) -> Node:
    """Return a labelled line that another follows: it ends in a hard break."""
    words = part.own.rstrip("\r\n")
    return part if words.endswith(("  ", "\\")) else replace(part, own=words.rstrip() + "  " + eol)


def _numbered(mine: Node, items: list[Node]) -> list[Node]:
    """Return items numbered through, if the person had them so."""
    numbers = [int(found[2]) for n in mine.children if (found := _NUMBERED.match(n.own))]
    first = numbers[0] if numbers else 1
    if not numbers or numbers != list(range(first, first + len(mine.children))):
        return items
    return [
        replace(item, own=_NUMBERED.sub(rf"\g<1>{number}", item.own, count=1))
        for number, item in enumerate(items, first)
    ]


def _apart(mine: Node, entries: list[tuple[Node, Node]], eol: str) -> Iterator[Node]:
    """Yield blocks with a blank line between any two that were not neighbours before."""
    followed = dict(zip(mine.children, mine.children[1:], strict=False))
    nexts = [*(origin for origin, _ in entries[1:]), None]
    for (origin, part), after in zip(entries, nexts, strict=True):
        if after is None or part.text.endswith((eol + eol, "\n\n", "\r\r")):
            yield part
        elif followed.get(origin) is after:
            yield (
                part
                if part is origin
                else with_end(part, origin.text[len(origin.text.rstrip("\r\n")) :])
            )
        else:
            yield _with_more(_ended(part, eol), eol)
