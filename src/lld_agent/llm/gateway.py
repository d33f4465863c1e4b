"""The gateway: every question to a model goes through it, and every outcome is a value."""

import asyncio
from collections import Counter as Tallies
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from lld_agent.llm.exchange import Answer, Exchange
from lld_agent.llm.policy import ELSEWHERE, Clock, Models, Policy
from lld_agent.llm.ports import Ports
from lld_agent.llm.request import Failure, FailureKind, Outcome, Request, T, WireMode
from lld_agent.llm.sender import STOPPED, Sender, Tally
from lld_agent.llm.shape import Mode, address
from lld_agent.llm.transport import CallFailedError, Transport
from lld_agent.model.events import ModelEvent
from lld_agent.model.usage import NOTHING, Usage

_WORTH = 0.45
"""Share of prompt-mode answers with the wrong form up to which it is cheaper (drafting.md 3.5)."""


class Gateway:
    """Answers requests from the cache or a model.

    One per run and event loop. Close it at the end.

    Args:
        transport: carries requests.
        models: which model for which stage, and which instead.
        ports: cache, log, counter, prices, budget, listener.
        policy: limits.
        clock: time and chance.
    """

    def __init__(
        self,
        transport: Transport,
        models: Models,
        ports: Ports | None = None,
        policy: Policy | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._transport = transport
        self._models = models
        self._ports = ports or Ports()
        self._policy = policy or Policy()
        self._clock = clock or Clock()
        self._slots = asyncio.Semaphore(self._policy.jobs)
        self._stopped = asyncio.Event()
        self._used = NOTHING
        self._prompted: Tallies[str] = Tallies()
        self._malformed: Tallies[str] = Tallies()
        self._sender = Sender(transport, self._ports, self._policy, self._clock, self._stopped)

    @property
    def used(self) -> Usage:
        """What all requests used, also those that failed or were cancelled."""
        return self._used

    def stop(self) -> None:
        """Ask nothing more; what is under way is finished, but not tried again."""
        self._stopped.set()

    async def aclose(self) -> None:
        """Close connections."""
        await self._transport.aclose()

    async def ask(self, request: Request[T]) -> Outcome[T]:
        """Return the answer to a request, or why there is none.

        Raises:
            asyncio.CancelledError: the task was cancelled; what it used is counted.
        """
        wire = request.wire if self._policy.wire == "auto" else self._policy.wire
        models = self._models.order(request.stage)
        key = address(request, models[0], wire)
        known = self._ports.cache.get(key)
        outcome = self._cached(request, key, known) if known is not None else None
        if outcome is None:
            async with self._slots:
                outcome = await self._asked(request, models, key, wire)
        self._record(request, outcome)
        return outcome

    def _cached(self, request: Request[T], key: str, entry: Mapping[str, Any]) -> Outcome[T] | None:
        """Return an answer of an earlier run; None where it no longer has the right form."""
        text = str(entry.get("answer", ""))
        try:
            value = request.answer.model_validate_json(text)
        except ValidationError:
            return None
        model = str(entry.get("model", ""))
        self._ports.log.append(
            {
                "event": "model.call",
                "key": key,
                "stage": request.stage,
                "subject": request.subject,
                "prompt": entry.get("prompt", request.prompt),
                "model": model,
                "attempt": 0,
                "answered": True,
                "answer": text,
                "finish": "stop",
                "refusal": "",
                "failure": "",
                "message": "",
                "usage": NOTHING.model_dump(mode="json"),
                "seconds": 0.0,
            }
        )
        complaints = tuple(request.check(value))
        return Outcome(value, complaints=complaints, model=model, cached=True, key=key)

    async def _asked(
        self, request: Request[T], models: tuple[str, ...], key: str, wire: WireMode
    ) -> Outcome[T]:
        tally = Tally(key, self._clock.now())
        failure, model = STOPPED, ""
        try:
            for model in models:
                if self._stopped.is_set():
                    break
                try:
                    answer = await self._answer(request, model, wire, tally)
                except CallFailedError as error:
                    failure = error.failure
                    if failure.kind not in ELSEWHERE:
                        break
                    continue
                self._keep(request, model, key, answer)
                return self._outcome(tally, model, answer)
        finally:
            self._used += tally.usage
        return self._outcome(tally, model, failure)

    async def _answer(
        self, request: Request[T], model: str, wire: WireMode, tally: Tally
    ) -> Answer[T]:
        mode = self._mode(request, model, wire)
        exchange = Exchange(request, model, mode, self._policy.timeout, self._sender, tally)
        at_once = False
        try:
            answer = await exchange.run()
            at_once = answer.at_once
        except CallFailedError as error:
            at_once = error.failure.kind is not FailureKind.INVALID
            raise
        finally:
            if mode == "prompt":
                self._prompted[model] += 1
                self._malformed[model] += not at_once
        return answer

    def _mode(self, request: Request[T], model: str, wire: WireMode) -> Mode:
        """Decide `auto`: prompt mode where a shared prefix is worth it, while it goes well.

        The first answer in prompt mode is the probe: when its form is wrong, the model gets strict
        schemas from then on.
        """
        if wire != "auto":
            return wire
        counter = self._ports.counter
        shared = sum(counter.count(model, message.content) for message in request.prefix)
        if self._transport.local or shared < self._policy.short_prefix:
            return "strict"
        asked = self._prompted[model]
        return "strict" if asked and self._malformed[model] / asked >= _WORTH else "prompt"

    def _keep(self, request: Request[T], model: str, key: str, answer: Answer[T]) -> None:
        entry = {
            "answer": answer.text,
            "model": model,
            "stage": request.stage,
            "subject": request.subject,
            "prompt": request.prompt,
        }
        self._ports.cache.put(key, entry)

    def _outcome(self, tally: Tally, model: str, result: Answer[T] | Failure) -> Outcome[T]:
        answer = result if isinstance(result, Answer) else None
        return Outcome(
            value=answer.value if answer else None,
            failure=result if isinstance(result, Failure) else None,
            complaints=answer.complaints if answer else (),
            usage=tally.usage,
            model=model if answer else "",
            attempts=tally.attempts,
            key=tally.key,
            seconds=self._clock.now() - tally.started,
        )

    def _record(self, request: Request[T], outcome: Outcome[T]) -> None:
        failure = outcome.failure
        self._ports.log.append(
            {
                "event": "model.outcome",
                "key": outcome.key,
                "stage": request.stage,
                "subject": request.subject,
                "prompt": request.prompt,
                "model": outcome.model,
                "attempts": outcome.attempts,
                "cached": outcome.cached,
                "failure": failure.kind.value if failure else "",
                "message": failure.message if failure else "",
                "complaints": list(outcome.complaints),
                "usage": outcome.usage.model_dump(mode="json"),
                "seconds": outcome.seconds,
            }
        )
        self._ports.listener(
            ModelEvent(
                kind="model.failed" if failure else "model.answered",
                stage=request.stage,
                subject=request.subject,
                message=failure.message if failure else "",
                model=outcome.model,
                attempt=outcome.attempts,
                usage=outcome.usage,
                seconds=outcome.seconds,
                cached=outcome.cached,
            )
        )
