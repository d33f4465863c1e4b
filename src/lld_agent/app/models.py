"""The gateway to models, put together from settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lld_agent.config.settings import Settings
from lld_agent.errors import UsageError
from lld_agent.llm.budget import RunBudget
from lld_agent.llm.counting import TokenCounter
from lld_agent.llm.gateway import Gateway
from lld_agent.llm.policy import Clock, Models, Policy
from lld_agent.llm.ports import Ports, RunLog
from lld_agent.llm.prices import MapPrices, ModelFacts, facts
from lld_agent.llm.request import Request
from lld_agent.llm.shape import address
from lld_agent.llm.transport import Transport
from lld_agent.model.events import Listener
from lld_agent.store.cache import FileCache, default_cache_folder

CLOCK = Clock()
"""Time of all gateways: tests put one here that does not wait."""


def is_configured(settings: Settings) -> bool:
    """Return whether any model is named."""
    return bool(settings.model or settings.models)


def gateway(settings: Settings, log: RunLog, listener: Listener) -> Gateway:
    """Return the gateway that settings describe.

    Raises:
        UsageError: no model is named for some stage, or a limit of money cannot be held because a
            price is not known.
        OutputError: answers could not be kept.
    """
    models = _models(settings)
    budget = RunBudget(settings.max_cost, settings.max_tokens, settings.base_url)
    budget.require_prices({models.default, *models.stages.values(), *models.fallbacks} - {""})
    cache = FileCache(_cache_folder(settings))
    # Before the first answer is paid for, not after.
    cache.require_writable()
    ports = Ports(
        cache=cache,
        log=log,
        counter=TokenCounter(),
        prices=MapPrices(settings.base_url),
        budget=budget,
        listener=listener,
    )
    return Gateway(_transport(settings), models, ports, _policy(settings), CLOCK)


def replaying(settings: Settings, transport: Transport, log: RunLog, listener: Listener) -> Gateway:
    """Return a gateway that answers from a recording: no cache, no limits, no network."""
    ports = Ports(
        log=log, counter=TokenCounter(), prices=MapPrices(settings.base_url), listener=listener
    )
    return Gateway(transport, _models(settings), ports, _policy(settings))


def is_known(settings: Settings, request: Request[Any]) -> bool:
    """Return whether the answer to a request is kept from an earlier run: nothing would be sent."""
    if not is_configured(settings):
        return False
    wire = request.wire if settings.structured == "auto" else settings.structured
    key = address(request, _models(settings).order(request.stage)[0], wire)
    return FileCache(_cache_folder(settings)).get(key) is not None


def facts_of(settings: Settings, stage: str) -> ModelFacts:
    """Return what is known about the model of a stage; nothing where none is named."""
    if not is_configured(settings):
        return ModelFacts("(no model)")
    return facts(_models(settings).order(stage)[0], settings.base_url)


def _models(settings: Settings) -> Models:
    default = settings.model or next(iter(settings.models.values()), "")
    if not default:
        raise UsageError("no model is named", "give --model, or set model in lld-agent.toml")
    stages: Mapping[str, str] = {str(stage): name for stage, name in settings.models.items()}
    return Models(default, stages, settings.fallbacks)


def _policy(settings: Settings) -> Policy:
    return Policy(jobs=settings.jobs, timeout=settings.timeout, wire=settings.structured)


def _transport(settings: Settings) -> Transport:
    if settings.base_url:
        from lld_agent.llm.openai_transport import OpenAITransport  # noqa: PLC0415 - 1.5 s of import

        return OpenAITransport(settings.base_url)
    from lld_agent.llm.litellm_transport import LiteLLMTransport  # noqa: PLC0415 - 5 s of import

    return LiteLLMTransport()


def _cache_folder(settings: Settings) -> Path:
    return Path(settings.cache_dir).expanduser() if settings.cache_dir else default_cache_folder()
