"""DAT013."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.units import hint_of
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import CacheLayer, CachePolicy, EnvVar
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import cache_flows, caches
from lld_agent.rules.wording import listed

_LIFETIME = re.compile(r"ttl|expir|max[- ]?age", re.IGNORECASE)


class CacheConflict(Rule):
    """What two tables say about the caches agrees.

    ## What it checks
    The caches of the data design (technology, TTL, invalidation) against those of the performance
    section (hit rate, eviction), and both against TTL variables; so too the TTL with which a flow
    fills a cache.

    ## Why
    Whoever builds the cache reads one of the places.

    ## Fires when
    A cache stands in one table only, although the two share at least one: one finding for all. Or
    two places give one cache different lifetimes.

    ## Incorrect
        | Member profile | Redis | 5 minutes | ... |    and | Member profile | 90% | TTL (10 min) |

    ## Correct
        The same caches and lifetimes in both.

    ## Known false positives
    Tables that speak of different layers (one of browsers, one of servers) under like names.

    ## Sections read
    Cache tables of both kinds, sequence diagrams, variables.

    ## Source
    Own.
    """

    id: ClassVar[str] = "DAT013"
    name: ClassVar[str] = "cache-spec-conflict"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per pair of lifetimes that differ, and one for caches of one table only."""
        layers = [row for row in design.of(CacheLayer) if row.confidence >= 0.5]
        policies = [row for row in design.of(CachePolicy) if row.confidence >= 0.5]
        drawn = list(cache_flows.lifetimes(design))
        if not layers and not drawn:
            yield Skipped("neither a table of caches nor a flow gives a lifetime")
            return
        variables = design.of(EnvVar)
        for step, name, ttl in drawn:
            others = [other for _, other, _ in drawn if other != name]
            at = (step.text, step.span)
            yield from _against_variables(name, ttl, at, variables, others)
        for layer in layers:
            yield from _lifetimes(layer, policies, variables, layers)
        yield from _one_sided(layers, policies)


def _lifetimes(
    layer: ReadRow,
    policies: list[ReadRow],
    variables: tuple[ReadRow, ...],
    layers: list[ReadRow],
) -> Iterator[Hit]:
    name, ours = layer["layer"].text, caches.seconds(layer["ttl"].text)
    if ours is None:
        return
    for row in policies:
        text = row["eviction"].text
        theirs = caches.seconds(text) if _LIFETIME.search(text) else None
        if (
            theirs is not None
            and theirs != ours
            and caches.words(row["cache"].text) == caches.words(name)
        ):
            yield _conflict((name, layer["ttl"].text, layer.span), row, row["cache"].text, text)
    others = [row["layer"].text for row in layers if row["layer"].text != name]
    yield from _against_variables(name, ours, (layer["ttl"].text, layer.span), variables, others)


def _against_variables(
    name: str,
    ours: float,
    at: tuple[str, Span],
    variables: tuple[ReadRow, ...],
    others: list[str],
) -> Iterator[Hit]:
    """Yield a hit for each variable about this cache, not one of the others, that differs."""
    written, span = at
    for row in variables:
        variable = row["variable"].text
        if not _LIFETIME.search(variable) or not caches.words(name):
            continue
        unit = hint_of(variable, row["description"].text) or "seconds"
        theirs = caches.seconds(row["default"].text, unit)
        if theirs is not None and theirs != ours and _is_of(variable, name, others):
            yield _conflict((name, written, span), row, variable, row["default"].text)


def _is_of(variable: str, name: str, others: list[str]) -> bool:
    """Return whether a variable is about a cache: it has its words, or some and is about no other."""
    own = caches.words(variable)
    return own == caches.words(name) or (
        bool(own)
        and own < caches.words(name)
        and not any(own & caches.words(other) for other in others)
    )


def _conflict(cache: tuple[str, str, Span], row: ReadRow, name: str, text: str) -> Hit:
    ours, written, span = cache
    return Hit(
        message=f"{ours} lives {written}, but {name} says {text}",
        places=(Place(span), Place(row.span, "the other lifetime")),
        subject=ours,
        object=f"lifetime of {name}",
        hint="give both the same lifetime",
    )


def _one_sided(layers: list[ReadRow], policies: list[ReadRow]) -> Iterator[Hit]:
    ours = {row["layer"].text: row for row in layers}
    theirs = {row["cache"].text: row for row in policies}
    if not any(caches.same(one, other) for one in ours for other in theirs):
        return
    only_ours = [row for name, row in ours.items() if _unknown(name, theirs)]
    only_theirs = [row for name, row in theirs.items() if _unknown(name, ours)]
    parts = []
    if only_ours:
        parts.append(f"{listed(r['layer'].text for r in only_ours)} only with a lifetime")
    if only_theirs:
        parts.append(f"{listed(r['cache'].text for r in only_theirs)} only with an eviction policy")
    if parts:
        yield Hit(
            message="two tables list the caches and differ: " + "; ".join(parts),
            places=tuple(
                Place(row.span, "in this table only") for row in (*only_ours, *only_theirs)
            ),
            subject="caches",
            object=listed(row.key.text for row in (*only_ours, *only_theirs)),
            hint="list the same caches in both",
        )


def _unknown(name: str, others: dict[str, ReadRow]) -> bool:
    return bool(caches.words(name)) and not any(
        caches.words(name) & caches.words(o) for o in others
    )
