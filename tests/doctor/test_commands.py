"""`models` and `doctor` as commands: offline unless told, and without keys in what they print."""

import json

import pytest
from tests.llm.fake_server import CANARY, FakeServer, Fault

from lld_agent.cli.run import run


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLD_AGENT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("LLD_AGENT_API_KEY", CANARY)
    return tmp_path


def configure(folder, text):
    (folder / "lld-agent.toml").write_text(text)


def test_models_as_text_and_json(folder, capsys):
    configure(folder, 'model = "openai/gpt-5.2"\n[models]\ncritic = "nobody/x"')
    assert run(["models"]) == 0
    out = capsys.readouterr().out
    assert "openai/gpt-5.2  (extract, spine, section, patch, verify, judge)\n" in out
    assert "key     OPENAI_API_KEY: yes" in out
    assert "price   ? in, ? cached, ? written, ? out" in out
    assert run(["models", "--format", "json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["models"]
    assert (first["reachable"], second["key_present"]) == (None, False)
    assert CANARY not in out


def test_no_model(folder, capsys):
    assert run(["models"]) == 0
    assert "no model is set" in capsys.readouterr().err


def test_doctor_says_what_a_wrong_setting_is_and_goes_on(folder, capsys):
    configure(folder, "modle = 'x'")
    assert run(["doctor"]) == 2
    out = capsys.readouterr().out
    assert "FAIL  settings: " in out
    assert "fix: did you mean model?" in out
    assert "ok    rules: " in out


@pytest.mark.parametrize("command", ["models", "doctor"])
def test_online_asks_the_server_once(folder, capsys, command):
    with FakeServer(answer=lambda _body: {}) as server:
        configure(folder, f'model = "some-model"\nbase-url = "{server.base_url}"')
        assert run([command, "--online"]) == 0
        assert len(server.bodies) == 1
    out, err = capsys.readouterr()
    assert "answers" in out
    assert CANARY not in out + err


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (
            Fault("status", 401, message=f"Incorrect API key provided: {CANARY}"),
            4,
            "the key was refused",
        ),
        (Fault("status", 404, message="no such model"), 2, "no such model"),
        (Fault("reset"), 2, "the server cannot be reached"),
    ],
)
def test_online_says_what_is_wrong_without_the_key(folder, capsys, fault, code, said):
    with FakeServer(answer=lambda _body: fault) as server:
        configure(folder, f'model = "some-model"\nbase-url = "{server.base_url}"')
        assert run(["doctor", "--online"]) == code
        assert len(server.bodies) == 1
    out, err = capsys.readouterr()
    assert said in out
    assert "fix: " in out
    assert CANARY not in out + err


def test_a_model_without_a_key_is_not_asked(folder, capsys):
    configure(folder, 'model = "nobody/x"')
    assert run(["models", "--online"]) == 4
    assert "not asked: NOBODY_API_KEY is not set" in capsys.readouterr().out


def test_the_switch_against_requests_holds(folder, capsys):
    configure(folder, 'model = "openai/gpt-5.2"')
    assert run(["models", "--online"]) == 2
    assert "LLD_AGENT_OFFLINE is set" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["models", "doctor"])
def test_there_are_two_formats(command, capsys):
    assert run([command, "--format", "xml"]) == 2
    assert run([command, "--format", "json"]) == 0
    json.loads(capsys.readouterr().out)
