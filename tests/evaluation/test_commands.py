"""`lld-agent eval`: run, compare, gate, report, review, adjudicate, in process."""

import json
from pathlib import Path

import pytest
from tests.evaluation.standins import make

from lld_agent.cli.run import run
from lld_agent.errors import InputError
from lld_agent.evaluation.results import read_results
from lld_agent.evaluation.reviews import read_reviews, stability_of
from lld_agent.evaluation.verdicts import Precision, precision, read_verdicts


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "evals" / "golden", "webhook-relay")
    return tmp_path


def test_run_compare_gate_report(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["eval", "run", "-o", "base.json", "--isolated"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("outline: 1 documents, 1 runs, 0 crashed\n")
    assert "wrote base.json" in err
    found = read_results(folder / "base.json")
    assert 0 < found.values("rows.recall")["webhook-relay"] < 0.3

    assert run(["eval", "gate", "base.json", "base.json"]) == 0
    assert capsys.readouterr().out.startswith("pass\n")

    data = json.loads((folder / "base.json").read_text(encoding="utf-8"))
    data["documents"][0]["runs"][0]["score"]["metrics"]["rows.precision"] = 0.2
    (folder / "worse.json").write_text(json.dumps(data), encoding="utf-8")
    assert run(["eval", "gate", "base.json", "worse.json"]) == 1
    assert capsys.readouterr().out.startswith("fail\n")
    assert run(["eval", "gate", "base.json", "worse.json", "--margin", "1"]) == 0
    assert capsys.readouterr().out.startswith("inconclusive\n")  # one document shows no spread
    assert run(["eval", "gate", "base.json", "worse.json", "--margin", "1", "--strict"]) == 1

    assert run(["eval", "compare", "base.json", "worse.json"]) == 0
    assert "| Row precision | 1.000 | 0.200 | -0.800 |" in capsys.readouterr().out

    assert run(["eval", "report", "worse.json", "--base", "base.json", "--html", "r.html"]) == 0
    assert (folder / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run(["eval", "report", "worse.json"]) == 0
    assert "## Drafts" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["eval", "run", "--golden", "nosuch"], "no golden document"),
        (["eval", "run", "--drafter", "model", "--isolated"], "no model is named"),
        (["eval", "run", "--model", "openai/x"], "exclude each other"),
        (["eval", "run", "-o", "nosuch/x.json"], "nosuch does not exist"),
        (["eval", "report"], "nothing to report"),
        (["eval", "gate", "nosuch.json", "nosuch.json"], "cannot read"),
        (["eval", "report", "--reviews", "nosuch.json"], "no figures of reviews"),
        (["eval", "adjudicate", ".", "--by", "me", "--verdicts", "nosuch"], "no folder nosuch"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(folder, capsys, arguments, said):
    assert run(arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_review_counts_defects_and_findings_on_clean_designs(folder: Path, capsys):
    done = run(["eval", "review", "--op", "MU01", "--most", "1", "--jobs", "1", "-o", "r.json"])
    assert done == 0
    found = read_reviews(folder / "r.json")
    assert [one.id for one in found.operators] == ["MU01"]
    assert found.defects == 1
    assert found.clean[0].document == "webhook-relay"
    assert found.clean[0].words > 3000
    assert sum(found.clean[0].threats.values()) > 3
    out = capsys.readouterr().out
    assert "defects that rules are to find" in out
    assert "Threats expected on these designs: " in out


def test_adjudicate_writes_each_answer_at_once(folder: Path, monkeypatch, capsys):
    design = "# x - Low-Level Design\n\n## 8. Configuration\n\n### 8.1 Environment Variables\n\n| Variable | Required | Default | Description | Sensitive |\n|---|---|---|---|---|\n| `A_SECRET` | No | `changeme` | \x1b[31mSigns | Yes |\n| `B_SECRET` | No | `changeme` | Signs | Yes |\n"
    docs, verdicts = folder / "docs", folder / "verdicts"
    docs.mkdir()
    verdicts.mkdir()
    (docs / "a.md").write_text(design, encoding="utf-8")
    answers = iter(["maybe", "n", "", "it is a placeholder", "s"])
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    call = [
        "eval",
        "adjudicate",
        "docs",
        "--by",
        "Ada",
        "--select",
        "CFG002",
        "--verdicts",
        "verdicts",
    ]
    assert run(call) == 0
    err = capsys.readouterr().err
    assert "2 findings without a verdict" in err
    assert "1 verdicts written" in err
    assert "\x1b" not in err
    [one] = read_verdicts(verdicts).values()
    assert (one.rule, one.document, one.verdict, one.by) == ("CFG002", "a.md", False, "Ada")
    answers = iter(["q"])
    assert run(call) == 0
    assert "1 findings without a verdict" in capsys.readouterr().err


def test_stored_verdicts_of_the_project_are_in_form():
    found = read_verdicts(Path(__file__).parents[2] / "evals" / "verdicts")
    assert len(found) > 200
    assert all(one.reason for one in found.values())


def test_a_line_that_is_no_verdict_is_named(tmp_path: Path):
    (tmp_path / "X.jsonl").write_text('{"rule": "X"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"X\.jsonl:1"):
        read_verdicts(tmp_path)


def test_precision_is_of_judged_findings():
    assert Precision(5, 4, 3).share == 0.75
    assert Precision(5).share is None
    assert (Precision(1, 1, 1) + Precision(2, 1, 0)) == Precision(3, 2, 1)
    assert precision([], {}) == {}


def test_stability_is_the_mean_overlap_of_runs():
    first = {"a": frozenset("xy"), "b": frozenset()}
    second = {"a": frozenset("yz"), "b": frozenset()}
    assert stability_of([first, second]) == pytest.approx((1 / 3 + 1) / 2)
    assert stability_of([first]) is None
