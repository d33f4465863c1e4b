"""A recorded run answers again, offline, with the same outcome."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.llm.fake_server import CANARY, FakeServer
from tests.llm.faults import CASES, Case, unknown_refs
from tests.llm.rig import Rig, question

from lld_agent.errors import InputError
from lld_agent.llm.openai_transport import OpenAITransport
from lld_agent.llm.policy import Policy
from lld_agent.llm.recorded import RecordedTransport, read_recording
from lld_agent.llm.request import FailureKind, Message
from lld_agent.model.redaction import Redactor
from lld_agent.model.run import RunEvent
from lld_agent.store.runs import RunStore


def record(case: Case) -> tuple[Rig, Any]:
    served: list[Any] = []

    def step(_body: dict[str, Any]) -> Any:
        served.append(case.steps[min(len(served), len(case.steps) - 1)])
        return served[-1]

    with FakeServer(step) as server:
        rig = Rig(OpenAITransport(server.base_url, CANARY), policy=Policy(timeout=case.timeout))
        (outcome,) = rig.ask(question(check=unknown_refs))
    return rig, outcome


# One timeout is as good as three, and none is quick.
REPLAYED = [case for case in CASES if case.name not in {"slow drip", "timeout in the body"}]


@pytest.mark.parametrize("case", REPLAYED, ids=lambda case: case.name)
def test_replay_has_the_same_outcome(case: Case):
    rig, before = record(case)
    again = Rig(RecordedTransport(rig.log))
    (after,) = again.ask(question(check=unknown_refs))
    assert after.value == before.value
    assert after.complaints == before.complaints
    assert (after.failure and after.failure.kind) == (before.failure and before.failure.kind)
    assert (after.failure and after.failure.message) == (before.failure and before.failure.message)
    assert again.time.waits == []


def test_replay_of_a_run_that_the_cache_answered():
    rig, before = record(CASES[0])
    rig.log.clear()
    (hit,) = rig.ask(question(check=unknown_refs))
    assert hit.cached
    (after,) = Rig(RecordedTransport(rig.log)).ask(question(check=unknown_refs))
    assert after.value == before.value


def test_edited_prompt_still_finds_its_answer_and_is_told():
    rig, before = record(CASES[0])
    transport = RecordedTransport(rig.log)
    edited = question(prompt="draft/section@2", messages=(Message("user", "In other words."),))
    (after,) = Rig(transport).ask(edited)
    assert after.value == before.value
    assert transport.made_with == ("draft/section@1",)
    assert transport.drifted == {"draft/section@2": "draft/section@1"}


def test_what_is_not_recorded_is_a_failure():
    rig, _ = record(CASES[0])
    other = question(subject="a2", messages=(Message("user", "a2"),))
    outcomes = Rig(RecordedTransport(rig.log)).ask(question(), other)
    assert outcomes[0].value is not None
    assert outcomes[1].failure is not None
    assert outcomes[1].failure.kind is FailureKind.NOT_RECORDED
    assert "section a2" in outcomes[1].failure.message


def test_from_the_record_of_the_store(tmp_path: Path):
    rig, before = record(CASES[0])
    store = RunStore(tmp_path, Redactor())
    with store.begin("design") as run:
        for event in ({"event": "run.started", "command": "draft"}, *rig.log):
            run.append(event)
    with run.path.open("a", encoding="utf-8") as file:
        file.write('{"event": "model.call", "sta')
    assert all(RunEvent.model_validate_json(json.dumps(event)) for event in rig.log)
    transport = read_recording(run.path)
    (after,) = Rig(transport).ask(question(check=unknown_refs))
    assert after.value == before.value
    assert transport.drifted == {}


@pytest.mark.parametrize("content", [b"", b"# Design\n", b"[1]\n{}\n", b"\xff\xfe"])
def test_file_that_is_no_record(content: bytes, tmp_path: Path):
    path = tmp_path / "run.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_recording(path)
    with pytest.raises(InputError):
        read_recording(tmp_path / "none.jsonl")
