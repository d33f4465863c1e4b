"""A document with what stands beside it, as a design."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import unquote

from lld_agent.model.blocks import Block
from lld_agent.model.design import Design
from lld_agent.model.source import SourceText
from lld_agent.sources.ignore import repository_root
from lld_agent.sources.load import STDIN, load_path
from lld_agent.template.reader import read_design, wanted_neighbours
from lld_agent.text.blocks import parse_blocks

_DIAGRAMS = (".mmd", ".mermaid")
_PICTURES = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")
_HERE = PurePosixPath()
_DIAGRAM_FOLDERS = (PurePosixPath("diagrams"), PurePosixPath("../diagrams"))
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\#]")
LARGEST_DIAGRAM = 1_000_000
_MOST_LOOKED_AT = 5_000
_MOST_READ = 200


def load_design(document: SourceText | Path | str, at: Path | str | None = None) -> Design:
    """Read a design with its neighbours.

    Args:
        document: its path (`-` for standard input), or its text as `load_path` gives it.
        at: where the document would stand, for text that comes from elsewhere (standard input with
            a name for it). Without one, text from standard input has no neighbours at all.

    Returns:
        The design. `neighbours` are the relative paths of its links and images that exist, as
        written, and the Mermaid sources of its images. Nothing outside the repository of the
        document is looked at (outside the folder above it, when it is in none), nothing is fetched.

    Raises:
        InputError: the document cannot be read.
    """
    source = document if isinstance(document, SourceText) else load_path(document)
    place = str(at) if at is not None else source.path
    if place == STDIN:
        return read_design(source, None)
    return design_in(source, Folders(Path(place).absolute().parent))


class Tree(Protocol):
    """What stands around a document, on disk or in a revision; paths are relative to its folder."""

    def holds(self, path: str) -> bool:
        """Return whether a file or folder is there."""

    def text(self, path: str) -> str:
        """Return the text of a Mermaid source, "" for any other file."""

    @property
    def in_checkout(self) -> bool:
        """Return whether the tree is that of a repository."""


def design_in(source: SourceText, tree: Tree) -> Design:
    """Read a design whose neighbours stand in a tree; its blocks are parsed once for both."""
    blocks = parse_blocks(source)
    design = read_design(source, neighbours_in(source, tree, blocks), blocks)
    return replace(design, in_checkout=tree.in_checkout)


def neighbours_in(source: SourceText, tree: Tree, blocks: tuple[Block, ...]) -> dict[str, str]:
    """Return relative path → text for what links and images of a document name and what exists.

    The text is "" for everything but Mermaid sources, which are read.
    """
    found: dict[str, str] = {}
    for number, target in enumerate(wanted_neighbours(source, blocks)):
        if number >= _MOST_LOOKED_AT:
            break
        path = _relative(target)
        if not path:
            continue
        for name in dict.fromkeys((path, target)):
            if tree.holds(path):
                found[name] = tree.text(path)
        for sibling in _sources_of(path):
            if sibling not in found and tree.holds(sibling):
                found[sibling] = tree.text(sibling)
                break
    return found


def _relative(target: str) -> str:
    """Return the path that a link names, decoded; "" for addresses, absolute paths and anchors."""
    path = unquote(target.partition("#")[0].partition("?")[0]).strip().replace("\\", "/")
    return "" if not path or _SCHEME.match(path) or not path.isprintable() else path


def _sources_of(path: str) -> Iterator[str]:
    """Yield where the Mermaid source of a picture may stand, nearest first."""
    picture = PurePosixPath(path)
    if picture.suffix.lower() not in _PICTURES:
        return
    folder = picture.parent
    places = (folder, folder / "diagrams", folder.parent / "diagrams", _HERE, *_DIAGRAM_FOLDERS)
    for place in dict.fromkeys(places):
        for ending in _DIAGRAMS:
            yield str(place / (picture.stem + ending))


class Folders:
    """The folders that a document may speak of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        # Without a repository one folder up is as far as a set of documents usually reaches.
        repository = repository_root(self._folder)
        self._root = repository or self._folder.parent
        self.in_checkout = repository is not None
        self._read = 0

    def holds(self, path: str) -> bool:
        """Return whether a relative path exists in the tree, links resolved."""
        return self._resolve(path) is not None

    def text(self, path: str) -> str:
        """Return the text of a Mermaid source, "" for any other file, a large one or no text."""
        full = self._resolve(path)
        if full is None or full.suffix.lower() not in _DIAGRAMS or self._read >= _MOST_READ:
            return ""
        try:
            if not full.is_file() or full.stat().st_size > LARGEST_DIAGRAM:
                return ""
            self._read += 1
            return full.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return ""

    def _resolve(self, path: str) -> Path | None:
        try:
            full = (self._folder / path).resolve()
            return full if full.is_relative_to(self._root) and full.exists() else None
        except (OSError, ValueError, RuntimeError):
            return None
