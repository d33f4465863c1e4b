"""From a line of a generated document to the address of the value that stands there."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from lld_agent.draft.assemble import steps_of
from lld_agent.draft.record import shown_slot
from lld_agent.draft.trace import slot_of
from lld_agent.draft.update.tree import Kind, Node
from lld_agent.template.kit import Document
from lld_agent.template.manifest import address
from lld_agent.template.render import Piece, headings, pieces

_TABLE_HEAD = 2


class Places:
    """Where the values of a document stand in its Markdown.

    Args:
        document: the design.
        root: its Markdown as a tree; line ends do not matter.
    """

    def __init__(self, document: Document, root: Node) -> None:
        self._pieces = list(pieces(document))
        self._titles = headings(document)
        self._starts: list[int] = []
        line = 0
        for piece in self._pieces:
            self._starts.append(line)
            line += piece.text.count("\n") + 2
        self._addresses = list(_numbered(self._pieces))
        text = root.text
        self._lines = [0, *(n + 1 for n, character in enumerate(text) if character == "\n")]

    def address(self, node: Node) -> str:
        """Return the address of a value as provenance has it; "" for headings and labels."""
        found = self._find(node)
        if found is None:
            return ""
        number, line = found
        known = self._addresses[number]
        return known[min(line, len(known) - 1)] if known else ""

    def slot(self, node: Node) -> str:
        """Return the address of the slot that a part holds, of its first value."""
        first = next((leaf for leaf in node.leaves() if leaf.kind is not Kind.HEADER), node)
        found = self._find(first)
        return _slot_address(self._pieces[found[0]].at) if found is not None else ""

    def titles(self) -> dict[str, str]:
        """Return the address of each value → the heading that it stands under."""
        return {
            one: shown_slot(piece.at, self._titles)
            for piece, known in zip(self._pieces, self._addresses, strict=True)
            for one in known
        }

    def _find(self, node: Node) -> tuple[int, int] | None:
        """Return which piece a node stands in, and on which of its lines that hold values."""
        line = bisect_right(self._lines, node.at) - 1
        number = bisect_right(self._starts, line) - 1
        piece = self._pieces[number]
        if not piece.at:
            return None
        inside = line - self._starts[number]
        return number, max(inside - _TABLE_HEAD, 0) if piece.text.startswith("| ") else inside


def _numbered(found: Sequence[Piece]) -> Iterator[tuple[str, ...]]:
    """Yield the addresses of the values in each piece; a second one of a name ends in `-2`."""
    seen: dict[str, int] = {}
    for piece in found:
        addresses = []
        for one in _addresses(piece):
            seen[one] = seen.get(one, 0) + 1
            addresses.append(one if seen[one] == 1 else f"{one}-{seen[one]}")
        yield tuple(addresses)


def _addresses(piece: Piece) -> Iterator[str]:
    if not piece.at:
        return
    parent, _, name = piece.at.rpartition(".")
    if piece.parts and name == piece.parts[0]:
        yield from (_slot_address(f"{parent}.{one}") for one in piece.parts)
    elif piece.parts:
        yield from (_slot_address(piece.at, one or "row") for one in piece.parts)
    else:
        lines = piece.text.split("\n") if piece.text.startswith(("- ", "1. ")) else [""]
        yield from (_slot_address(piece.at) for _ in lines)


def _slot_address(at: str, *row: str) -> str:
    keys = [key for _, key in steps_of(at) if key is not None]
    return address(slot_of(at), *keys, *row)
