"""`lld-agent runs`: what is there, and one of them."""

import json
from decimal import Decimal

import pytest

from lld_agent.cli.run import run
from lld_agent.model.redaction import Redactor
from lld_agent.model.usage import Usage
from lld_agent.store.runs import RunStore


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with RunStore(tmp_path, Redactor()).begin("prd.md") as one:
        used = Usage(requests=1, tokens_in=1000, tokens_out=50, cost=Decimal("0.5"))
        one.append(
            {"event": "run.started", "command": "draft", "source": "prd.md", "output": "d.md"}
        )
        one.append(
            {"event": "model.call", "attempt": 1, "model": "m", "usage": used, "answer": "{}"}
        )
        one.append(
            {"event": "model.outcome", "stage": "spine", "model": "m", "usage": used, "seconds": 2}
        )
        one.append(
            {
                "event": "model.outcome",
                "stage": "section",
                "subject": "api",
                "failure": "length",
                "message": "cut\x1b[2J",
            }
        )
        one.append({"event": "run.finished", "exit_code": 3})
    return one


def test_list(recorded, capsys):
    assert run(["runs", "list"]) == 0
    assert capsys.readouterr().out == f"{recorded.id}  incomplete  draft prd.md  1 request, $0.50\n"
    assert run(["runs", "list", "--format", "json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["runs"]
    assert (found["id"], found["state"], found["usage"]["cost"]) == (
        recorded.id,
        "incomplete",
        "0.5",
    )


def test_show(recorded, capsys):
    assert run(["runs", "show", "latest"]) == 0
    out = capsys.readouterr().out
    assert f"resume: the same command with --resume {recorded.id}\n" in out
    assert "- spine: answered, m, 1,000 tokens in (0 cached), 50 out, $0.50, 2.0 s\n" in out
    assert "- section api: length: cut\\x1b[2J\n" in out
    assert run(["runs", "show", recorded.id, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["events"][0]["event"] == "run.started"
    assert data["requests"] == 1


def test_none_there(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["runs", "list"]) == 0
    assert "no runs in " in capsys.readouterr().err
    assert run(["runs", "show", "x"]) == 2
    assert "there is no run 'x'" in capsys.readouterr().err
    assert run(["runs", "list", "--format", "xml"]) == 2
