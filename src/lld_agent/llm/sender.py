"""Sends one request until there is a reply or no hope: the only place that retries."""

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lld_agent.llm.errors import timed_out
from lld_agent.llm.pace import Pace
from lld_agent.llm.policy import Clock, Policy
from lld_agent.llm.ports import Ports
from lld_agent.llm.replies import fault_of
from lld_agent.llm.request import Failure, FailureKind
from lld_agent.llm.transport import Call, CallFailedError, Reply, Transport
from lld_agent.model.events import ModelEvent
from lld_agent.model.usage import NOTHING, Usage

STOPPED = Failure(FailureKind.STOPPED, "not asked: the run was stopped", "go on with --resume")
_TRIES_AFTER_TIMEOUT = 2
"""A timeout costs minutes; a second one says that the model is too slow for the question."""


@dataclass(slots=True)
class Tally:
    """What one question took so far, over retries, re-asks and models."""

    key: str
    started: float
    attempts: int = 0
    usage: Usage = field(default=NOTHING)


class Sender:
    """Retries, time limits, budget and records of single requests.

    Args:
        transport: carries them.
        ports: budget, prices, log and listener.
        policy: limits.
        clock: time and chance.
        stopped: set when the person asked to stop: then nothing is sent again.
    """

    def __init__(
        self,
        transport: Transport,
        ports: Ports,
        policy: Policy,
        clock: Clock,
        stopped: asyncio.Event,
    ) -> None:
        self._transport = transport
        self._ports = ports
        self._policy = policy
        self._clock = clock
        self._stopped = stopped
        self._paces: dict[str, Pace] = {}
        self._under_way = 0
        self._settled = asyncio.Event()

    async def send(self, call: Call, tally: Tally) -> Reply:
        """Send a request and return the reply, after as many tries as it takes.

        A refusal, an empty reply or one that was cut is a reply too.

        Raises:
            CallFailedError: there is none.
        """
        pace = self._paces.setdefault(call.model, Pace(self._clock, self._policy.longest_wait))
        failed = timeouts = 0
        await self._transport.open()
        await pace.ready(self._stopped)
        if self._stopped.is_set() and not tally.attempts:
            raise CallFailedError(STOPPED)
        while True:
            try:
                return await self._once(call, tally)
            except CallFailedError as error:
                failed += 1
                timeouts += error.failure.kind is FailureKind.TIMEOUT
                spent = failed >= self._policy.tries or timeouts >= _TRIES_AFTER_TIMEOUT
                if not error.transient or spent or self._stopped.is_set():
                    raise
                self.tell("model.retried", call, tally, error.failure.message)
                pace.slow_down(failed, error.retry_after)
                await pace.ready(self._stopped)
                if self._stopped.is_set():
                    raise

    async def _once(self, call: Call, tally: Tally) -> Reply:
        tokens_in = self._tokens(call)
        await self._set_aside(call, tokens_in)
        tally.attempts += 1
        started = self._clock.now()
        self.tell("model.sent", call, tally)
        # What holds when the task is cancelled while it waits.
        usage = Usage(requests=1, complete=False)
        reply: Reply | None = None
        failure: Failure | None = _CANCELLED
        try:
            reply = await self._within_time(call)
            usage, failure = self._used(call, reply), fault_of(reply)
        except CallFailedError as error:
            usage, failure = Usage(requests=1, complete=error.answered), error.failure
            raise
        finally:
            tally.usage += usage
            self._settle(call, tokens_in, usage)
            seconds = self._clock.now() - started
            self._ports.log.append(
                _entry(call, tally, usage, reply, failure) | {"seconds": seconds}
            )
        return reply

    async def _set_aside(self, call: Call, tokens_in: int) -> None:
        """Set aside what a request can use at most, waiting for those that are under way.

        They hold more than they will use: what is too little now may be enough when they end.

        Raises:
            CallFailedError: it does not fit, and nothing that is under way can change that.
        """
        while True:
            refused = self._ports.budget.reserve(call.model, tokens_in, call.max_output)
            if refused is None:
                self._under_way += 1
                return
            if not self._under_way or self._stopped.is_set():
                raise CallFailedError(refused)
            await self._settled.wait()

    def _settle(self, call: Call, tokens_in: int, usage: Usage) -> None:
        self._ports.budget.settle(call.model, tokens_in, call.max_output, usage)
        self._under_way -= 1
        # Wakes those that wait now; later ones wait for the next.
        self._settled.set()
        self._settled = asyncio.Event()

    async def _within_time(self, call: Call) -> Reply:
        try:
            async with asyncio.timeout(self._policy.timeout):
                return await self._transport.send(call)
        except TimeoutError:
            raise timed_out() from None

    def _used(self, call: Call, reply: Reply) -> Usage:
        if reply.tokens_in is None or reply.tokens_out is None:
            return Usage(requests=1, cost=None, complete=False)
        usage = Usage(
            requests=1,
            tokens_in=reply.tokens_in,
            tokens_cached=reply.tokens_cached,
            tokens_written=reply.tokens_written,
            tokens_out=reply.tokens_out,
            cost=Decimal(0),
        )
        return usage.model_copy(update={"cost": self._ports.prices.cost(call.model, usage)})

    def _tokens(self, call: Call) -> int:
        counter = self._ports.counter
        texts = [_text(message["content"]) for message in call.messages]
        schema = call.response_format.get("json_schema")
        return sum(counter.count(call.model, text) for text in [*texts, str(schema or "")])

    def tell(self, kind: str, call: Call, tally: Tally, message: str = "") -> None:
        """Tell the listener that something happened to a request."""
        self._ports.listener(
            ModelEvent(
                kind=kind,
                stage=call.stage,
                subject=call.subject,
                message=message,
                model=call.model,
                attempt=tally.attempts,
                usage=tally.usage,
                seconds=self._clock.now() - tally.started,
            )
        )


_CANCELLED = Failure(FailureKind.STOPPED, "stopped while it waited for the answer")


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _entry(
    call: Call, tally: Tally, usage: Usage, reply: Reply | None, failure: Failure | None
) -> dict[str, Any]:
    """Return the record of one HTTP request; `recorded.py` reads it."""
    return {
        "event": "model.call",
        "key": tally.key,
        "stage": call.stage,
        "subject": call.subject,
        "prompt": call.prompt,
        "model": call.model,
        "wire": "strict" if "json_schema" in call.response_format else "prompt",
        "max_output": call.max_output,
        "attempt": tally.attempts,
        "answered": reply is not None,
        "answer": reply.text if reply else "",
        "finish": reply.finish if reply else "",
        "refusal": reply.refusal if reply else "",
        "failure": failure.kind.value if failure else "",
        "message": failure.message if failure else "",
        "usage": usage.model_dump(mode="json"),
    }
