"""Settings of models: from file, environment and flags, checked before anything is asked."""

from decimal import Decimal

import pytest

from lld_agent.config.load import load_settings
from lld_agent.errors import ConfigError


def load(tmp_path, text="", environ=None, **flags):
    (tmp_path / "lld-agent.toml").write_text(text)
    return load_settings(tmp_path, flags, environ=environ or {})


def test_all_of_a_file(tmp_path):
    text = """
model = "openai/gpt-5.2"
fallbacks = ["mistral/large"]
base-url = "http://localhost:8000/v1/"
structured = "strict"
jobs = 2
timeout = 30
max-cost = 2.5
max-tokens = 100000
cache-dir = "/tmp/x"
[models]
critic = "anthropic/claude-sonnet-5"
"""
    found = load(tmp_path, text).settings
    assert (found.model_for("section"), found.model_for("critic")) == (
        "openai/gpt-5.2",
        "anthropic/claude-sonnet-5",
    )
    assert (found.base_url, found.max_cost, found.fallbacks) == (
        "http://localhost:8000/v1",
        Decimal("2.5"),
        ("mistral/large",),
    )


def test_environment_over_file_and_flag_over_both(tmp_path):
    environ = {
        "LLD_AGENT_MODEL": "b",
        "LLD_AGENT_MODELS": "spine=x, critic=y",
        "LLD_AGENT_FALLBACKS": "f, g",
        "LLD_AGENT_MAX_COST": "0.10",
    }
    found = load(tmp_path, 'model = "a"\njobs = 3', environ)
    assert (found.settings.model, found.settings.models, found.settings.fallbacks) == (
        "b",
        {"spine": "x", "critic": "y"},
        ("f", "g"),
    )
    assert found.settings.max_cost == Decimal("0.10")
    assert found.origins["model"] == "LLD_AGENT_MODEL"
    assert load(tmp_path, "", environ, model="c").settings.model == "c"


def test_keys_and_switches_are_no_settings_and_empty_variables_say_nothing(tmp_path):
    environ = {
        "LLD_AGENT_API_KEY": "k",
        "LLD_AGENT_DEBUG": "1",
        "LLD_AGENT_OFFLINE": "1",
        "LLD_AGENT_MAX_COST": "",
        "LLD_API_KEY_OPENAI": "k",
    }
    assert load(tmp_path, "", environ).origins == {}


@pytest.mark.parametrize(
    "text",
    ['modle = "a"', "jobs = 0", "timeout = 0", "max-cost = -1", "max-cost = nan", 'structured = "yes"', 'base-url = "localhost:8000"', 'base-url = "file:///etc"', "[models]\nsections = 'x'", "max-tokens = 1.5", 'api-key = "k"'],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path, text):
    with pytest.raises(ConfigError, match=r"lld-agent\.toml: "):
        load(tmp_path, text)


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path):
    with pytest.raises(ConfigError, match="no user and password") as raised:
        load(tmp_path, 'base-url = "https://u:cnry-7f3a91d2c4@host/v1"')
    assert "cnry" not in raised.value.message + raised.value.hint
