"""A gateway with everything around it in memory, and no waiting."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lld_agent.llm.gateway import Gateway
from lld_agent.llm.policy import Clock, Models, Policy
from lld_agent.llm.ports import Ports
from lld_agent.llm.request import Failure, Message, Outcome, Request
from lld_agent.llm.transport import Transport
from lld_agent.model.events import ModelEvent
from lld_agent.model.usage import Usage
from lld_agent.model.wire import Wire


class Row(Wire):
    name: str
    refs: list[str]


class Rows(Wire):
    rows: list[Row]
    note: str


def question(**changes: Any) -> Request[Rows]:
    given: dict[str, Any] = {
        "stage": "section",
        "subject": "a1",
        "prompt": "draft/section@1",
        "prefix": (Message("system", "You draft."), Message("user", "The PRD.")),
        "messages": (Message("user", "Fill section a1."),),
        "answer": Rows,
        "max_output": 100,
    }
    return Request(**{**given, **changes})


class FakeTime:
    """A clock that jumps when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.waits: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.time += seconds
        await asyncio.sleep(0)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.time, sleep=self.sleep, jitter=lambda: 1.0)


class Purse:
    """A budget that checks that each reservation is settled once, with the same numbers."""

    def __init__(self, limit: int = 10**9) -> None:
        self.limit = limit
        self.open: list[tuple[str, int, int]] = []
        self.settled: list[Usage] = []
        self.refusal: Failure | None = None

    def reserve(self, model: str, tokens_in: int, max_output: int) -> Failure | None:
        if len(self.settled) >= self.limit:
            return self.refusal
        assert tokens_in > 0
        self.open.append((model, tokens_in, max_output))
        return None

    def settle(self, model: str, tokens_in: int, max_output: int, usage: Usage) -> None:
        self.open.remove((model, tokens_in, max_output))
        self.settled.append(usage)


class Tariff:
    """A dollar a token, whatever the model; None for those of an unknown price."""

    def cost(self, model: str, usage: Usage) -> Decimal | None:
        return None if "unknown" in model else Decimal(usage.tokens_in + usage.tokens_out)


@dataclass
class Rig:
    """A gateway and what it told the outside."""

    transport: Transport
    models: Models = field(default_factory=lambda: Models("fake-1"))
    policy: Policy = field(default_factory=lambda: Policy(timeout=20.0))
    cache: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    budget: Purse = field(default_factory=Purse)
    log: list[Mapping[str, Any]] = field(default_factory=list)
    events: list[ModelEvent] = field(default_factory=list)
    time: FakeTime = field(default_factory=FakeTime)
    on_event: Callable[[ModelEvent], Any] = lambda _event: None

    def gateway(self) -> Gateway:
        rig = self

        class Kept:
            def get(self, key: str) -> Mapping[str, Any] | None:
                return rig.cache.get(key)

            def put(self, key: str, entry: Mapping[str, Any]) -> None:
                rig.cache[key] = entry

        class Log:
            def append(self, event: Mapping[str, Any]) -> None:
                rig.log.append(event)

        class ByLength:
            def count(self, _model: str, text: str) -> int:
                return len(text)

        def listen(event: ModelEvent) -> None:
            rig.events.append(event)
            rig.on_event(event)

        ports = Ports(Kept(), Log(), ByLength(), Tariff(), self.budget, listen)
        return Gateway(self.transport, self.models, ports, self.policy, self.time.clock)

    def ask(self, *requests: Request[Any]) -> list[Outcome[Any]]:
        """Ask all at once, close, and return the outcomes in order."""

        async def work(gateway: Gateway) -> list[Outcome[Any]]:
            return list(await asyncio.gather(*(gateway.ask(request) for request in requests)))

        return self.work(work)

    def work(self, work: Callable[[Gateway], Any]) -> Any:
        """Run something with a gateway, and close it."""

        async def run() -> Any:
            gateway = self.gateway()
            try:
                return await work(gateway)
            finally:
                await gateway.aclose()

        return asyncio.run(run())

    @property
    def calls(self) -> list[Mapping[str, Any]]:
        return [event for event in self.log if event["event"] == "model.call"]

    def said(self) -> str:
        """Everything that came out, for the search for keys."""
        return repr((self.log, self.events, self.cache))
