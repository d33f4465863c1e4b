"""Files are replaced whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from lld_agent.errors import OutputError
from lld_agent.store.atomic import write_all, write_atomic


def test_content_and_line_ends_are_kept(tmp_path: Path):
    write_atomic(tmp_path / "a.md", "one\r\ntwo\n")
    assert (tmp_path / "a.md").read_bytes() == b"one\r\ntwo\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_the_mode_of_an_existing_file_is_kept(tmp_path: Path):
    path = tmp_path / "a.md"
    path.write_text("old")
    path.chmod(0o640)
    write_atomic(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path: Path):
    (tmp_path / "real.md").write_text("old")
    (tmp_path / "link.md").symlink_to("real.md")
    write_atomic(tmp_path / "link.md", "new")
    assert (tmp_path / "real.md").read_text() == "new"
    assert (tmp_path / "link.md").is_symlink()


def test_none_of_several_is_written_when_one_cannot_be(tmp_path: Path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.md").write_text("old")
    with pytest.raises(OutputError, match="folder"):
        write_all({tmp_path / "a.md": "new", tmp_path / "folder": "new"})
    assert (tmp_path / "a.md").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "folder"]


def test_nothing_is_left_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_atomic(tmp_path / "a.md", "new")
    assert list(tmp_path.iterdir()) == []
