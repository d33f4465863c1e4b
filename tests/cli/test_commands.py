"""The command line, in process: what it prints where, and how it ends."""

import json
from pathlib import Path

import pytest

from lld_agent.cli.run import run

DESIGN = """# lockers - Low-Level Design

## 8. Configuration

### 8.1 Environment Variables

| Variable | Required | Default | Description | Sensitive |
|---|---|---|---|---|
| `SIGNING_SECRET` | No | `changeme` | Signs codes | Yes |
"""
PRD = "# PRD: Bell\n\n## Requirements\n\n- **B-1** The bell must ring within 2 s.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "LLD_AGENT_SELECT", "SOURCE_DATE_EPOCH"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "design.md").write_text(DESIGN, encoding="utf-8")
    (tmp_path / "prd.md").write_text(PRD, encoding="utf-8")
    return tmp_path


def test_a_finding_exits_1_and_quotes_its_line(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["review", "design.md", "--select", "CFG002"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(
        "design.md:9:27: error CFG002 SIGNING_SECRET is marked sensitive but has the default changeme\n"
    )
    assert "  9 | | `SIGNING_SECRET` | No | `changeme` | Signs codes | Yes |\n" in out
    assert err == "1 finding (1 error) in 1 document; 1 rule ran\n"


def test_fail_on_never_exits_0(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["review", "design.md", "--select", "CFG002", "--fail-on", "never", "-q"]) == 0
    assert capsys.readouterr().err == ""


def test_json_has_the_keys_of_the_contract(folder: Path, capsys: pytest.CaptureFixture[str]):
    chosen = ["CFG001", "CFG002", "CFG003"]
    run(["review", "design.md", "--format", "json", "--select", ",".join(chosen)])
    data = json.loads(capsys.readouterr().out)
    assert {"schema_version", "findings", "suppressed", "coverage", "usage"} <= data.keys()
    first = data["findings"][0]
    assert {
        "fingerprint",
        "rule",
        "severity",
        "path",
        "line",
        "end_line",
        "message",
        "quote",
    } <= first.keys()
    assert (first["line"], first["quote"]) == (
        9,
        "| `SIGNING_SECRET` | No | `changeme` | Signs codes | Yes |",
    )
    assert data["coverage"]["rules_run"] == ["CFG002", "CFG003"]
    ((skipped, reason),) = data["coverage"]["rules_skipped"]
    assert (skipped, bool(reason)) == ("CFG001", True)  # this design follows no template


def test_several_formats_in_one_run(folder: Path, capsys: pytest.CaptureFixture[str]):
    run(["review", "design.md", "-f", "concise", "-f", "jsonl:out.jsonl", "--select", "CFG002"])
    assert capsys.readouterr().out.count("\n") == 1
    lines = (folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["rule"] for line in lines] == ["CFG002"]


def test_standard_input_has_a_name(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    feed(monkeypatch, DESIGN.encode())
    assert (
        run(["review", "-", "--stdin-filename", "other.md", "--select", "CFG002", "-f", "concise"])
        == 1
    )
    assert capsys.readouterr().out.startswith("other.md:9:")


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    import io  # noqa: PLC0415
    import sys  # noqa: PLC0415

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_a_folder_is_searched_and_gitignore_honoured(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("build/\n", encoding="utf-8")
    for name in ("build/a.md", "docs/b.md", "docs/c.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(DESIGN, encoding="utf-8")
    run(["review", ".", "--select", "CFG002", "-f", "concise"])
    paths = [line.split(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert paths == ["design.md", "docs/b.md"]


def test_statistics_counts_per_rule(folder: Path, capsys: pytest.CaptureFixture[str]):
    run(["review", "design.md", "--statistics", "--select", "CFG002"])
    assert capsys.readouterr().out == "     1  CFG002  error    secret-default\n"


def test_draft_writes_both_files_and_says_what_it_did(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["draft", "prd.md", "-o", "out.md", "--date", "2026-01-02"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "without a language model" in err
    assert (folder / "out.md").read_text(encoding="utf-8").startswith("# Bell - Low-Level Design\n")
    assert (
        json.loads((folder / "out.lld.json").read_text(encoding="utf-8"))["template"] == "service"
    )


def test_draft_prints_the_design_without_an_output(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["draft", "prd.md", "--template", "module", "-q"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("# Low-Level Design (LLD)\n")
    assert err == ""


@pytest.mark.parametrize(
    "flag",
    [
        ["--base-url", "http://localhost:1/v1"],
        ["--max-cost", "2"],
        ["--max-tokens", "9"],
        ["--ask"],
    ],
)
def test_what_needs_a_model_says_so_without_one(
    folder: Path, flag: list[str], capsys: pytest.CaptureFixture[str]
):
    assert run(["draft", "prd.md", "--isolated", *flag]) == 2
    assert flag[0] in capsys.readouterr().err


@pytest.mark.parametrize("flag", [["--replay", "r"], ["--resume"]])
def test_a_run_that_is_not_there_is_named(
    folder: Path,
    flag: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.chdir(folder)
    assert run(["draft", "prd.md", "--isolated", *flag]) == 2
    assert "run" in capsys.readouterr().err


def test_a_dry_run_needs_no_model(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["draft", "prd.md", "--isolated", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "machine_learning" in out
    assert "?" in out


def test_review_with_llm_needs_a_model(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["review", "design.md", "--llm"]) == 2
    assert "no model is named" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["review", "nope.md"], "nope.md does not exist"),
        (["review", "design.md", "--select", "API01X"], "no rule fits"),
        (["review", "design.md", "--format", "xml"], "no format 'xml'"),
        (["review", "design.md", "--fail-on", "fatal"], "fail-on"),
        (["review", "design.md", "--colour"], "No such option"),
        (["revew", "design.md"], "No such command"),
        (["review"], "Missing argument"),
        (["template", "show", "nope"], "no template 'nope'"),
        (["explain", "API999"], "no rule 'API999'"),
        (["draft", "prd.md", "-o", "prd.md"], "replace its own requirements"),
        (["draft", "prd.md", "-o", "no/such/x.md"], "does not exist"),
        (["draft", "prd.md", "--template", "nope"], "template"),
        (["review", "design.md", "--config", "nope.toml"], "nope.toml"),
    ],
)
def test_usage_errors_are_one_line_with_a_hint(
    folder: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
):
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert says in err
    assert "Traceback" not in err
    assert {path.name for path in folder.iterdir()} == {"design.md", "prd.md"}


def test_an_error_nobody_foresaw_exits_2(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("lld_agent.app.review_paths", broken)
    assert run(["review", "design.md"]) == 2
    err = capsys.readouterr().err
    assert "internal error: RuntimeError: boom" in err
    assert "Traceback" not in err


def test_interrupted_exits_130(folder: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lld_agent.app.review_paths", interrupted)
    assert run(["review", "design.md"]) == 130


def test_a_broken_rule_is_told_and_exits_2(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    from lld_agent.rules.cfg_configuration.secret_default import SecretDefault  # noqa: PLC0415

    def broken(*_: object) -> None:
        raise ValueError("boom")

    monkeypatch.setattr(SecretDefault, "check", broken)
    assert run(["review", "design.md", "--select", "CFG002"]) == 2
    assert "rule CFG002 broke on design.md: ValueError: boom" in capsys.readouterr().err


def test_rules_templates_and_pages_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["rules", "--format", "json"]) == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert {"id", "name", "severity", "tier"} <= rules[0].keys()
    assert run(["explain", "sta001"]) == 0
    assert capsys.readouterr().out.startswith("# STA001 state-enum-drift\n")
    assert run(["template", "show", "service", "--format", "json-schema"]) == 0
    assert json.loads(capsys.readouterr().out)["type"] == "object"
    assert run(["template", "list"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("service")


def test_settings_come_from_file_environment_and_flags(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (folder / "lld-agent.toml").write_text(
        'select = ["STR"]\n[severity]\nCFG002 = "warning"\n', encoding="utf-8"
    )
    run(["review", "design.md", "-f", "concise"])
    assert "CFG002" not in capsys.readouterr().out
    monkeypatch.setenv("LLD_AGENT_SELECT", "CFG002")
    assert run(["review", "design.md", "-f", "concise"]) == 0
    assert "warning CFG002" in capsys.readouterr().out
    run(["config", "show"])
    assert "select = ['CFG002']  # LLD_AGENT_SELECT" in capsys.readouterr().out
    assert run(["review", "design.md", "--isolated", "-f", "concise"]) == 1


def test_an_unknown_key_is_an_error_with_a_suggestion(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "lld-agent.toml").write_text('selct = ["STR"]\n', encoding="utf-8")
    assert run(["review", "design.md"]) == 2
    assert "unknown key selct\nhint: did you mean select?" in capsys.readouterr().err


def test_text_of_documents_cannot_move_the_cursor(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "design.md").write_text(
        DESIGN.replace("changeme", "x\x1b[2J\u202ey"), encoding="utf-8"
    )
    run(["review", "design.md", "--select", "CFG002"])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert r"\x1b[2J\u202e" in out


@pytest.mark.parametrize("flags", [[], ["--debug"]])
def test_an_error_that_quotes_a_key_does_not_print_it(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    flags: list[str],
):
    canary = "cnry-7f3a91d2c4-do-not-leak"
    monkeypatch.setenv("OPENAI_API_KEY", canary)

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError(f"refused: {canary}")

    monkeypatch.setattr("lld_agent.config.load.load_settings", broken)
    assert run([*flags, "config", "show"]) == 2
    out, err = capsys.readouterr()
    assert "RuntimeError: refused: [redacted]" in err
    assert canary not in out + err


@pytest.mark.parametrize(
    ("shape", "begins"),
    [
        ("text", "design.md: threats\n"),
        ("json", '{\n  "path": "design.md"'),
        ("mermaid", "flowchart LR\n"),
        ("markdown", "# Threats of design.md\n"),
    ],
)
def test_threats_in_every_format(
    folder: Path, capsys: pytest.CaptureFixture[str], shape: str, begins: str
):
    assert run(["threats", "design.md", "--format", shape]) == 0
    assert capsys.readouterr().out.startswith(begins)


def test_review_explains_threats_on_demand(folder: Path, capsys: pytest.CaptureFixture[str]):
    run(["review", "design.md", "--explain-threats", "-q"])
    assert (
        "T16 a malicious file through ...: there is no upload of files" in capsys.readouterr().out
    )
    run(["review", "design.md", "-q"])
    assert "T16" not in capsys.readouterr().out


def test_a_format_of_threats_that_is_none_exits_2(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["threats", "design.md", "--format", "xml"]) == 2
    assert "use text, json, mermaid or markdown" in capsys.readouterr().err
