"""What the gateway promises beside the fault table, through the openai transport."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar

import pytest
from pydantic import create_model
from tests.llm.fake_server import CANARY, FakeServer, Fault, minimal, text_of
from tests.llm.faults import CUT, GOOD, NONSENSE, WRONG, reply, status, unknown_refs
from tests.llm.rig import Purse, Rig, Rows, question

from lld_agent.errors import UsageError
from lld_agent.llm.gateway import Gateway
from lld_agent.llm.litellm_transport import LiteLLMTransport
from lld_agent.llm.openai_transport import OpenAITransport
from lld_agent.llm.policy import Models, Policy
from lld_agent.llm.request import Failure, FailureKind, Message
from lld_agent.model.wire import Wire

TRAPS = "{{x}} {% raw %} {% endraw %} {# no #} <|endoftext|> \u00e9\u2028\U0001f600 \\u0041 \t ${y}\r\n  end  "


def rig_for(server: FakeServer, **parts: Any) -> Rig:
    return Rig(OpenAITransport(server.base_url, CANARY), **parts)


def by_turn(*answers: Any) -> Callable[[dict[str, Any]], Any]:
    left = list(answers)
    return lambda _body: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize("wire", ["strict", "prompt"])
def test_text_reaches_the_wire_as_it_is(wire: Literal["strict", "prompt"]):
    request = question(
        prefix=(Message("system", TRAPS), Message("user", TRAPS + TRAPS)),
        messages=(Message("user", TRAPS), Message("user", f"End {TRAPS}")),
        wire=wire,
    )
    with FakeServer(by_turn(CUT, GOOD)) as server:
        (outcome,) = rig_for(server).ask(request)
    assert outcome.value is not None
    sent = [*request.prefix, *request.messages]
    for body in server.bodies:
        contents = [message["content"] for message in body["messages"]][: len(sent)]
        if wire == "prompt":
            assert contents[-1].startswith(sent[-1].content)
            contents[-1] = contents[-1][: len(sent[-1].content)]
        assert contents == [message.content for message in sent]


def test_nothing_is_sent_that_was_not_meant():
    with FakeServer() as server:
        rig_for(server).ask(question())
    (body,) = server.bodies
    assert set(body) == {"model", "messages", "response_format", "max_tokens"}
    assert body["response_format"]["json_schema"]["strict"] is True


def test_prefix_is_the_same_bytes_in_prompt_mode():
    other = create_model("Other", __base__=Wire, flag=(bool, ...))
    requests = [question(), question(answer=other, subject="a2", messages=(Message("user", "B"),))]
    with FakeServer() as server:
        rig_for(server, policy=Policy(wire="prompt")).ask(*requests)
    starts = {raw.partition(b'"content":"The PRD."')[0] for raw in server.raw}
    assert len(server.raw) == 2
    assert len(starts) == 1
    assert {json.dumps(body["response_format"]) for body in server.bodies} == {
        '{"type": "json_object"}'
    }


def test_complaint_about_the_form_is_short():
    long = json.dumps({"rows": [{"name": "x" * 5_000}] * 3, "note": 7})
    with FakeServer(by_turn(long, GOOD)) as server:
        (outcome,) = rig_for(server).ask(question())
    assert outcome.value is not None
    said = server.bodies[1]["messages"]
    assert [message["role"] for message in said[-2:]] == ["assistant", "user"]
    assert said[-2]["content"] == long
    assert "rows.0.refs" in said[-1]["content"]
    assert "input_value" not in said[-1]["content"]
    assert "For further information" not in said[-1]["content"]
    assert len(said[-1]["content"]) < 600


def test_complaints_of_the_check_reach_the_model():
    with FakeServer(by_turn(NONSENSE, GOOD)) as server:
        rig = rig_for(server)
        (outcome,) = rig.ask(question(check=unknown_refs))
    assert outcome.value is not None
    assert outcome.complaints == ()
    assert "R-99 is no requirement" in server.bodies[1]["messages"][-1]["content"]
    assert [event.kind for event in rig.events] == [
        "model.sent",
        "model.reasked",
        "model.sent",
        "model.answered",
    ]


def test_cut_answer_is_asked_for_with_more_room():
    with FakeServer(by_turn(reply(content=CUT, finish_reason="length"), GOOD)) as server:
        rig_for(server).ask(question(max_output=100))
    assert [body["max_tokens"] for body in server.bodies] == [100, 200]
    assert server.bodies[0]["messages"] == server.bodies[1]["messages"]


def test_time_limit_is_for_each_try():
    with FakeServer(by_turn(WRONG, GOOD), latency=0.7) as server:
        (outcome,) = rig_for(server, policy=Policy(timeout=1.2)).ask(question())
    assert outcome.value is not None
    assert server.requests == 2


def test_one_timeout_leaves_a_second_try():
    with FakeServer(by_turn(Fault("hang"), GOOD)) as server:
        (outcome,) = rig_for(server, policy=Policy(timeout=0.5)).ask(question())
    assert outcome.value is not None
    assert outcome.usage.complete is False


def test_usage_that_is_not_reported_is_unknown():
    with FakeServer(usage=False) as server:
        (outcome,) = rig_for(server).ask(question())
    assert outcome.value is not None
    assert outcome.usage.cost is None
    assert outcome.usage.complete is False


def test_price_that_is_not_known_is_unknown():
    with FakeServer() as server:
        (outcome,) = rig_for(server, models=Models("unknown-1")).ask(question())
    assert outcome.usage.tokens_out > 0
    assert outcome.usage.cost is None


def test_refused_key_names_the_variable():
    with FakeServer(by_turn(status(401))) as server:
        (outcome,) = rig_for(server).ask(question())
    assert outcome.failure is not None
    assert "LLD_AGENT_API_KEY" in outcome.failure.hint


T = TypeVar("T")


class Box(Wire, Generic[T]):
    items: list[T]


@pytest.mark.parametrize(
    "answer", [Box[str], create_model("Größe (α)", __base__=Wire, größe=(str, ...))]
)
def test_names_of_classes_may_be_generic_or_not_ascii(answer: type[Wire]):
    with FakeServer() as server:
        (outcome,) = rig_for(server).ask(question(answer=answer))
    assert isinstance(outcome.value, answer)


# What happens when several things happen


def test_eight_at_once_and_one_fails():
    def answer(body: dict[str, Any]) -> Any:
        bad = "a3" in text_of(body["messages"][-1]["content"])
        return status(400) if bad else minimal(body)

    requests = [
        question(subject=f"a{at}", messages=(Message("user", f"a{at}"),)) for at in range(8)
    ]
    with FakeServer(answer, latency=0.05) as server:
        rig = rig_for(server, policy=Policy(jobs=4, timeout=20.0))
        outcomes = rig.ask(*requests)
        assert server.most_at_once <= 4
    assert [at for at, outcome in enumerate(outcomes) if outcome.failure] == [3]
    assert server.requests == 8

    with FakeServer() as healthy:
        rig.transport = OpenAITransport(healthy.base_url, CANARY)
        again = rig.ask(*requests)
    assert healthy.requests == 1
    assert [outcome.cached for outcome in again] == [at != 3 for at in range(8)]
    assert [a.value == b.value for a, b in zip(outcomes, again, strict=True)].count(False) == 1


def test_answer_of_the_cache_costs_nothing_and_says_so():
    with FakeServer() as server:
        rig = rig_for(server)
        (first,) = rig.ask(question())
        (second,) = rig.ask(question())
    assert server.requests == 1
    assert second.value == first.value
    assert (second.cached, second.attempts, second.usage.requests) == (True, 0, 0)
    assert (second.key, second.model) == (first.key, first.model)
    assert rig.events[-1].cached


@pytest.mark.parametrize(
    "change",
    [
        {"messages": (Message("user", "Other."),)},
        {"prefix": (Message("user", "The PRD."),)},
        {"max_output": 101},
        {"wire": "prompt"},
        {"answer": create_model("Rows", __base__=Rows, more=(str, ...))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_other_question_is_another_key(change: dict[str, Any]):
    with FakeServer() as server:
        outcomes = rig_for(server).ask(question(), question(**change))
    assert outcomes[0].key != outcomes[1].key
    assert server.requests == 2


def test_damaged_cache_entry_is_asked_anew():
    with FakeServer() as server:
        rig = rig_for(server)
        (first,) = rig.ask(question())
        rig.cache[first.key] = {"answer": CUT}
        (second,) = rig.ask(question())
    assert server.requests == 2
    assert second.value == first.value


async def arrived(server: FakeServer) -> None:
    """Wait until a request has come."""
    loop, come, answer = asyncio.get_running_loop(), asyncio.Event(), server.answer

    def telling(body: dict[str, Any]) -> Any:
        loop.call_soon_threadsafe(come.set)
        return answer(body)

    server.answer = telling
    await come.wait()


def test_stop_lets_running_ones_finish():
    requests = [
        question(subject=f"a{at}", messages=(Message("user", f"a{at}"),)) for at in range(4)
    ]
    with FakeServer(latency=0.2) as server:
        rig = rig_for(server, policy=Policy(jobs=1, timeout=20.0))

        async def work(gateway: Gateway) -> Any:
            tasks = [asyncio.create_task(gateway.ask(request)) for request in requests]
            await arrived(server)
            gateway.stop()
            return await asyncio.gather(*tasks)

        outcomes = rig.work(work)
    assert server.requests == 1
    assert outcomes[0].value is not None
    assert [o.failure.kind for o in outcomes[1:]] == [FailureKind.STOPPED] * 3


def test_stopped_request_is_not_tried_again():
    with FakeServer() as server:
        rig = rig_for(server)

        async def work(gateway: Gateway) -> Any:
            def fail(_body: Any) -> Fault:
                gateway.stop()
                return status(503)

            server.answer = fail
            return await gateway.ask(question())

        outcome = rig.work(work)
    assert server.requests == 1
    assert outcome.failure.kind is FailureKind.SERVER


def test_stop_wakes_who_waits_for_a_retry():
    with FakeServer(by_turn(status(429, Retry_After="60"))) as server:
        rig = rig_for(server)
        rig.time.sleep = asyncio.sleep  # the real one: a minute that nobody must wait

        async def work(gateway: Gateway) -> Any:
            waiting = asyncio.Event()
            rig.on_event = lambda event: event.kind == "model.retried" and waiting.set()
            task = asyncio.create_task(gateway.ask(question()))
            await waiting.wait()
            gateway.stop()
            return await asyncio.wait_for(task, 30)

        outcome = rig.work(work)
    assert server.requests == 1
    assert outcome.failure.kind is FailureKind.RATE_LIMIT


def test_cancelled_request_is_counted():
    with FakeServer(by_turn(Fault("hang"))) as server:
        rig = rig_for(server)

        async def work(gateway: Gateway) -> Any:
            task = asyncio.create_task(gateway.ask(question()))
            await arrived(server)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return gateway.used

        used = rig.work(work)
    assert (used.requests, used.complete) == (1, False)
    assert not rig.budget.open
    assert len(rig.budget.settled) == 1
    assert [call["failure"] for call in rig.calls] == ["stopped"]
    assert not rig.cache


def test_backoff_is_shared():
    requests = [
        question(subject=f"a{at}", messages=(Message("user", f"a{at}"),)) for at in range(3)
    ]
    limited = by_turn(status(429, Retry_After="9"), "")

    def answer(body: dict[str, Any]) -> Any:
        return limited(body) or minimal(body)

    with FakeServer(answer) as server:
        rig = rig_for(server, policy=Policy(jobs=1, timeout=20.0))
        outcomes = rig.ask(*requests)
    assert all(outcome.value for outcome in outcomes)
    assert server.requests == 4
    assert sum(rig.time.waits) == 9.0


# Which model, how much, and how


def test_model_of_the_stage():
    with FakeServer() as server:
        rig = rig_for(server, models=Models("big", {"extract": "small"}))
        outcomes = rig.ask(question(), question(stage="extract"))
    assert {body["model"] for body in server.bodies} == {"big", "small"}
    assert [outcome.model for outcome in outcomes] == ["big", "small"]


@pytest.mark.parametrize(
    ("fault", "requests", "helped"),
    [
        (status(429, "insufficient_quota"), 2, True),
        (status(503), 7, True),
        (status(400, "context_length_exceeded"), 2, True),
        (status(400), 1, False),
        (status(401), 1, False),
        (status(404), 1, False),
        (reply(content=None, refusal="no"), 1, False),
    ],
    ids=["quota", "503", "too long", "bad request", "key", "model", "refusal"],
)
def test_fallback_helps_where_a_model_is_away(fault: Fault, requests: int, helped: bool):
    def answer(body: dict[str, Any]) -> Any:
        return fault if body["model"] == "first" else minimal(body)

    with FakeServer(answer) as server:
        rig = rig_for(server, models=Models("first", fallbacks=("second",)))
        (outcome,) = rig.ask(question())
        assert server.requests == requests == outcome.usage.requests
        if helped:
            assert outcome.model == "second"
            (again,) = rig.ask(question())
            assert (again.cached, again.model) == (True, "second")
    assert (outcome.value is not None) == helped


def test_budget_is_asked_before_every_request():
    purse = Purse(limit=1)
    purse.refusal = Failure(FailureKind.BUDGET, "that would be too much")
    with FakeServer(by_turn(WRONG, GOOD)) as server:
        (outcome,) = rig_for(server, budget=purse).ask(question())
    assert server.requests == 1
    assert outcome.failure == purse.refusal
    assert outcome.usage.requests == 1


class Remote(OpenAITransport):
    """As if the server were a provider's: `auto` looks at the prefix."""

    local = False


