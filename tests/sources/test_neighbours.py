"""What stands beside a document: looked at only inside its own tree."""

from pathlib import Path

import pytest

from lld_agent.errors import InputError
from lld_agent.model.source import SourceText
from lld_agent.sources.design import Folders, load_design, neighbours_in
from lld_agent.text.blocks import parse_blocks

STATES = "stateDiagram-v2\n  [*] --> Parked\n  Parked --> Moving\n"


def beside(folder: Path, text: str, name: str = "docs/design.md") -> dict[str, str]:
    source = SourceText(text)
    return neighbours_in(source, Folders((folder / name).parent), parse_blocks(source))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "secret.md").write_text("outside")
    root = tmp_path / "repository"
    for name, text in {
        ".git/HEAD": "", "docs/images/a.png": "x", "docs/images/a.mmd": STATES,
        "docs/diagrams/b.mmd": STATES, "diagrams/c.mermaid": STATES, "docs/other page.md": "# O\n",
        "README.md": "# R\n",
    }.items():  # fmt: skip
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_links_that_exist_are_there_as_written(tree: Path) -> None:
    text = "[o](other%20page.md#top) [r](../README.md) [no](gone.md) ![a](images/a.png)\n"
    assert beside(tree, text) == {
        "other page.md": "", "other%20page.md#top": "", "../README.md": "", "images/a.png": "",
        "images/a.mmd": STATES,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("image", "source"),
    [
        ("images/a.png", "images/a.mmd"),
        ("./images/b.svg", "diagrams/b.mmd"),
        ("images/c.png", "../diagrams/c.mermaid"),
    ],
)
def test_the_source_of_a_picture_is_read(tree: Path, image: str, source: str) -> None:
    assert beside(tree, f"![States]({image})\n")[source] == STATES


@pytest.mark.parametrize(
    "target",
    ["../../secret.md", "/etc/passwd", "../../../../../../etc/passwd", "file:///etc/passwd",
     "https://example.com/a.png", "//example.com/a", "..\\..\\secret.md", "%2e%2e/%2e%2e/secret.md",
     "a%00b.md", "#top", "?x"],
)  # fmt: skip
def test_nothing_outside_the_tree_is_looked_at(tree: Path, target: str) -> None:
    assert beside(tree, f"[x]({target}) ![x]({target})\n") == {}


def test_a_link_of_the_file_system_does_not_lead_out(tree: Path) -> None:
    (tree / "docs/escape.mmd").symlink_to(tree.parent / "secret.md")
    (tree / "docs/away").symlink_to(tree.parent, target_is_directory=True)
    assert beside(tree, "[x](escape.mmd) ![x](escape.png) [y](away/secret.md)\n") == {}


def test_without_a_repository_one_folder_up_is_the_border(tmp_path: Path) -> None:
    (tmp_path / "set/lld").mkdir(parents=True)
    (tmp_path / "set/prd.md").write_text("# P\n")
    (tmp_path / "far.md").write_text("# F\n")
    text = "[p](../prd.md) [f](../../far.md)\n"
    assert beside(tmp_path, text, "set/lld/design.md") == {"../prd.md": ""}


def test_large_and_unreadable_sources_are_there_without_text(tree: Path) -> None:
    (tree / "docs/big.mmd").write_text("x" * 1_000_001)
    (tree / "docs/bad.mmd").write_bytes(b"\xff\xfe\xff")
    assert beside(tree, "![a](big.png) ![b](bad.png)\n") == {"big.mmd": "", "bad.mmd": ""}


def test_load_design_reads_the_neighbours(tree: Path) -> None:
    path = tree / "docs/design.md"
    path.write_text("# Tram\n\n## States\n\n![States](./images/b.png)\n")
    design = load_design(path)
    assert [diagram.origin for diagram in design.diagrams] == ["diagrams/b.mmd"]
    text = SourceText(path.read_text())
    assert load_design(text).neighbours is None
    assert load_design(text, path).neighbours == design.neighbours
    with pytest.raises(InputError, match="does not exist"):
        load_design(tree / "docs/gone.md")
