"""Bad input is normal input: one clear line and exit 2, or a result; never a traceback or a part."""

from pathlib import Path

import pytest

from lld_agent.cli.run import run

FAILING = {
    "empty.md": b"",
    "blank.md": b" \n\t\n",
    "picture.md": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "office.md": b"PK\x03\x04" + b"\x00" * 100,
    "binary.md": bytes(range(256)) * 20,
    "nul.md": b"# D\n\n\x00 a must b\n",
    "latin1.md": "# Größe\n".encode("latin-1"),
}
WORKING = {
    "rows.md": b"# D\n\n| Variable | Default |\n|---|---|\n" + b"| `A_B` | 1 |\n" * 10_000,
    "lists.md": "\n".join("  " * n + "- a" for n in range(2000)).encode(),
    "quotes.md": b"> " * 3000 + b"x",
    "line.md": b"x " * 500_000,
    "bait.md": b"# D\n\n"
    + b"[" * 20_000
    + b"\n\n"
    + b"`" * 20_000
    + b"\n\n"
    + b"| " * 20_000
    + b"\n\n"
    + b"a_" * 20_000,
    "bom.md": b"\xef\xbb\xbf# D\r\n\r\ntext\r\n",
    "utf16.md": "# D\n\nThe system must x.\n".encode("utf-16"),
    "diagram.md": b"# D\n\n```mermaid\nstateDiagram-v2\n" + b"A --> B\n" * 5000 + b"```\n",
}


@pytest.mark.parametrize("command", ["review", "draft"])
@pytest.mark.parametrize("name", FAILING)
def test_unusable_documents_are_one_clear_line(
    command: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / name).write_bytes(FAILING[name])
    extra = ["-o", str(tmp_path / "out.md")] if command == "draft" else []
    assert run([command, str(tmp_path / name), *extra]) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert name in err
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("command", ["review", "draft"])
@pytest.mark.parametrize("name", WORKING)
def test_strange_documents_give_a_result(
    command: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / name).write_bytes(WORKING[name])
    extra = ["-o", str(tmp_path / "out.md")] if command == "draft" else []
    assert run([command, str(tmp_path / name), *extra]) in {0, 1}
    assert "error:" not in capsys.readouterr().err


def test_fifty_megabytes_are_refused_without_being_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert run(["review", str(path)]) == 2
    assert "large.md" in capsys.readouterr().err


def test_a_folder_without_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["review", str(tmp_path)]) == 2
    assert run(["draft", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("error: ") == 2


def test_one_bad_file_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "a.md").write_bytes(b"")
    (tmp_path / "b.md").write_text("# D\n\nTBD\n", encoding="utf-8")
    assert run(["review", str(tmp_path), "-f", "concise"]) == 2
    out, err = capsys.readouterr()
    assert "b.md:3:" in out
    assert "a.md" in err
