"""Every fault once through the real litellm, and what only litellm does. Its import takes 5 s."""

import os
import re
import sys
from collections.abc import Iterator
from importlib.metadata import distribution, version
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.llm.fake_server import CANARY, FakeServer
from tests.llm.faults import CASES, GOOD, Case, play
from tests.llm.rig import Rig, question

from lld_agent.llm.guard import litellm_module
from lld_agent.llm.litellm_transport import LiteLLMTransport
from lld_agent.llm.policy import Models, Policy
from lld_agent.llm.request import FailureKind

STOLEN = {"1.82.7", "1.82.8"}
LOCKS = Path(__file__).parents[2] / "requirements"


class Connections:
    """Whom this process connects to, names that it looks up among them."""

    def __init__(self) -> None:
        self.watching = False
        self.seen: list[Any] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.watching and event in {"socket.connect", "socket.getaddrinfo"}:
            where = arguments[1] if event == "socket.connect" else arguments[0]
            self.seen.append(where[0] if isinstance(where, tuple) else where)


@pytest.fixture(scope="module")
def connections() -> Connections:
    return Connections()


@pytest.fixture(scope="module")
def litellm(connections: Connections) -> ModuleType:
    connections.watching = True
    return litellm_module()


@pytest.fixture(autouse=True)
def nobody_else_is_reached(connections: Connections, litellm: ModuleType) -> Iterator[None]:
    connections.watching = True
    yield
    connections.watching = False
    assert set(connections.seen) <= {"127.0.0.1"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fault(case: Case, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture):
    play(case, lambda url: LiteLLMTransport(url, CANARY), "openai/fake-1")
    assert capfd.readouterr() == ("", "")
    assert CANARY not in caplog.text


def test_switches_are_set(litellm: ModuleType):
    assert os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] == "True"
    assert os.environ["LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS"] == "True"
    assert litellm.suppress_debug_info
    assert litellm.disable_hf_tokenizer_download


def test_import_is_watched_by_this_module(connections: Connections):
    # Otherwise the fixture above would prove nothing.
    assert connections.watching
    with FakeServer() as server:
        Rig(LiteLLMTransport(server.base_url, CANARY), models=Models("openai/f")).ask(question())
    assert "127.0.0.1" in connections.seen


@pytest.mark.parametrize("wire", ["strict", "prompt"])
def test_request_is_the_same_as_without_litellm(wire: Any):
    from lld_agent.llm.openai_transport import OpenAITransport  # noqa: PLC0415

    with FakeServer() as server:
        for transport, model in (
            (LiteLLMTransport(server.base_url, CANARY), "openai/fake-1"),
            (OpenAITransport(server.base_url, CANARY), "fake-1"),
        ):
            Rig(transport, models=Models(model), policy=Policy(wire=wire)).ask(question())
    first, second = server.bodies
    assert first == second


@pytest.mark.parametrize(
    ("model", "variable"),
    [
        ("openai/gpt-5.2", "OPENAI_API_KEY"),
        ("gpt-5.2", "OPENAI_API_KEY"),
        ("anthropic/claude-sonnet-5", "ANTHROPIC_API_KEY"),
        ("gemini/gemini-3.1-pro", "GEMINI_API_KEY"),
    ],
)
def test_no_key_names_the_variable(model: str, variable: str, monkeypatch: pytest.MonkeyPatch):
    for name in [*os.environ]:
        if name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    with FakeServer() as server:
        (outcome,) = Rig(LiteLLMTransport(server.base_url), models=Models(model)).ask(question())
    assert server.requests == 0
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.CREDENTIALS
    assert variable in outcome.failure.hint
    assert outcome.attempts == 1


def test_server_that_is_not_there():
    with FakeServer() as server:
        url = server.base_url
    (outcome,) = Rig(LiteLLMTransport(url, CANARY), models=Models("mistral/m")).ask(question())
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.CONNECTION


def test_provider_that_does_not_exist():
    with FakeServer() as server:
        rig = Rig(LiteLLMTransport(server.base_url, CANARY), models=Models("nobody/fake-1"))
        (outcome,) = rig.ask(question())
    assert server.requests == 0
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.MODEL


def ask_claude(model: str, **policy: Any) -> tuple[Any, Any]:
    with FakeServer(lambda _body: GOOD) as server:
        url = server.base_url.removesuffix("/v1")
        rig = Rig(LiteLLMTransport(url, CANARY), models=Models(model), policy=Policy(**policy))
        (outcome,) = rig.ask(question())
    assert server.paths == ["/v1/messages"]
    return outcome, server.bodies[0]


def test_claude_gets_a_schema_and_a_cache_breakpoint():
    outcome, body = ask_claude("anthropic/claude-sonnet-5", wire="strict")
    assert outcome.value is not None
    assert body["output_format"]["type"] == "json_schema"
    assert body["output_format"]["schema"]["additionalProperties"] is False
    assert "tools" not in body
    assert [part["text"] for part in body["system"]] == ["You draft."]
    marked = [part for message in body["messages"] for part in message["content"]]
    assert [part.get("cache_control") for part in marked] == [{"type": "ephemeral"}, None]
    assert [part["text"] for part in marked] == ["The PRD.", "Fill section a1."]
    usage = outcome.usage
    assert (usage.tokens_in, usage.tokens_cached, usage.tokens_written) == (100, 60, 30)


def test_claude_in_prompt_mode_has_no_schema_before_the_breakpoint():
    outcome, body = ask_claude("anthropic/claude-sonnet-5", wire="prompt")
    assert outcome.value is not None
    assert {"output_format", "tools"}.isdisjoint(body)
    assert "JSON schema" in body["messages"][0]["content"][-1]["text"]


# What comes into the house


def test_litellm_is_not_one_of_the_stolen_versions():
    assert version("litellm") not in STOLEN
    for lock in LOCKS.glob("*.lock"):
        locked = set(re.findall(r"^litellm==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
        assert locked.isdisjoint(STOLEN)


def test_litellm_runs_nothing_at_the_start_of_python():
    files = distribution("litellm").files or []
    assert files
    assert not [file for file in files if file.suffix == ".pth"]
