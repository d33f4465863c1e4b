"""Three-way merge of a design: last generated, as it stands, newly generated.

The text of the person is what is written to: what the draft changed is put into it block by block,
everything else stays as it is, byte for byte. A block is a table row, a list item, a labelled line,
a paragraph, a fence. Only mine changed: mine stays. Only theirs changed: theirs is taken. Both
changed: mine stays, and theirs is a conflict. (The scheme of diff3, Khanna, Kunal and Pierce 2007,
on parsed blocks with keys in place of lines.)
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lld_agent.draft.update import splice
from lld_agent.draft.update.align import (
    Pairs,
    align_edited,
    align_generated,
    blocks_alike,
    content,
    replaced_by,
)
from lld_agent.draft.update.conflicts import Conflict, ConflictKind
from lld_agent.draft.update.tree import Kind, Node, asks, read_tree
from lld_agent.errors import InternalError
from lld_agent.template.codec import is_open

RECORD = "design record"
"""Key of the generated block after the last section: bookkeeping, merged cell by cell."""
_DIVIDERS = {Kind.HEADING, Kind.HEADER, Kind.RULE}


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge.

    Attributes:
        text: the document.
        conflicts: what a person must decide, in the order of the document.
        human: blocks of the new draft that stand in the document as a person wants them.
        deleted: blocks of the new draft that a person deleted.
        added: blocks of a person, each with the part of the new draft that it stands in.
        orphaned: blocks of the last draft that only a person still holds.
        redone: what of the last draft is what of the new one.
        known: share of the sections of the last draft that are in the document.
    """

    text: str
    conflicts: tuple[Conflict, ...]
    human: frozenset[Node]
    deleted: frozenset[Node]
    added: tuple[tuple[Node, Node], ...]
    orphaned: tuple[Node, ...]
    redone: Pairs
    known: float


def merge(base: Node, mine: Node, theirs: Node) -> Merged:
    """Merge three documents; `theirs` has the line ends of `mine`.

    Raises:
        InternalError: the result does not read back to what was decided.
    """
    merging = _Merge(base, mine, theirs)
    found = merging.node(mine)
    assert found is not None
    end = mine.text[len(mine.text.rstrip("\r\n")) :]
    text = found.text.rstrip("\r\n") + end
    _prove(found, text, merging.kept)
    return Merged(
        text,
        tuple(merging.conflicts),
        frozenset(merging.human),
        frozenset(merging.deleted),
        tuple(merging.added),
        tuple(merging.orphaned),
        merging.redone,
        merging.known(),
    )


def _prove(decided: Node, text: str, kept: list[Node]) -> None:
    """Hold what was written against what was decided, block by block."""
    again = read_tree(text)
    wanted = [(leaf.kind, leaf.said) for leaf in decided.leaves()]
    if [(leaf.kind, leaf.said) for leaf in again.leaves()] != wanted:
        raise InternalError(
            "the merged design does not read back to what was decided",
            "nothing was written; please report this with the design and its .lld.json",
        )
    standing = {leaf.said for leaf in again.leaves()}
    if any(leaf.said not in standing for leaf in kept):
        raise InternalError(
            "the merged design lacks a text that a person wrote", "nothing was written"
        )


def same(left: Node, right: Node) -> bool:
    """Return whether two blocks say the same; of a row, in the columns of the first."""
    if left.kind is Kind.ROW and right.kind is Kind.ROW:
        cells = right.cells
        return all(cells.get(title, said) == said for title, said in left.cells.items()) and (
            len(left.said) <= len(right.said) or left.titles != right.titles
        )
    return content(left) == content(right)


def _untouched(base: Node, mine: Node) -> bool:
    """Return whether a person changed nothing of a part and added nothing to it."""
    if base.kind is Kind.ROW:
        more = (said for title, said in mine.cells.items() if title not in base.titles)
        return same(base, mine) and not any(more)
    return content(base) == content(mine)


def only_asks(left: Node, right: Node) -> bool:
    """Return whether two blocks differ in open questions only."""
    if left.kind is Kind.ROW and left.titles == right.titles:
        pairs = zip(left.said, right.said, strict=False)
        return all(a == b or (_is_open(a) and _is_open(b)) for a, b in pairs)
    return left.is_leaf and asks(left) and asks(right)


def _takes_place(new: Node, old: Node) -> bool:
    """Return whether a new part says what an old one said or asked, and does not stand beside it."""
    if Kind.RULE in {new.kind, old.kind} or new.kind is old.kind is Kind.SECTION:
        return False
    return new.kind not in {Kind.ROW, Kind.ITEM, Kind.FIELD} or asks(old)


