"""PRF008."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.quantity import find_quantities
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension
from lld_agent.model.source import Span
from lld_agent.rules import flows
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.integrations import integrations
from lld_agent.rules.measures import Measured, autoscaling, request_rate

_PER_POD = re.compile(
    r"(?<![\d.,])(?P<rate>\d[\d.,]{0,9}k?\s?(?:rps|qps|tps|req/s|reqs/s|requests/s|requests/sec|requests per second))"
    r"\s?(?:/|per |each |a )\s?(?:pod|replica|instance|container)\b",
    re.IGNORECASE,
)
_RATE = re.compile(r"rate limits?|quota|throttl|throughput", re.IGNORECASE)
_EACH = re.compile(
    r"(?:every|each|all|per) (?:api )?(?:requests?|calls?)|token (?:validation|introspection)",
    re.IGNORECASE,
)
_CACHED = re.compile(
    r"cach|jwks|local(?:ly)? (?:validat|verif)|offline|batch|in-memory", re.IGNORECASE
)


class CapacityShortfall(Rule):
    """What is expected at most can be served.

    ## What it checks
    Peak requests against the most replicas times what one serves, and burst requests against the rate limit of
    a dependency that is asked on every request.

    ## Why
    The day of the peak is a bad day to learn the sum.

    ## Fires when
    The peak is above the product, or the burst is above the rate limit and no cache is named near it.

    ## Incorrect
        Peak 5000 requests/s; 2-10 replicas with 300 requests/s per pod

    ## Correct
        Peak 5000 requests/s; 2-20 replicas with 300 requests/s per pod

    ## Known false positives
    Queues that flatten the peak.

    ## Sections read
    Expected load, scaling strategy, integrations, text.

    ## Source
    Google SRE book, chapter 18, on capacity.
    """

    id: ClassVar[str] = "PRF008"
    name: ClassVar[str] = "capacity-shortfall"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield a hit for the replicas, and one per dependency."""
        peak, burst = request_rate(design, "peak"), request_rate(design, "burst")
        if peak is None and burst is None:
            yield Skipped("no row of the load table gives requests per second")
            return
        if peak is not None:
            yield from _replicas(design, peak)
        load = burst or peak
        for name, rate in _limited(design) if load is not None else ():
            if load is not None and load.quantity.high > rate.quantity.high:
                yield Hit(
                    message=f"{load.name} may reach {load.quantity.raw}, while {name} is asked on every request and allows"
                    f" {rate.quantity.raw}",
                    places=(Place(load.span), Place(rate.span, "the limit")),
                    subject=name,
                    object="rate",
                    hint="cache its answers and say how many hits are expected, or agree on a higher limit",
                )


def _replicas(design: Design, peak: Measured) -> Iterator[Hit]:
    scaled = autoscaling(design)
    found = _PER_POD.search(design.source.text)
    rates = (
        [q for q in find_quantities(found["rate"]) if q.dimension is Dimension.RATE]
        if found
        else []
    )
    if scaled is None or found is None or len(rates) != 1:
        return
    most = scaled.quantity.high * rates[0].high
    if peak.quantity.high > most:
        yield Hit(
            message=f"{peak.name} reaches {peak.quantity.raw} at peak, while {scaled.quantity.high:g} replicas with"
            f" {rates[0].raw} each serve {most:g}",
            places=(
                Place(peak.span),
                Place(scaled.span, "the replicas"),
                Place(Span(*found.span()), "of one"),
            ),
            subject="requests",
            object="replicas",
            hint="allow more replicas, or make one faster",
        )


def _limited(design: Design) -> Iterator[tuple[str, Measured]]:
    """Yield integrations that are asked on every request, uncached, with their rate limit."""
    for table, cells in integrations(design):
        text = " ".join(cell.text for cell in cells.values())
        for title, cell in cells.items():
            rates = [q for q in find_quantities(cell.text) if q.dimension is Dimension.RATE]
            if (
                _RATE.search(title)
                and len(rates) == 1
                and _EACH.search(text)
                and not _is_cached(design, table.heading, text)
            ):
                yield table.heading, Measured(table.heading, rates[0], "", cell.span)


def _is_cached(design: Design, name: str, text: str) -> bool:
    """Return whether a line about a dependency, or about what it is asked for, speaks of a cache."""
    told = [line for line in design.source.lines if _CACHED.search(line)]
    return bool(_CACHED.search(text)) or any(
        flows.shares_name(name, line) or _EACH.search(line) for line in told
    )
