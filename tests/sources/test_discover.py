"""Which files are found: as git and ruff would find them."""

import subprocess
from pathlib import Path

import pytest

from lld_agent.errors import InputError
from lld_agent.sources.discover import discover


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with ignored files, and the working folder in it."""
    for name in (
        "a.md", "b.MARKDOWN", "c.mdown", "d.mkd", "notes.txt", "sub/e.md", "sub/deep/f.md",
        "build/g.md", "sub/draft-h.md", "sub/keep/draft-i.md", ".git/j.md", "node_modules/k.md",
        ".github/l.md",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# Tram\n")
    (tmp_path / ".gitignore").write_text("build/\ndraft-*.md\n/notes.txt\n")
    (tmp_path / "sub/keep/.gitignore").write_text("!draft-i.md\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [path.as_posix() for path in discover(paths, exclude)]


@pytest.mark.usefixtures("tree")
def test_a_folder_gives_its_markdown_without_what_git_ignores() -> None:
    assert found(".") == [
        ".github/l.md", "a.md", "b.MARKDOWN", "c.mdown", "d.mkd", "sub/deep/f.md", "sub/e.md",
        "sub/keep/draft-i.md",
    ]  # fmt: skip


@pytest.mark.usefixtures("tree")
def test_ignore_files_above_the_folder_count() -> None:
    assert found("sub") == ["sub/deep/f.md", "sub/e.md", "sub/keep/draft-i.md"]


@pytest.mark.usefixtures("tree")
def test_what_is_named_is_taken() -> None:
    assert found("build/g.md", "notes.txt", "sub/draft-h.md") == [
        "build/g.md", "notes.txt", "sub/draft-h.md",
    ]  # fmt: skip
    assert found("build") == ["build/g.md"]


@pytest.mark.usefixtures("tree")
def test_patterns_and_configured_exclusions() -> None:
    assert found("*.md") == ["a.md"]
    # a pattern finds, it does not name: what git ignores stays out, as below a folder
    assert found("sub/**/*.md", exclude=("deep/",)) == ["sub/e.md", "sub/keep/draft-i.md"]
    assert found("build/*.md") == ["build/g.md"]  # the folder is named, what is in it found
    assert found(".", exclude=("sub/", "*.mkd", ".github")) == ["a.md", "b.MARKDOWN", "c.mdown"]


def test_each_document_once_and_sorted(tree: Path) -> None:
    assert found("sub", "a.md", str(tree / "a.md"), "./sub/e.md", "-", "-") == [
        "-", "a.md", "sub/deep/f.md", "sub/e.md", "sub/keep/draft-i.md",
    ]  # fmt: skip


def test_links_are_not_followed_and_loops_end(tree: Path) -> None:
    (tree / "sub/loop").symlink_to(tree, target_is_directory=True)
    (tree / "sub/outside.md").symlink_to("/etc/hostname")
    assert found("sub") == ["sub/deep/f.md", "sub/e.md", "sub/keep/draft-i.md"]


def test_nothing_found_and_nothing_there(tree: Path) -> None:
    (tree / "empty").mkdir()
    for nothing in ("empty", "*.nothing"):
        with pytest.raises(InputError, match="no Markdown document found"):
            found(nothing)
    with pytest.raises(InputError, match=r"gone\.md does not exist"):
        found("a.md", "gone.md")
    with pytest.raises(InputError):
        found("a\x00b")


@pytest.mark.parametrize("bad", ["!", "[", "\\", "**a**b[", "///", "\x00"])
def test_an_unreadable_pattern_stops_nothing(tree: Path, bad: str) -> None:
    (tree / "sub/.gitignore").write_text(f"{bad}\ndeep/\n")
    assert "sub/deep/f.md" not in found("sub")


def test_the_same_as_git(tree: Path) -> None:
    """git itself says which of the Markdown files are not ignored."""
    for name in (".git/j.md", "node_modules/k.md"):
        (tree / name).unlink()
    (tree / "sub/.gitignore").write_text("# comment\n*.md\n!e.md\n\\#x.md\ndeep/f.md\n")
    try:
        subprocess.run(["git", "init", "-q"], cwd=tree, check=True)
        listed = subprocess.run(
            ["git", "-c", "core.excludesFile=", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=tree, check=True, capture_output=True, text=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("git is not installed")
    suffixes = (".md", ".markdown", ".mdown", ".mkd")
    expected = sorted(n for n in listed.stdout.split("\0") if n.lower().endswith(suffixes))
    assert sorted(found(".")) == expected
