"""Which variable holds a key, and where a key may go."""

import pytest

from lld_agent.llm.keys import Key, key_of, key_variable, own_key, server_key


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("openai/gpt-5.2", "OPENAI_API_KEY"),
        ("gpt-5.2", "OPENAI_API_KEY"),
        ("nobody-knows", "OPENAI_API_KEY"),
        ("anthropic/claude-sonnet-5", "ANTHROPIC_API_KEY"),
        ("claude-sonnet-5", "ANTHROPIC_API_KEY"),
        ("gemini/gemini-2.5-pro", "GEMINI_API_KEY"),
        ("azure/my-deployment", "AZURE_API_KEY"),
        ("together_ai/x/y", "TOGETHERAI_API_KEY"),
        ("my-provider/x", "MY_PROVIDER_API_KEY"),
        ("ollama/llama3", ""),
        ("lm_studio/x", ""),
    ],
)
def test_variables_as_litellm_names_them(model, variable):
    assert key_variable(model) == variable


def test_the_providers_own_variable_comes_first():
    both = {"OPENAI_API_KEY": "a", "LLD_API_KEY_OPENAI": "b"}
    assert key_of("openai/gpt-5.2", "", both).found == "OPENAI_API_KEY"
    assert own_key("openai/gpt-5.2", both) is None
    ours = {"OPENAI_API_KEY": " ", "LLD_API_KEY_OPENAI": "b"}
    assert key_of("openai/gpt-5.2", "", ours) == Key(
        "OPENAI_API_KEY", "LLD_API_KEY_OPENAI", needed=True
    )
    assert own_key("openai/gpt-5.2", ours) == "b"
    assert own_key("my-provider/x", {"LLD_API_KEY_MY_PROVIDER": "c"}) == "c"
    assert own_key("anthropic/claude-sonnet-5", ours) is None


def test_credentials_of_the_machine_are_not_called_missing():
    assert not key_of("bedrock/anthropic.claude", "", {}).needed
    assert key_of("bedrock/anthropic.claude", "", {"AWS_PROFILE": "p"}).found == "AWS_PROFILE"


def test_local_servers_need_no_key():
    assert not key_of("x", "http://localhost:1/v1", {}).needed
    assert key_of("x", "https://gateway.example.com/v1", {}) == Key(
        "LLD_AGENT_API_KEY", "", needed=True
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://gateway.example.com/v1",
        "http://localhost:8000/v1",
        "https://openai.com.example.com/v1",
        "https://example.com/openai.com/",
        "http://api.openai.com/v1",
        "https://notopenai.com/v1",
    ],
)
def test_openais_key_goes_to_openai_only(url):
    # A base URL may come from a file of a project that somebody else wrote.
    assert server_key(url, {"OPENAI_API_KEY": "secret"}) == ""
    assert server_key(url, {"OPENAI_API_KEY": "secret", "LLD_AGENT_API_KEY": "own"}) == "own"


def test_openai_gets_its_key():
    assert server_key("https://api.openai.com/v1", {"OPENAI_API_KEY": "secret"}) == "secret"
    assert server_key("https://eu.api.openai.com/v1", {"OPENAI_API_KEY": "secret"}) == "secret"
