"""Every schema that is sent is legal in strict mode everywhere; and the fake would tell."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import BaseModel
from tests.llm.fake_server import CANARY, FakeServer
from tests.llm.rig import Rig, Rows, question
from tests.llm.strictness import complaint, illegal

from lld_agent.critics.wire import CriticAnswer, Verdict
from lld_agent.draft.stages.extract import Extraction
from lld_agent.draft.stages.patch import Patch
from lld_agent.draft.stages.sections import groups
from lld_agent.draft.stages.spine import Spine
from lld_agent.llm.complaints import trimmed
from lld_agent.llm.openai_transport import OpenAITransport
from lld_agent.llm.shape import needs_breakpoint, response_format
from lld_agent.model.wire import Wire
from lld_agent.template.registry import TEMPLATES
from lld_agent.template.wire import answer_type


def asked_for() -> Iterator[type[Wire]]:
    yield from (Extraction, Spine, Patch, CriticAnswer, Verdict)
    for template in TEMPLATES.values():
        for group in groups(template.name):
            yield answer_type(template, group.sections)


@pytest.mark.parametrize("answer", [*asked_for()], ids=lambda answer: answer.__name__)
def test_schema_is_legal_and_answered(answer: type[Wire]):
    schema = response_format(answer, "strict")["json_schema"]["schema"]
    assert list(illegal(schema)) == []
    with FakeServer() as server:
        transport = OpenAITransport(server.base_url, CANARY)
        (outcome,) = Rig(transport).ask(question(answer=answer))
    assert outcome.value is not None, outcome.failure
    assert outcome.attempts == 1


class Inner(BaseModel):
    name: str = "x"
    kind: Literal["a", "b"] | None = None


class Deep(BaseModel):
    inner: Inner
    pairs: dict[str, int]
    two: tuple[int, str]


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        (Deep.model_json_schema(), "$defs"),
        (Inner.model_json_schema(), "default"),
        ({"type": "array", "items": {"type": "string"}}, "must be an object"),
        ({"type": "object", "properties": {}, "required": []}, "additionalProperties"),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "required": [],
                "additionalProperties": False,
            },
            "required",
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
                "required": ["a"],
                "additionalProperties": False,
            },
            "type missing",
        ),
    ],
)
def test_fake_tells_what_is_not_legal(schema: dict[str, Any], word: str):
    assert any(word in reason for reason in illegal(schema))


def test_fake_tells_what_is_too_deep():
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(5):
        schema = {
            "type": "object",
            "properties": {"a": schema},
            "required": ["a"],
            "additionalProperties": False,
        }
    assert list(illegal(schema)) == ["(root).a.a.a.a: nested too deep"]
    assert list(illegal(schema["properties"]["a"])) == []


PLAIN = {
    "model": "m",
    "messages": [{"role": "user", "content": "x"}],
    "response_format": response_format(Rows, "strict"),
}


@pytest.mark.parametrize(
    "change",
    [
        {"stream": True},
        {"tools": []},
        {"temperature": 0},
        {"messages": [{"role": "user", "content": "x", "cache_control": {}}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]},
        {"response_format": {"type": "json_object"}},
        {"response_format": {}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {}}}},
        {"response_format": {"type": "json_schema", "json_schema": {"name": "a b", "schema": {}}}},
    ],
)
def test_fake_refuses_over_http(change: dict[str, Any]):
    assert complaint(PLAIN) == ""
    with FakeServer() as server:
        request = urllib.request.Request(
            f"{server.base_url}/chat/completions", json.dumps({**PLAIN, **change}).encode()
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=30)
        refused.value.close()
    assert refused.value.code == 400


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("anthropic/claude-sonnet-5", True),
        ("claude-sonnet-5", True),
        ("bedrock/anthropic.claude-opus-5", True),
        ("bedrock/eu.anthropic.claude-opus-5", True),
        ("vertex_ai/claude-sonnet-5", True),
        ("bedrock/meta.llama3", False),
        ("openai/gpt-5.2", False),
        ("gemini/gemini-3.1-pro", False),
        ("ollama/claude-like", False),
        ("", False),
    ],
)
def test_only_claude_wants_a_breakpoint(model: str, expected: bool):
    assert needs_breakpoint(model) is expected


def test_trimming_is_linear_and_keeps_the_point():
    hostile = " [type=" * 20_000 + "\n" + "For further information visit " * 20_000
    assert len(trimmed(hostile)) <= len(hostile)
    kept = trimmed("a\n  Field required [type=missing, input_value={'x': 1}, input_type=dict]\n")
    assert kept == "a\n  Field required"
