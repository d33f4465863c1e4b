"""Which model answers which stage, and what is known about it."""

from collections.abc import Mapping
from typing import get_args

from pydantic import BaseModel, ConfigDict

from lld_agent.config.settings import Settings, Stage
from lld_agent.llm.keys import key_of
from lld_agent.llm.prices import ModelFacts, facts, per_million

FALLBACK = "fallback"


class ModelRow(BaseModel):
    """A model and what it is for.

    Attributes:
        stages: that ask it; `fallback` for one that is asked when another is not available.
        key_variable: where its key is or belongs, "" where it needs none.
        key_present: whether a key is there; None where none is needed or nobody can know.
        prices: US dollars per million tokens as text: input, cached, written, output; `?` unknown.
        window, longest_answer: tokens. schemas, caching, reasoning: what it can. None: unknown.
        reachable: whether it answered just now; None where it was not asked.
        problem, fix, kind: why it did not; `kind` as in `FailureKind`.
    """

    model_config = ConfigDict(frozen=True)

    stages: tuple[str, ...]
    model: str
    provider: str
    base_url: str
    local: bool
    key_variable: str
    key_present: bool | None
    prices: dict[str, str]
    window: int | None
    longest_answer: int | None
    schemas: bool | None
    caching: bool | None
    reasoning: bool | None
    reachable: bool | None = None
    problem: str = ""
    fix: str = ""
    kind: str = ""


def configured(settings: Settings, environ: Mapping[str, str]) -> tuple[ModelRow, ...]:
    """Return the models of the settings, each once; nothing is asked."""
    uses: dict[str, list[str]] = {}
    for stage in get_args(Stage):
        uses.setdefault(settings.model_for(stage), []).append(stage)
    for name in settings.fallbacks:
        uses.setdefault(name, []).append(FALLBACK)
    return tuple(
        _row(name, tuple(stages), settings.base_url, environ)
        for name, stages in uses.items()
        if name
    )


def _row(name: str, stages: tuple[str, ...], base_url: str, environ: Mapping[str, str]) -> ModelRow:
    found = facts(name, base_url)
    key = key_of(name, base_url, environ)
    return ModelRow(
        stages=stages,
        model=name,
        provider=found.provider,
        base_url=base_url,
        local=found.local,
        key_variable=key.found or key.variable,
        key_present=bool(key.found) if key.needed or key.found else None,
        prices=_prices(found),
        window=found.window,
        longest_answer=found.longest_answer,
        schemas=found.schemas,
        caching=found.caching,
        reasoning=found.reasoning,
    )


def _prices(found: ModelFacts) -> dict[str, str]:
    if found.local:
        return dict.fromkeys(("input", "cached", "written", "output"), "local")
    rates = found.rates
    listed = {"input": rates.fresh, "output": rates.output}
    # A token from the cache, or into it, costs what others cost where the list says nothing else.
    listed["cached"] = rates.fresh if rates.cached is None else rates.cached
    listed["written"] = rates.fresh if rates.written is None else rates.written
    return {name: per_million(listed[name]) for name in ("input", "cached", "written", "output")}
