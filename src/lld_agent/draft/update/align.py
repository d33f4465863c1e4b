"""Which part of one document is which part of another.

Two questions, two answers. Between two generated documents the declaration of the template decides:
sections have the same titles in the same places. Between a generated document and what a person
made of it, titles, keys and wording decide, wherever the part stands now.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

from rapidfuzz import fuzz

from lld_agent.draft.update.tree import Kind, Node

_SIMILAR = 60.0
"""Ratio (rapidfuzz, normalised indel distance) from which two texts are one, edited."""
_MOST_COMPARED = 40_000
"""Pairs that are compared word by word; beyond that position decides."""


class Pairs:
    """A one-to-one relation between the nodes of two trees."""

    def __init__(self) -> None:
        self._right: dict[Node, Node] = {}
        self._left: dict[Node, Node] = {}

    def add(self, left: Node, right: Node) -> None:
        """Relate two nodes, neither of which is related yet."""
        self._right[left] = right
        self._left[right] = left

    def right(self, left: Node | None) -> Node | None:
        """Return what a node of the first tree is in the second, None if nothing."""
        return self._right.get(left) if left is not None else None

    def left(self, right: Node | None) -> Node | None:
        """Return what a node of the second tree is in the first, None if nothing."""
        return self._left.get(right) if right is not None else None


def align_generated(base: Node, theirs: Node) -> Pairs:
    """Relate two documents that the same template wrote: sections by their titles and places."""
    pairs = Pairs()
    pairs.add(base, theirs)
    waiting = [(base, theirs)]
    while waiting:
        left, right = waiting.pop()
        found = [*_level_one(left, right), *_by_key(_sections(left), _sections(right))]
        found += blocks_of_one(_blocks(left), _blocks(right))
        for pair in dict.fromkeys(found):
            if pairs.right(pair[0]) is None and pairs.left(pair[1]) is None:
                pairs.add(*pair)
                waiting += [pair] if not pair[0].is_leaf else []
    return pairs


def align_edited(base: Node, mine: Node) -> Pairs:
    """Relate a generated document to what a person made of it."""
    pairs = Pairs()
    pairs.add(base, mine)
    _relate_sections(pairs, base, mine)
    for section in list(base.walk()):
        edited = pairs.right(section)
        if section.is_leaf or edited is None:
            continue
        for left, right in blocks_of_one(_blocks(section), _blocks(edited)):
            pairs.add(left, right)
            for below in blocks_of_one(left.children, right.children):
                pairs.add(*below)
    return pairs


def _relate_sections(pairs: Pairs, base: Node, mine: Node) -> None:
    """Relate sections: in their place by title, then anywhere by title, then by what they hold."""
    for pair in _level_one(base, mine):
        pairs.add(*pair)
    left = [node for node in base.walk() if node.kind is Kind.SECTION]
    right = [node for node in mine.walk() if node.kind is Kind.SECTION]
    parents = _parents(base) | _parents(mine)
    for choose in (_titled, _holding):
        _descend(pairs, base)
        found = choose(
            [node for node in left if pairs.right(node) is None],
            [node for node in right if pairs.left(node) is None],
            parents,
        )
        for pair in found:
            # A section that its parent brought along has its counterpart there.
            if pairs.right(pair[0]) is None and pairs.left(pair[1]) is None:
                pairs.add(*pair)
                _descend(pairs, pair[0])


def _level_one(left: Node, right: Node) -> list[tuple[Node, Node]]:
    """Relate the one section of level 1 of both documents, whatever its title is now."""
    ones = [[n for n in _sections(node) if n.level == 1] for node in (left, right)]
    is_document = left.kind is Kind.DOCUMENT
    return [(ones[0][0], ones[1][0])] if is_document and ones[0] and ones[1] else []


def _descend(pairs: Pairs, start: Node) -> None:
    waiting = [start]
    while waiting:
        node = waiting.pop()
        edited = pairs.right(node)
        if edited is not None:
            left = [n for n in _sections(node) if pairs.right(n) is None]
            right = [n for n in _sections(edited) if pairs.left(n) is None]
            for pair in _by_key(left, right):
                pairs.add(*pair)
        waiting += _sections(node)


def _titled(
    left: list[Node], right: list[Node], parents: dict[Node, Node]
) -> Iterator[tuple[Node, Node]]:
    """Yield the sections whose title, with that of their parent if need be, only one other has."""
    for name in (_title_in(parents), lambda node: node.key):
        lefts, rights = _grouped(left, name), _grouped(right, name)
        for key, [first, *more] in lefts.items():
            others = rights.get(key, [])
            if not more and len(others) == 1 and first.level <= 6 and others[0].level <= 6:
                yield first, others[0]


def _title_in(parents: dict[Node, Node]) -> Callable[[Node], Hashable]:
    return lambda node: (parents[node].key, node.key)


def _holding(
    left: list[Node], right: list[Node], parents: dict[Node, Node]
) -> Iterator[tuple[Node, Node]]:
    """Yield the sections that hold nearly the same text under another title."""
    del parents
    texts = {node: _words(node) for node in (*left, *right)}
    yield from _similar(left, right, lambda node: texts[node], _body_alike)


def _body_alike(left: Node, right: Node) -> bool:
    return (left.level <= 6) == (right.level <= 6)


def _words(section: Node) -> str:
    return "\n".join(" | ".join(leaf.said) for leaf in [*section.leaves()][1:])


def _parents(root: Node) -> dict[Node, Node]:
    return {child: node for node in root.walk() for child in node.children}


def _sections(node: Node) -> list[Node]:
    return [child for child in node.children if child.kind is Kind.SECTION]


def _blocks(node: Node) -> list[Node]:
    return [child for child in node.children if child.kind is not Kind.SECTION]


def blocks_of_one(left: Sequence[Node], right: Sequence[Node]) -> list[tuple[Node, Node]]:
    """Relate the blocks of one section, the rows of one table, the items of one list."""
    pairs = _heads(left, right)
    done = {node for pair in pairs for node in pair}
    pairs += blocks_alike([n for n in left if n not in done], [n for n in right if n not in done])
    pairs += _by_gap(left, right, pairs)
    order = {node: position for position, node in enumerate(left)}
    return sorted(pairs, key=lambda pair: order[pair[0]])


def _heads(left: Sequence[Node], right: Sequence[Node]) -> list[tuple[Node, Node]]:
    """Relate what a section or a table begins with, whatever it says now."""
    heads = {Kind.HEADING, Kind.HEADER}
    one = left and right and left[0].kind in heads and left[0].kind is right[0].kind
    return [(left[0], right[0])] if one else []


def _by_content(left: Sequence[Node], right: Sequence[Node]) -> list[tuple[Node, Node]]:
    return _in_turn(left, right, content)


def content(node: Node) -> Hashable:
    """Return what a node says, formatting aside: equal for equal content."""
    if node.is_leaf:
        return (node.kind, node.number, node.said)
    return (node.kind, tuple(content(child) for child in node.children))


def _by_key(left: Sequence[Node], right: Sequence[Node]) -> list[tuple[Node, Node]]:
    return _in_turn(
        [node for node in left if _named(node)],
        [node for node in right if _named(node)],
        lambda node: (node.kind, node.key, node.level > 6),
    )


def _named(node: Node) -> bool:
    return bool(node.key) or node.kind in {Kind.HEADER, Kind.HEADING, Kind.SECTION}


def _in_turn(
    left: Sequence[Node], right: Sequence[Node], name: Callable[[Node], Hashable]
) -> list[tuple[Node, Node]]:
    """Relate nodes of one name, the first to the first, the second to the second."""
    waiting = _grouped(right, name)
    return [(node, found.pop(0)) for node in left if (found := waiting.get(name(node)))]


def _grouped(nodes: Sequence[Node], name: Callable[[Node], Hashable]) -> dict[Hashable, list[Node]]:
    groups: dict[Hashable, list[Node]] = defaultdict(list)
    for node in nodes:
        groups[name(node)].append(node)
    return groups


def _by_wording(left: Sequence[Node], right: Sequence[Node]) -> list[tuple[Node, Node]]:
    texts = {node: " | ".join(s for leaf in node.leaves() for s in leaf.said) for node in left}
    texts |= {node: " | ".join(s for leaf in node.leaves() for s in leaf.said) for node in right}
    return list(_similar(left, right, lambda node: texts[node], lambda a, b: a.kind is b.kind))


def _similar(
    left: Sequence[Node],
    right: Sequence[Node],
    text: Callable[[Node], str],
    may: Callable[[Node, Node], bool],
) -> Iterator[tuple[Node, Node]]:
    """Yield the most similar pair, then the most similar of the rest, and so on."""
    if len(left) * len(right) > _MOST_COMPARED:
        return
    scored = [
        (-fuzz.ratio(text(a), text(b), score_cutoff=_SIMILAR), i, j)
        for i, a in enumerate(left)
        for j, b in enumerate(right)
        if may(a, b)
    ]
    taken: set[tuple[str, int]] = set()
    for score, i, j in sorted(scored):
        if score < 0 and ("l", i) not in taken and ("r", j) not in taken:
            taken |= {("l", i), ("r", j)}
            yield left[i], right[j]


def _by_gap(
    left: Sequence[Node], right: Sequence[Node], pairs: list[tuple[Node, Node]]
) -> list[tuple[Node, Node]]:
    """Relate what is left between the same neighbours, in turn, kind by kind."""
    forth = dict(pairs)
    back = {b: a for a, b in pairs}
    gaps: dict[Hashable, list[Node]] = defaultdict(list)
    for node, before in _before(right, back):
        gaps[node.kind, before and back[before]].append(node)
    found = []
    for node, before in _before(left, forth):
        waiting = gaps.get((node.kind, before))
        if waiting and not (node.key and waiting[0].key):
            found.append((node, waiting.pop(0)))
    return found


def _before(nodes: Sequence[Node], related: dict[Node, Node]) -> Iterator[tuple[Node, Node | None]]:
    """Yield the nodes without a counterpart, each with the last before it that has one."""
    before: Node | None = None
    for node in nodes:
        if node in related:
            before = node
        else:
            yield node, before


def blocks_alike(left: Sequence[Node], right: Sequence[Node]) -> list[tuple[Node, Node]]:
    """Relate blocks that say the same, have one key, or nearly the same words; never by place."""
    pairs: list[tuple[Node, Node]] = []
    for match in (_by_content, _by_key, _by_wording):
        done = {node for pair in pairs for node in pair}
        pairs += match([n for n in left if n not in done], [n for n in right if n not in done])
    return pairs


def replaced_by(base: Node, pairs: Pairs) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Yield what is new in a second draft with what stood in its place in the first."""
    for node in base.walk():
        other = pairs.right(node)
        if other is None or node.is_leaf:
            continue
        forth = {n: r for n in node.children if (r := pairs.right(n)) is not None}
        back = {n: r for n in other.children if (r := pairs.left(n)) is not None}
        gone: dict[Node | None, list[Node]] = defaultdict(list)
        for old, before in _before(node.children, forth):
            gone[before].append(old)
        for new, before in _before(other.children, back):
            yield new, tuple(gone.get(before and back[before], ()))
