"""Baselines and --diff-base as people use them, in process."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lld_agent.cli.run import run

ONE = "# Bells\n\nTone: TBD\n"
TWO = "# Bells\n\nIntro.\n\nTone: TBD\n\n## Volume\n\nLoudness: TBD\n"
FILE = ".lld-baseline.json"
ONLY = ["--select", "STR003", "--fail-on", "warning"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1735689600")  # 2025-01-01
    (tmp_path / "bell.md").write_text(ONE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str) -> str:
        who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    call("init", "-q")
    call("add", "-A")
    call("commit", "-q", "-m", "one")
    return call


def entries(folder: Path) -> list[dict[str, str]]:
    return json.loads((folder / FILE).read_text(encoding="utf-8"))["entries"]


def write(*more: str) -> int:
    return run(
        ["baseline", "write", ".", "--reason", "decided in May", "--select", "STR003", *more]
    )


def test_what_is_in_the_baseline_is_set_aside_with_its_reason(folder: Path, capsys):
    assert run(["review", "bell.md", *ONLY]) == 1
    assert write() == 0
    assert entries(folder)[0]["reason"] == "decided in May"
    capsys.readouterr()
    assert run(["review", "bell.md", *ONLY, "--baseline", FILE, "-f", "json"]) == 0
    out, err = capsys.readouterr()
    data = json.loads(out)
    assert data["findings"] == []
    assert [f["suppressed"] for f in data["baselined"]] == ["decided in May"]
    assert "1 in the baseline" in err


def test_moving_lines_changes_nothing_and_a_new_finding_is_new(folder: Path, capsys):
    write()
    (folder / "bell.md").write_text(TWO, encoding="utf-8")
    capsys.readouterr()
    assert run(["review", "bell.md", *ONLY, "--baseline", FILE, "-f", "concise", "-q"]) == 1
    assert capsys.readouterr().out.count("\n") == 1


def test_a_document_that_moved_takes_its_entries_along(folder: Path):
    write()
    (folder / "docs").mkdir()
    (folder / "bell.md").rename(folder / "docs" / "chime.md")
    assert run(["review", "docs", *ONLY, "--baseline", FILE, "-q"]) == 0
    write()
    assert [entry["path"] for entry in entries(folder)] == ["docs/chime.md"]


def test_a_copy_is_no_move(folder: Path):
    write()
    (folder / "copy.md").write_text(ONE, encoding="utf-8")
    assert run(["review", "copy.md", *ONLY, "--baseline", FILE, "-q"]) == 1


def test_paths_are_those_of_the_file_wherever_one_stands(folder: Path, monkeypatch):
    write()
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert run(["review", "../bell.md", *ONLY, "--baseline", f"../{FILE}", "-q"]) == 0


@pytest.mark.parametrize(("day", "code"), [("2025-01-01", 0), ("2024-12-31", 1)])
def test_an_entry_holds_through_its_last_day_and_then_comes_back(
    folder: Path, capsys, day: str, code: int
):
    write("--expires", day)
    capsys.readouterr()
    assert run(["review", "bell.md", *ONLY, "--baseline", FILE, "-q"]) == code
    said = "its baseline entry expired on 2024-12-31: decided in May" in capsys.readouterr().out
    assert said is bool(code)


def test_writing_again_renews_what_expired_and_keeps_what_holds(folder: Path):
    write("--expires", "2024-12-31")
    (folder / "b.md").write_text(ONE, encoding="utf-8")
    run(["baseline", "write", "b.md", "--reason", "old", "--select", "STR003"])
    run(
        [
            "baseline",
            "write",
            ".",
            "--reason",
            "new",
            "--select",
            "STR003",
            "--expires",
            "2030-02-03",
        ]
    )
    assert [(e["path"], e["reason"], e["expires"]) for e in entries(folder)] == [
        ("b.md", "old", None),
        ("bell.md", "new", "2030-02-03"),
    ]


def test_prune_removes_what_is_mended_and_nothing_else(folder: Path, capsys):
    (folder / "b.md").write_text(ONE, encoding="utf-8")
    write()
    (folder / "bell.md").write_text("# Bells\n\nTone: 440 Hz\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["review", ".", *ONLY, "--baseline", FILE]) == 0
    assert "baseline: STR003 in bell.md is reported no more" in capsys.readouterr().err
    assert run(["baseline", "prune", ".", "--check"]) == 1
    assert len(entries(folder)) == 2
    assert run(["baseline", "prune", "b.md"]) == 0
    assert len(entries(folder)) == 2, "bell.md was not looked at"
    assert run(["baseline", "prune", ".", "--select", "STR004"]) == 0
    assert len(entries(folder)) == 2, "STR003 did not run"
    assert run(["baseline", "prune", "."]) == 0
    assert [entry["path"] for entry in entries(folder)] == ["b.md"]
    assert run(["baseline", "prune", ".", "--check"]) == 0


def test_prune_removes_entries_of_deleted_documents(folder: Path):
    (folder / "b.md").write_text("# B\n\nFine.\n", encoding="utf-8")
    write()
    (folder / "bell.md").unlink()
    assert run(["baseline", "prune", "b.md"]) == 0
    assert entries(folder) == []


def test_a_hidden_severity_proves_nothing(folder: Path, capsys):
    write()
    capsys.readouterr()
    run(["review", "bell.md", *ONLY, "--baseline", FILE, "--min-severity", "error"])
    assert "reported no more" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "does not exist"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"version": 2, "entries": []}', "wrong at version"),
        ('{"version": 1, "entries": [{"fingerprint": "x"}]}', "wrong at entries.0"),
    ],
)
def test_a_bad_file_is_one_line_and_exit_2(folder: Path, capsys, text: str | None, said: str):
    if text is not None:
        (folder / FILE).write_text(text, encoding="utf-8")
    assert run(["review", "bell.md", "--baseline", FILE]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--reason", " "], ["--reason", "x", "--expires", "soon"]])
def test_a_reason_and_a_real_date_are_asked_for(folder: Path, wrong: list[str]):
    assert run(["baseline", "write", ".", *wrong]) == 2
    assert not (folder / FILE).exists()


def test_the_setting_names_the_file(folder: Path):
    (folder / "lld-agent.toml").write_text(f'baseline = "{FILE}"\n', encoding="utf-8")
    write()
    assert run(["review", "bell.md", *ONLY, "-q"]) == 0


# --diff-base


def test_only_what_is_new_since_a_revision(folder: Path, git, capsys):
    (folder / "bell.md").write_text(TWO, encoding="utf-8")
    assert run(["review", "bell.md", *ONLY, "--diff-base", "HEAD", "-f", "json"]) == 1
    out, err = capsys.readouterr()
    data = json.loads(out)
    assert (len(data["findings"]), data["unchanged"]) == (1, 1)
    assert "1 not new" in err
    git("commit", "-qam", "two")
    assert run(["review", "bell.md", *ONLY, "--diff-base", "HEAD", "-q"]) == 0
    assert run(["review", "bell.md", *ONLY, "--diff-base", "HEAD~1", "-q"]) == 1


def test_a_rename_is_followed(folder: Path, git):
    text = ONE + "".join(f"\nA paragraph about bell number {n}.\n" for n in range(9))
    (folder / "bell.md").write_text(text, encoding="utf-8")
    git("commit", "-qam", "long")
    (folder / "docs").mkdir()
    git("mv", "bell.md", "docs/chime.md")
    assert run(["review", "docs/chime.md", *ONLY, "--diff-base", "HEAD", "-q"]) == 0


def test_a_document_that_was_not_there_is_new(folder: Path, git):
    (folder / "b.md").write_text(ONE, encoding="utf-8")
    assert run(["review", "b.md", *ONLY, "--diff-base", "HEAD", "-q"]) == 1


def test_a_suppression_taken_away_makes_a_finding_new(folder: Path, git):
    (folder / "bell.md").write_text(
        ONE.replace("TBD", "TBD <!-- lld: ignore STR003 -- in May -->"), encoding="utf-8"
    )
    git("commit", "-qam", "quiet")
    (folder / "bell.md").write_text(ONE, encoding="utf-8")
    assert run(["review", "bell.md", *ONLY, "--diff-base", "HEAD", "-q"]) == 1


def test_neighbours_are_those_of_the_revision(folder: Path, git):
    text = "# Bells\n\n[there](other/there.md)\n\n[gone](gone.md)\n"
    (folder / "bell.md").write_text(text, encoding="utf-8")
    (folder / "other").mkdir()
    (folder / "other" / "there.md").write_text("# There\n", encoding="utf-8")
    (folder / "gone.md").write_text("# Gone\n", encoding="utf-8")
    git("add", "-A")
    git("commit", "-qm", "links")
    (folder / "gone.md").unlink()
    links = ["--select", "STR010", "--fail-on", "info", "-q", "--diff-base", "HEAD"]
    assert run(["review", "bell.md", *links]) == 1


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "HEAD:bell.md", ""])
def test_a_ref_that_is_no_commit_is_one_line_and_exit_2(folder: Path, git, capsys, ref: str):
    assert run(["review", "bell.md", f"--diff-base={ref}"]) == 2
    assert "git knows no commit" in capsys.readouterr().err
    assert {path.name for path in folder.iterdir()} == {".git", "bell.md"}


def test_without_a_repository_it_says_so(folder: Path, capsys, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    assert run(["review", "bell.md", "--diff-base", "HEAD"]) == 2
    assert "needs a git repository" in capsys.readouterr().err
