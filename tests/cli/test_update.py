"""`lld-agent update`, and `draft` on a design that is there: files, exit codes, what is never done."""

import json
from pathlib import Path

import pytest
from tests.draft.update.helpers import PRD, swapped

from lld_agent.app.updating import is_edited
from lld_agent.cli.run import run
from lld_agent.sources.discover import discover

DESIGN, RECORD, CONFLICTS = "design.md", "design.lld.json", "design.conflicts.md"
CHANGED = swapped(PRD, "until it is repaired", "until it is replaced")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "prd.md").write_text(PRD, encoding="utf-8")
    assert run(["draft", "prd.md", "-o", DESIGN, "-q"]) == 0
    return tmp_path


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def edit(path: Path, old: str, new: str) -> None:
    path.write_bytes(swapped(path.read_bytes().decode(), old, new).encode())


@pytest.mark.parametrize("command", ["draft", "update"])
def test_the_same_requirements_change_no_byte(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    edit(folder / DESIGN, "watched and restored", "watched, and torn")
    before = files(folder)
    assert run([command, "prd.md", "-o", DESIGN]) == 0
    assert files(folder) == before
    assert capsys.readouterr().err == (
        "the requirements have not changed; design.md stays as it is\n"
    )


@pytest.mark.parametrize("command", ["draft", "update"])
def test_changed_requirements_change_what_rests_on_them(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    edit(folder / DESIGN, "watched and restored", "watched, and torn")
    (folder / "prd.md").write_text(CHANGED, encoding="utf-8")
    assert run([command, "prd.md", "-o", DESIGN]) == 0
    text = (folder / DESIGN).read_text(encoding="utf-8")
    assert "until it is replaced. |" in text
    assert "watched, and torn" in text
    assert not (folder / CONFLICTS).exists()
    err = capsys.readouterr().err
    assert "requirements: 0 added, 1 modified, 0 removed, 0 moved\n" in err
    assert err.endswith("wrote design.md, design.lld.json\n")


def test_a_conflict_exits_1_and_stands_in_a_file_until_it_is_settled(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    edit(folder / DESIGN, "the tool is blocked until it is repaired. |", "we look. |")
    (folder / "prd.md").write_text(CHANGED, encoding="utf-8")
    assert run(["update", "prd.md", "-o", DESIGN, "-q"]) == 1
    assert "we look. |" in (folder / DESIGN).read_text(encoding="utf-8")
    listed = (folder / CONFLICTS).read_text(encoding="utf-8")
    assert "until it is replaced. |" in listed
    assert [path.name for path in discover([folder])] == [DESIGN, "prd.md"]
    assert [path.name for path in discover([f"{folder}/*.md"])] == [DESIGN, "prd.md"]
    before = files(folder)
    assert run(["update", "prd.md", "-o", DESIGN]) == 1
    assert files(folder) == before
    assert "design.conflicts.md still lists conflicts" in capsys.readouterr().err
    (folder / CONFLICTS).unlink()
    assert run(["update", "prd.md", "-o", DESIGN]) == 0


def test_a_plan_says_what_would_come_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    edit(folder / DESIGN, "the tool is blocked until it is repaired. |", "we look. |")
    (folder / "prd.md").write_text(CHANGED, encoding="utf-8")
    before = files(folder)
    assert run(["draft", "prd.md", "-o", DESIGN, "--plan"]) == 1
    out = capsys.readouterr().out
    assert "~ R-" in out
    assert "conflict, changed: Testing Strategy > Edge Case Coverage" in out
    assert run(["update", "prd.md", "-o", DESIGN, "--plan", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [one["change"] for one in data["requirements"]] == ["modified"]
    assert data["impact"][0]["heading"] == "13.3 Edge Case Coverage"
    assert [one["kind"] for one in data["conflicts"]] == ["changed"]
    assert files(folder) == before


def test_a_plan_of_unchanged_requirements_is_empty(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["update", "prd.md", "-o", DESIGN, "--plan", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"schema_version": 1, "unchanged": True}


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (None, "no design.lld.json beside it"),
        ("{", "is not a record that this version reads"),
        ("<<<<<<< HEAD\n{}\n", "is not a record that this version reads"),
        ('{"schema_version": 3}', "is not a record that this version reads"),
    ],
)
def test_a_design_without_its_record_is_left_alone(
    record: str | None, says: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    if record is None:
        (folder / RECORD).unlink()
    else:
        (folder / RECORD).write_text(record, encoding="utf-8")
    (folder / "prd.md").write_text(CHANGED, encoding="utf-8")
    before = files(folder)
    assert run(["draft", "prd.md", "-o", DESIGN]) == 2
    err = capsys.readouterr().err
    assert says in err
    assert "hint: " in err
    assert files(folder) == before


def test_a_record_of_another_version_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]):
    edit(folder / RECORD, '"schema_version": 3', '"schema_version": 9')
    assert run(["update", "prd.md", "-o", DESIGN]) == 2
    assert "has version 9, this program reads 3" in capsys.readouterr().err


def test_a_record_of_another_template_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]):
    edit(folder / RECORD, '"template": "service"', '"template": "module"')
    (folder / "prd.md").write_text(CHANGED, encoding="utf-8")
    assert run(["update", "prd.md", "-o", DESIGN]) == 2
    assert "holds no design of the template" in capsys.readouterr().err


def test_a_design_by_hand_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / DESIGN).write_text("# Ours\n\nAll by hand.\n", encoding="utf-8")
    (folder / "prd.md").write_text(CHANGED, encoding="utf-8")
    before = files(folder)
    assert run(["draft", "prd.md", "-o", DESIGN]) == 2
    assert "is not the design that its .lld.json records" in capsys.readouterr().err
    assert files(folder) == before