def _is_open(cell: str) -> bool:
    return not cell or is_open(cell)


def _statements(node: Node) -> list[tuple[str, ...]]:
    """Return what a part states: its leaves without questions, headings and numbers."""
    said = ((leaf, leaf.said) for leaf in node.leaves() if not asks(leaf))
    return [tuple("" if is_open(s) else s for s in texts) for _, texts in said]


@dataclass
class _Merge:
    """One merge: what is what in the three trees, and what was decided."""

    base: Node
    mine: Node
    theirs: Node
    conflicts: list[Conflict] = field(default_factory=list)
    human: set[Node] = field(default_factory=set)
    deleted: set[Node] = field(default_factory=set)
    added: list[tuple[Node, Node]] = field(default_factory=list)
    orphaned: list[Node] = field(default_factory=list)
    kept: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.edited = align_edited(self.base, self.mine)
        self.redone = align_generated(self.base, self.theirs)
        self.replaced = dict(replaced_by(self.base, self.redone))
        self.settled: set[Node] = set()  # removed blocks whose conflict is reported already
        roots = (self.base, self.mine, self.theirs)
        self.above = {
            child: node for root in roots for node in root.walk() for child in node.children
        }
        self.eol = "\r\n" if "\r\n" in self.mine.text else "\n"

    def known(self) -> float:
        """Return the share of the headed sections of the last draft that the document still has."""
        heads = [n for n in self.base.walk() if n.kind is Kind.SECTION and n.level <= 6]
        return sum(self.edited.right(n) is not None for n in heads) / max(len(heads), 1)

    def node(self, mine: Node) -> Node | None:
        """Return what a part of the document becomes; None where it goes."""
        base = self.edited.left(mine)
        if base is None:
            self.kept += mine.leaves()
            return mine
        theirs = self.redone.right(base)
        if theirs is None:
            return self.removed(base, mine)
        if mine.is_leaf:
            return self.leaf(base, mine, theirs)
        return self.container(base, mine, theirs)

    def removed(self, base: Node, mine: Node) -> Node | None:
        """Return what becomes of a part that the new draft does not have."""
        if base.kind is Kind.RULE or _untouched(base, mine):
            return None
        self.kept += mine.leaves()
        if base.says_something() and base not in self.settled and not self.is_record(base):
            self.orphaned += base.leaves()
            self.conflict(ConflictKind.ORPHANED, base, mine, None)
        return mine

    def leaf(self, base: Node, mine: Node, theirs: Node) -> Node:
        """Return what a block becomes that all three have."""
        if same(base, mine):
            return mine if same(base, theirs) else self.take(base, mine, theirs)
        self.kept.append(mine)
        if same(mine, theirs):
            return mine
        self.human.add(theirs)
        if mine.kind is Kind.HEADING and base.said == theirs.said:
            return splice.renumbered(mine, theirs) if mine.number == base.number else mine
        if mine.kind is Kind.ROW and self.is_record(base):
            self.kept.pop()
            return splice.with_cells(mine, splice.changed_cells(base, mine, theirs))
        if not same(base, theirs) and not only_asks(base, theirs):
            self.conflict(ConflictKind.CHANGED, base, mine, theirs)
        return mine

    def take(self, base: Node, mine: Node, theirs: Node) -> Node:
        """Return the block of the document with what the new draft says, in its own formatting."""
        if mine.kind is not Kind.ROW:
            return splice.replaced(mine, theirs)
        cells = {t: s for t, s in theirs.cells.items() if base.cells.get(t) != s}
        if cells.keys() - set(mine.titles):
            self.conflict(ConflictKind.COLUMN, base, mine, theirs)
        return splice.with_cells(mine, splice.raw_cells(theirs, cells))

    def container(self, base: Node, mine: Node, theirs: Node) -> Node:
        """Return what a part with parts becomes."""
        if _trimmed(mine) == _trimmed(base):
            return splice.with_end(theirs, mine.text[len(_trimmed(mine)) :])
        if mine.kind is Kind.TABLE and base.children[0].said != theirs.children[0].said:
            return self.whole(base, mine, theirs)
        self.gone(base)
        news = [node for node in theirs.children if self.redone.left(node) is None]
        news = [node for node in news if not self.answered(node, mine)]
        news = self.unlike_own(mine, news)
        entries = [(n, found) for n in mine.children if (found := self.node(n)) is not None]
        for new in news:
            self.insert(entries, new, theirs, mine)
        if mine.kind is not Kind.DOCUMENT:
            self.added += (
                (n, theirs) for n in mine.children if n.is_leaf and self.edited.left(n) is None
            )
        return splice.assembled(mine, entries, self.eol)

    def whole(self, base: Node, mine: Node, theirs: Node) -> Node:
        """Return what becomes of a table whose columns the draft changed."""
        if content(mine) == content(base):
            return splice.with_end(theirs, mine.text[len(_trimmed(mine)) :])
        self.kept += mine.leaves()
        self.human.update(theirs.leaves())
        self.conflict(ConflictKind.CHANGED, base, mine, theirs)
        return mine

    def gone(self, base: Node) -> None:
        """Report what a person deleted from a part and the draft changed."""
        for node in base.children:
            theirs = self.redone.right(node)
            if self.edited.right(node) is not None or theirs is None:
                continue
            self.deleted.update(theirs.leaves())
            if node.kind in _DIVIDERS or self.is_record(node):
                continue
            if _statements(node) != _statements(theirs):
                self.conflict(ConflictKind.DELETED, node, None, theirs)

    def answered(self, new: Node, mine: Node) -> bool:
        """Report a new part that stands for a block which a person has changed or deleted."""
        for old in self.replaced.get(new, ()):
            edited = self.edited.right(old)
            touched = edited is None or not _untouched(old, edited)
            if touched and _takes_place(new, old):
                self.settled.add(old)
                own = (n for n in mine.children if self.edited.left(n) is None)
                self.conflict(ConflictKind.CHANGED, old, edited or next(own, None), new)
                return True
        return False

    def unlike_own(self, mine: Node, news: list[Node]) -> list[Node]:
        """Return the new parts that the person has not added too; report those that differ."""
        own = [node for node in mine.children if self.edited.left(node) is None]
        both = dict(blocks_alike(news, own))
        for new, there in both.items():
            if content(new) != content(there):
                self.human.update(new.leaves())
                self.conflict(ConflictKind.ADDED, None, there, new)
        return [node for node in news if node not in both]

    def insert(self, entries: list[tuple[Node, Node]], new: Node, theirs: Node, mine: Node) -> None:
        """Put a new part after the part that it follows in the new draft."""
        there = {origin: place for place, (origin, _) in enumerate(entries)}
        position = theirs.children.index(new)
        for before in reversed(theirs.children[:position]):
            at = there.get(self.counterpart(before))
            if at is not None:
                entries.insert(at + 1, (new, self.fitted(new, mine)))
                return
        for after in theirs.children[position:]:
            at = there.get(self.counterpart(after))
            if at is not None:
                entries.insert(at, (new, self.fitted(new, mine)))
                return
        entries.append((new, self.fitted(new, mine)))

    def counterpart(self, theirs: Node) -> Node:
        """Return what a part of the new draft is in the document: itself where it is new."""
        return self.edited.right(self.redone.left(theirs)) or theirs

    def fitted(self, new: Node, mine: Node) -> Node:
        """Return a new part as it is written in this document."""
        if new.kind is Kind.ITEM:
            return splice.item_like(new, mine.children[0], self.eol)
        if new.kind is Kind.ROW and new.titles != mine.children[0].said:
            if any(said and t not in mine.children[0].said for t, said in new.cells.items()):
                self.conflict(ConflictKind.COLUMN, None, None, new)
            return splice.row_under(new, mine.children[0], self.eol)
        return new

    def is_record(self, node: Node) -> bool:
        """Return whether a node stands in the generated block at the end."""
        return RECORD in {above.key for above in self.path(node) if above.level == 2}

    def path(self, node: Node) -> Iterator[Node]:
        """Yield a node and what is above it, innermost first."""
        at: Node | None = node
        while at is not None:
            yield at
            at = self.above.get(at)

    def conflict(
        self, kind: ConflictKind, base: Node | None, mine: Node | None, theirs: Node | None
    ) -> None:
        """Note that a person must decide."""
        block = theirs or base or mine
        assert block is not None
        titles = [
            n.children[0].said[0]
            for n in self.path(block)
            if n.kind is Kind.SECTION and n.level > 1
        ]
        if block.kind in {Kind.ROW, Kind.FIELD, Kind.ITEM}:
            named = (base or block).said[0] if block.kind is Kind.ROW else block.key
            titles.insert(0, named)
        before, now, then = (node.text if node is not None else "" for node in (base, mine, theirs))
        where = tuple(title for title in reversed(titles) if title)
        self.conflicts.append(Conflict(kind, where, before, now, then, block))


def _trimmed(node: Node) -> str:
    return node.text.rstrip("\r\n")
