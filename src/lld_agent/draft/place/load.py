"""How much the service must carry: demands on rates and on users at once, as rows of the load."""

import re
from collections.abc import Iterator

from lld_agent.draft.features import BriefIndex
from lld_agent.draft.place.common import text_of
from lld_agent.draft.placement import Placement
from lld_agent.model.brief import Requirement
from lld_agent.model.quantity import Dimension
from lld_agent.model.vocabulary import LoadMetric

_PEAK = re.compile(
    r"peak|at most|up to|maxim|at least|spitze|höchst|bis zu|mindestens|pico|punta|máxim|até |hasta |"
    r"no mínimo|al menos|峰值|最多|最高|至少|不低于|支持",
    re.IGNORECASE,
)
_BURST = re.compile(r"burst|spike|ráfaga|rajada|突发", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"(?:concurren|simultane|parallel|at (?:the same time|once)|gleichzeitig|simultán|simultân|concorren|同时|并发)",
    re.IGNORECASE,
)
_USERS = re.compile(
    r"user|session|connection|client|customer|nutzer|benutzer|sitzung|usuari|usuári|sesion|sessões|conex|用户|连接|会话",
    re.IGNORECASE,
)
# What is refused beyond a number is no load that must be carried.
_LIMIT = re.compile(
    r"rate.?limit|throttl|attempt|retr(?:y|ies)|login|quota|begrenz|versuch|intento|tentativa|límite|limite|限流|尝试|重试",
    re.IGNORECASE,
)
_BYTES = re.compile(r"[kmgt]?i?b(?:it|yte)?s?(?:/|p)|byte", re.IGNORECASE)


def place(index: BriefIndex) -> Iterator[Placement]:
    """Yield one row for each metric that the brief gives a number for.

    Where it gives several for the same metric and situation the first stands here: the others
    keep their places among the constraints.
    """
    cells: dict[str, dict[str, str]] = {}
    sources: dict[str, list[Requirement]] = {}
    for requirement in index.brief.requirements:
        for metric, number in _measured(requirement):
            situation = _situation(text_of(requirement))
            if situation not in cells.setdefault(metric, {}):
                cells[metric][situation] = number
                sources.setdefault(metric, []).append(requirement)
    for metric, found in cells.items():
        spans = tuple(dict.fromkeys(s for r in sources[metric] for s in r.spans))
        refs = tuple(dict.fromkeys(r.id for r in sources[metric]))
        yield Placement("performance.load", LoadMetric(metric=metric, **found), spans, refs)


def _measured(requirement: Requirement) -> Iterator[tuple[str, str]]:
    text = text_of(requirement)
    if _LIMIT.search(text):
        return
    for quantity in requirement.quantities:
        if quantity.dimension is Dimension.RATE and not _BYTES.search(quantity.unit):
            yield "Requests/sec", quantity.raw
        elif (
            quantity.dimension is Dimension.COUNT and _AT_ONCE.search(text) and _USERS.search(text)
        ):
            yield "Concurrent users", quantity.raw


def _situation(text: str) -> str:
    if _BURST.search(text):
        return "burst"
    return "peak" if _PEAK.search(text) else "normal"
