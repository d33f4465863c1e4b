"""What is wrong is found, says how to mend it, and decides the exit code."""

from dataclasses import replace

import pytest

from lld_agent.config.settings import Settings
from lld_agent.doctor.checks import State, Surroundings, asked, examine, exit_code
from lld_agent.doctor.models import configured
from lld_agent.doctor.text import checks_text

CANARY = "cnry-7f3a91d2c4-do-not-leak"
KEYED = {"OPENAI_API_KEY": CANARY}


@pytest.fixture
def around(tmp_path):
    return Surroundings(
        tmp_path,
        {},
        lambda _name: "1.105.3",
        lambda _name: ["litellm/main.py"],
        (tmp_path,),
        lambda name: f"/bin/{name}",
    )


@pytest.fixture
def settings(tmp_path):
    return Settings(cache_dir=str(tmp_path / "cache"))


def failures(settings, around):
    return [check for check in examine(settings, around) if check.state is State.FAILED]


def test_a_sound_installation(settings, around):
    checks = list(examine(settings, around))
    assert failures(settings, around) == []
    assert exit_code(checks) == 0
    assert "note  model: none is set" in checks_text(checks)
    assert "ok    templates: service, module" in checks_text(checks)


@pytest.mark.parametrize("version", ["1.82.7", "1.82.8"])
def test_stolen_releases(settings, around, version):
    (found,) = failures(settings, replace(around, version_of=lambda _name: version))
    assert version in found.message
    assert "replace every key" in found.fix
    assert exit_code([found]) == 2


def test_files_that_run_at_start(settings, around, tmp_path):
    (found,) = failures(settings, replace(around, files_of=lambda _name: ["litellm_init.pth"]))
    assert "litellm_init.pth" in found.message
    (tmp_path / "litellm_init.pth").write_text("import os")
    assert len(failures(settings, around)) == 1


def test_a_package_that_is_missing(settings, around):
    (found,) = failures(
        settings, replace(around, version_of=lambda name: None if name == "openai" else "1.0")
    )
    assert (found.name, found.message) == ("packages", "not installed: openai")


def test_a_missing_key_names_the_variable_and_exits_4(settings, around):
    settings = settings.model_copy(update={"model": "openai/gpt-5.2"})
    (found,) = failures(settings, around)
    assert (found.message, found.fix) == ("OPENAI_API_KEY is not set", "set OPENAI_API_KEY")
    assert exit_code([found]) == 4
    checks = list(examine(settings, replace(around, environ=KEYED)))
    assert exit_code(checks) == 0
    assert CANARY not in checks_text(checks)


def test_a_limit_that_cannot_be_kept(settings, around):
    settings = Settings(model="nobody/x", max_cost=1, cache_dir=settings.cache_dir)
    found = failures(settings, replace(around, environ={"NOBODY_API_KEY": CANARY}))
    assert [check.name for check in found] == ["max-cost"]
    assert "--max-tokens" in found[0].fix


def test_places_that_cannot_be_written(around, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / ".lld-agent").write_text("")
    found = failures(Settings(cache_dir=str(tmp_path / "file" / "x")), around)
    assert [check.name for check in found] == ["cache", "run records"]
    assert all(check.fix for check in found)


def test_no_git_is_a_note(settings, around):
    checks = list(examine(settings, replace(around, tool=lambda _name: None)))
    assert exit_code(checks) == 0
    assert "note  git: not found" in checks_text(checks)


def test_models_once_each_with_their_stages():
    settings = Settings(
        model="openai/gpt-5.2",
        models={"critic": "ollama/llama3"},
        fallbacks=("ollama/llama3", "nobody/x"),
    )
    rows = configured(settings, KEYED)
    assert [(row.model, row.stages) for row in rows] == [
        ("openai/gpt-5.2", ("extract", "spine", "section", "patch", "verify", "judge")),
        ("ollama/llama3", ("critic", "fallback")),
        ("nobody/x", ("fallback",)),
    ]
    assert [row.key_present for row in rows] == [True, None, False]
    assert rows[1].prices["input"] == "local"
    assert set(rows[2].prices.values()) == {"?"}
    assert configured(Settings(), KEYED) == ()


def test_answers_of_models_become_checks():
    (row,) = configured(Settings(model="openai/gpt-5.2"), KEYED)
    assert list(asked([row])) == []
    refused = row.model_copy(
        update={
            "reachable": False,
            "problem": "the key was refused (401)",
            "fix": "set it",
            "kind": "credentials",
        }
    )
    assert exit_code(asked([refused])) == 4
    down = row.model_copy(update={"reachable": False, "problem": "down", "kind": "connection"})
    assert exit_code(asked([down])) == 2
    assert exit_code(asked([row.model_copy(update={"reachable": True})])) == 0
