"""What a run will ask, and what that may cost: computed before anything is sent, without a key."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from lld_agent.llm.counting import count_messages, count_tokens
from lld_agent.llm.prices import FREE, ModelFacts
from lld_agent.llm.request import Message, Request
from lld_agent.llm.shape import schema_text

SMALLEST_CACHED = 1024
"""Tokens under which providers cache no prompt (OpenAI; the least of Claude's models)."""

_THINKING = 2
"""A model that thinks before it answers is allowed as many tokens for that as for the answer: an
assumption, since nobody can know it before; it is part of the upper bound only."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A question that a run is going to ask.

    Attributes:
        stage, subject: as in the request.
        prefix: messages that other calls share; a provider caches them.
        messages: those of this call alone.
        schema: text of the schema of the answer, "" where it is not sent.
        later: tokens of answers of earlier calls that will stand in the prefix.
        output: tokens of the answer, at least and at most.
        times: how often it is asked, at least and at most.
        known: the answer is in the cache.
    """

    stage: str
    subject: str
    prefix: tuple[Message, ...]
    messages: tuple[Message, ...]
    schema: str
    output: tuple[int, int]
    later: int = 0
    times: tuple[int, int] = (1, 1)
    known: bool = False

    @classmethod
    def of(cls, request: Request[Any], output: tuple[int, int], **more: Any) -> Self:
        """Return the plan of a request that can already be made.

        The schema counts in every mode: in prompt mode it stands in the message, and providers
        count the one of strict mode as part of the prompt.

        Args:
            request: to be asked.
            output: tokens of the answer, at least and at most.
            more: `later`, `times`, `known`.
        """
        schema = schema_text(request.answer)
        return cls(
            request.stage, request.subject, request.prefix, request.messages, schema, output, **more
        )


class PlanRow(BaseModel):
    """One call of the plan, counted and priced. Pairs are the least and the most.

    Attributes:
        tokens_in: of one call. cacheable: those of it that an earlier call has sent before.
        tokens_out: of one call.
        cost: US dollars of all calls of the row; None where the price is unknown.
        known: the answer is in the cache: nothing is sent.
    """

    model_config = ConfigDict(frozen=True)

    stage: str
    subject: str
    model: str
    calls: tuple[int, int]
    tokens_in: int
    cacheable: int
    tokens_out: tuple[int, int]
    cost: tuple[Decimal, Decimal] | None
    local: bool = False
    known: bool = False


class Plan(BaseModel):
    """All calls of a run, and their sums; pairs as in the rows."""

    model_config = ConfigDict(frozen=True)

    rows: tuple[PlanRow, ...]
    calls: tuple[int, int]
    tokens_in: tuple[int, int]
    cacheable: tuple[int, int]
    tokens_out: tuple[int, int]
    cost: tuple[Decimal, Decimal] | None

    @property
    def local(self) -> bool:
        """Whether nothing of it costs money because it all runs on the person's own machines."""
        return bool(self.rows) and all(row.local for row in self.rows)


def plan(calls: Iterable[PlannedCall], facts_of: Callable[[str], ModelFacts]) -> Plan:
    """Return the plan of calls in the order in which they are asked.

    The lower bound of the cost reads shared prefixes from the provider's cache wherever that model
    has one; the upper bound never does.

    Args:
        calls: what is going to be asked.
        facts_of: what is known about the model of a stage.
    """
    seen: set[tuple[str, tuple[Message, ...], int]] = set()
    rows = []
    for call in calls:
        model = facts_of(call.stage)
        shared = (model.model, call.prefix, call.later)
        rows.append(_row(call, model, seen_before=shared in seen))
        if not call.known:
            seen.add(shared)
    return _summed(tuple(rows))


def _row(call: PlannedCall, model: ModelFacts, *, seen_before: bool) -> PlanRow:
    prefix = count_messages(call.prefix, model.model) + call.later
    own = count_messages(call.messages, model.model) + count_tokens(call.schema, model.model)
    tokens_in = prefix + own
    least, most = call.times if not call.known else (0, 0)
    repeated = prefix if prefix >= SMALLEST_CACHED and model.caching is not False else 0
    cacheable = repeated if seen_before else 0
    output = (call.output[0], call.output[1] * (_THINKING if model.reasoning else 1))
    return PlanRow(
        stage=call.stage,
        subject=call.subject,
        model=model.model,
        calls=(least, most),
        tokens_in=tokens_in,
        cacheable=cacheable,
        tokens_out=output,
        cost=_cost(model, tokens_in, cacheable, output, (least, most)),
        local=model.local,
        known=call.known,
    )


def _cost(
    model: ModelFacts,
    tokens_in: int,
    cacheable: int,
    output: tuple[int, int],
    times: tuple[int, int],
) -> tuple[Decimal, Decimal] | None:
    low = model.cost(tokens_in, output[0], cached=cacheable)
    high = model.most(tokens_in, output[1])
    return None if low is None or high is None else (times[0] * low, times[1] * high)


def _summed(rows: tuple[PlanRow, ...]) -> Plan:
    def both(of: Callable[[PlanRow, int], int]) -> tuple[int, int]:
        return sum(of(row, 0) for row in rows), sum(of(row, 1) for row in rows)

    costs = [row.cost for row in rows]
    known = [cost for cost in costs if cost is not None]
    return Plan(
        rows=rows,
        calls=both(lambda row, end: row.calls[end]),
        tokens_in=both(lambda row, end: row.calls[end] * row.tokens_in),
        cacheable=both(lambda row, end: row.calls[end] * row.cacheable),
        tokens_out=both(lambda row, end: row.calls[end] * row.tokens_out[end]),
        cost=(sum((low for low, _ in known), FREE), sum((high for _, high in known), FREE))
        if len(known) == len(costs)
        else None,
    )