def test_force_drafts_anew(folder: Path):
    fresh = files(folder)
    (folder / DESIGN).write_text("# Ours\n", encoding="utf-8")
    (folder / RECORD).unlink()
    assert run(["draft", "prd.md", "-o", DESIGN, "--force", "-q"]) == 0
    assert files(folder) == fresh


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["update", "prd.md", "-o", "none.md"], "none.md does not exist"),
        (["draft", "prd.md", "-o", "none.md", "--plan"], "--plan needs a design"),
        (["update", "prd.md", "-o", "prd.md"], "replace its own requirements"),
        (["update", "prd.md", "-o", DESIGN, "--format", "xml"], "--format cannot be"),
    ],
)
def test_what_does_not_fit_together_exits_2(
    arguments: list[str], says: str, folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(arguments) == 2
    assert says in capsys.readouterr().err


def test_bytes_of_the_file_stay_as_they_were(folder: Path):
    """A byte order mark and line ends of Windows outlive an update."""
    raw = (folder / DESIGN).read_text(encoding="utf-8").replace("\n", "\r\n")
    (folder / DESIGN).write_bytes(b"\xef\xbb\xbf" + raw.encode())
    (folder / "prd.md").write_text(CHANGED, encoding="utf-8")
    assert run(["update", "prd.md", "-o", DESIGN, "-q"]) == 0
    after = (folder / DESIGN).read_bytes()
    assert after.startswith(b"\xef\xbb\xbf# Tool Lending")
    assert b"until it is replaced. |" in after
    assert after.count(b"\n") == after.count(b"\r\n")


def test_hostile_text_of_the_requirements_is_shown_harmless(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    prd = swapped(CHANGED, "two days before", "````\x1b[31m<!-- two days before")
    (folder / "prd.md").write_text(prd, encoding="utf-8")
    edit(folder / DESIGN, "must remind a member two days", "must write to a member two days")
    assert run(["update", "prd.md", "-o", DESIGN]) == 1
    assert "\x1b" not in capsys.readouterr().err
    listed = (folder / CONFLICTS).read_text(encoding="utf-8")
    assert "`````markdown" in listed
    assert "- <!--" not in listed


def test_answers_change_a_design_and_stay_in_later_updates(folder: Path):
    answers = "How long may a member be blocked?: At most 30 days."
    (folder / "answers.yaml").write_text(answers + "\n", encoding="utf-8")
    assert run(["draft", "prd.md", "-o", DESIGN, "--answers", "answers.yaml", "-q"]) == 0
    said = "How long may a member be blocked? At most 30 days."
    assert said in (folder / DESIGN).read_text(encoding="utf-8")
    before = files(folder)
    assert run(["draft", "prd.md", "-o", DESIGN, "--answers", "answers.yaml", "-q"]) == 0
    assert run(["update", "prd.md", "-o", DESIGN, "-q"]) == 0
    assert files(folder) == before
    (folder / "prd.md").write_text(CHANGED, encoding="utf-8")
    assert run(["update", "prd.md", "-o", DESIGN, "-q"]) == 0
    assert said in (folder / DESIGN).read_text(encoding="utf-8")


def test_a_model_does_not_write_over_an_edited_design(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    edit(folder / DESIGN, "watched and restored", "watched, and torn")
    before = files(folder)
    assert run(["draft", "prd.md", "-o", DESIGN, "--model", "openai/x"]) == 2
    assert "design.md is there and not as it was drafted" in capsys.readouterr().err
    assert files(folder) == before


@pytest.mark.parametrize("change", ["watched, and torn", ""])
def test_a_design_is_edited_from_its_first_changed_word(change: str, folder: Path):
    assert not is_edited(folder / DESIGN)
    edit(folder / DESIGN, "watched and restored", change)
    assert is_edited(folder / DESIGN)
