"""`lld-agent fix`: shows a diff, writes on demand."""

import json
import subprocess
from pathlib import Path

import pytest

from lld_agent.cli.run import run

DESIGN = "# Lockers\n\nErrors follow RFC 7807.\n\n## Codes\n\nSix digits. <!-- lld: ignore STR003 -- May -->\n"
MENDED = "# Lockers\n\nErrors follow RFC 9457.\n\n## Codes\n\nSix digits.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "design.md").write_bytes(DESIGN.encode())
    (tmp_path / "other.md").write_bytes(b"# Hubs\r\n\r\nRFC 7807 everywhere.")
    return tmp_path


def test_a_diff_exits_1_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["fix", "design.md"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("--- design.md\n+++ design.md\n@@ -1,7 +1,7 @@\n")
    assert "-Errors follow RFC 7807.\n+Errors follow RFC 9457.\n" in out
    assert "design.md:3: API012 cite RFC 9457\n" in err
    assert err.endswith("2 fixes in 1 document shown; --apply writes them\n")
    assert (folder / "design.md").read_bytes() == DESIGN.encode()


def test_git_applies_the_diff(folder: Path, capsys: pytest.CaptureFixture[str]):
    run(["fix", ".", "--quiet"])
    diff = capsys.readouterr().out
    assert "\\ No newline at end of file\n" in diff
    subprocess.run(["git", "apply", "-p0", "-"], input=diff.encode(), check=True, cwd=folder)
    assert (folder / "design.md").read_bytes() == MENDED.encode()
    assert (folder / "other.md").read_bytes() == b"# Hubs\r\n\r\nRFC 9457 everywhere."


def test_apply_writes_and_a_second_run_has_nothing_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "design.md").chmod(0o640)
    assert run(["fix", ".", "--apply"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.endswith("3 fixes in 2 documents applied\n")
    assert (folder / "design.md").read_bytes() == MENDED.encode()
    assert (folder / "design.md").stat().st_mode & 0o777 == 0o640
    assert (folder / "other.md").read_bytes() == b"# Hubs\r\n\r\nRFC 9457 everywhere."
    assert run(["fix", "."]) == 0
    assert capsys.readouterr() == ("", "nothing to fix\n")


def test_select_and_ignore(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["fix", "design.md", "--select", "STR011"]) == 1
    assert "9457" not in capsys.readouterr().out
    assert run(["fix", "design.md", "--ignore", "API012,STR011"]) == 0
    assert run(["fix", "design.md", "--select", "XYZ"]) == 2


def test_a_document_that_cannot_be_read_exits_2(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "broken.md").write_bytes(b"\x00\x01\x02")
    assert run(["fix", ".", "--apply"]) == 2
    assert "error: " in capsys.readouterr().err
    assert (folder / "design.md").read_bytes() == MENDED.encode()


def test_a_terminal_gets_no_escapes_of_the_document(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (folder / "design.md").write_text("# Lockers\n\n\x1b[2J RFC 7807.\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run(["fix", "design.md"]) == 1
    assert "\x1b" not in capsys.readouterr().out


def test_findings_that_can_be_fixed_say_so(folder: Path, capsys: pytest.CaptureFixture[str]):
    select = ["--select", "API012", "--fail-on", "never"]
    run(["review", "design.md", *select])
    assert "  3 | Errors follow RFC 7807.\n" in (text := capsys.readouterr().out)
    assert "= fix: cite RFC 9457 (`lld-agent fix`)\n" in text
    run(["review", "design.md", *select, "--format", "json"])
    fix = json.loads(capsys.readouterr().out)["findings"][0]["fix"]
    assert fix["title"] == "cite RFC 9457"
    assert [(e["line"], e["column"], e["end_column"], e["text"]) for e in fix["edits"]] == [
        (3, 19, 23, "9457")
    ]
    run(["review", "design.md", *select, "--format", "rdjson"])
    found = json.loads(capsys.readouterr().out)["diagnostics"][0]
    assert found["suggestions"] == [
        {
            "range": {"start": {"line": 3, "column": 19}, "end": {"line": 3, "column": 23}},
            "text": "9457",
        }
    ]
    run(["review", "design.md", *select, "--format", "sarif"])
    result = json.loads(capsys.readouterr().out)["runs"][0]["results"][0]
    change = result["fixes"][0]["artifactChanges"][0]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 19, "endLine": 3, "endColumn": 23},
            "insertedContent": {"text": "9457"},
        }
    ]
