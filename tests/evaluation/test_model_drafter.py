"""`eval run --drafter model` over real HTTP on loopback: repeats, money, crashes, records."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.cli.drafting import stage_of, stub
from tests.evaluation.standins import make
from tests.llm.fake_server import CANARY, FakeServer, Fault, minimal
from tests.llm.rig import FakeTime

from lld_agent.app import models
from lld_agent.cli.run import run
from lld_agent.evaluation.purse import Purse
from lld_agent.evaluation.results import read_results


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLD_AGENT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("LLD_AGENT_API_KEY", CANARY)
    monkeypatch.setattr(models, "CLOCK", FakeTime().clock)
    make(tmp_path / "evals" / "golden", "webhook-relay")
    return tmp_path


def answers(body):
    step = stub(stage_of(body), body)
    return minimal(body) if step is None else step


def evaluated(server: FakeServer, *more: str) -> int:
    where = ["--model", "openai/test", "--base-url", server.base_url]
    return run(["eval", "run", "--drafter", "model", "-o", "results.json", *where, *more])


def test_each_repeat_is_asked_and_counted(folder: Path, capsys):
    with FakeServer(answers) as server:
        assert evaluated(server, "--repeats", "2") == 0, capsys.readouterr().err
        first = len(server.bodies)
        [document] = read_results(folder / "results.json").documents
        calls = [run.score.metrics["calls"] for run in document.runs]
        assert calls[0] == calls[1] > 10  # the second is not read from the cache of the first
        assert sum(calls) == first
        assert evaluated(server, "--repeats", "2") == 0
        assert len(server.bodies) == first  # done before: all from the caches
    [document] = read_results(folder / "results.json").documents
    for one in document.runs:
        assert one.score.metrics["calls"] == 0
        assert one.score.metrics["schema.after_reask"] == 1
        assert one.score.metrics["grounding.broken_quotes"] == 0
    runs = list((folder / ".lld-agent" / "runs").glob("*eval-webhook-relay-*"))
    assert len(runs) == 4
    out, err = capsys.readouterr()
    everything = "".join(p.read_text("utf-8", "replace") for p in folder.rglob("*") if p.is_file())
    assert CANARY not in everything + out + err


def test_answers_of_the_wrong_form_lower_validity(folder: Path):
    wrong = {"left": 1}

    def answer(body):
        if stage_of(body) == "section" and wrong["left"]:
            wrong["left"] -= 1
            return "this is no JSON"
        return answers(body)

    with FakeServer(answer) as server:
        assert evaluated(server) == 0
    [document] = read_results(folder / "results.json").documents
    assert 0.8 < document.value("schema.first_try") < 1
    assert document.value("schema.after_reask") == 1


def test_a_part_without_an_answer_is_named_and_a_run_without_a_spine_crashes(folder: Path, capsys):
    def no_sections(body):
        return Fault("status", 400) if stage_of(body) == "section" else answers(body)

    with FakeServer(no_sections) as server:
        assert evaluated(server) == 0
    [document] = read_results(folder / "results.json").documents
    assert len(document.runs[0].score.details.failed) > 5
    with FakeServer(lambda _: Fault("status", 400)) as server:
        assert evaluated(server, "--repeats", "2") == 1
    [document] = read_results(folder / "results.json").documents
    assert any(one.error for one in document.runs)
    crashed = next(one for one in document.runs if one.error)
    assert crashed.score.metrics["rendered"] == crashed.score.metrics["rows.f1"] == 0
    assert "crashed: webhook-relay run" in capsys.readouterr().out


def test_a_purse_never_lends_more_than_there_is():
    purse = Purse(Decimal(10), 4)
    with purse.lent() as one, purse.lent() as two:
        assert (one.amount, two.amount) == (Decimal("2.5"), Decimal("2.5"))
        one.used, two.used = Decimal(1), None  # the second does not know: then all of it is gone
    with purse.lent() as three:
        assert three.amount == (Decimal(10) - Decimal(1) - Decimal("2.5")) / 2
        three.used = Decimal(0)
    with purse.lent() as four:
        assert four.amount == Decimal("6.5")
    with Purse(None, 3).lent() as free:
        assert free.amount is None