LONG = (Message("user", "The PRD. " * 1_000),)


@pytest.mark.parametrize(
    ("transport", "prefix", "expected"),
    [
        (OpenAITransport, LONG, "json_schema"),
        (Remote, LONG[:0], "json_schema"),
        (Remote, LONG, "json_object"),
    ],
    ids=["local", "short", "long"],
)
def test_auto_shares_a_long_prefix(
    transport: type[OpenAITransport], prefix: tuple[Message, ...], expected: str
):
    with FakeServer() as server:
        Rig(transport(server.base_url, CANARY)).ask(question(prefix=prefix))
    assert server.bodies[0]["response_format"]["type"] == expected


def test_auto_gives_prompt_mode_up_when_the_probe_fails():
    with FakeServer(by_turn(WRONG, GOOD)) as server:
        rig = Rig(Remote(server.base_url, CANARY))

        async def work(gateway: Gateway) -> None:
            for subject in ("a1", "a2"):
                said = (Message("user", subject),)
                outcome = await gateway.ask(question(prefix=LONG, subject=subject, messages=said))
                assert outcome.value is not None

        rig.work(work)
    kinds = [body["response_format"]["type"] for body in server.bodies]
    assert kinds == ["json_object", "json_object", "json_schema"]


@pytest.mark.parametrize(
    "connect",
    [
        lambda: OpenAITransport("https://models.example.com/v1", CANARY),
        lambda: LiteLLMTransport(key=CANARY),
        lambda: LiteLLMTransport("https://models.example.com"),
    ],
)
def test_tests_cannot_reach_a_real_model(connect: Callable[[], Any]):
    with pytest.raises(UsageError, match="LLD_AGENT_OFFLINE"):
        connect()
