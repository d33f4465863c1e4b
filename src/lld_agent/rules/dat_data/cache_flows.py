"""What flows do with caches: fill them, and change what they hold."""

import re
from collections.abc import Iterator

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram, DiagramKind, Step, StepKind
from lld_agent.rules.dat_data import caches

_CACHE = re.compile(r"(?<![A-Za-z])(?:redis|valkey|memcached|cache)(?![A-Za-z])", re.IGNORECASE)
_SET = re.compile(
    r"(?:SET(?:EX)?|PUT|store|cache|save|write)\s+(?:the\s+)?(?P<what>[\w:{}-]{3,60})",
    re.IGNORECASE,
)
_TTL = re.compile(
    r"\bTTL\s*[=:]?\s*(?P<count>\d{1,9})\s*(?P<unit>ms|s|sec|seconds|min|minutes|h|hours)?(?!\w)",
    re.IGNORECASE,
)
_DROP = re.compile(r"\b(?:DEL|UNLINK|delete|drop|evict|invalidate|remove)\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:UPDATE|DELETE FROM)\s+[`\"]?(?P<what>[A-Za-z_]\w*)")


def filled(design: Design) -> Iterator[tuple[Step, str]]:
    """Yield the steps of flows that put something into a cache, with what."""
    for flow in design.drawn(DiagramKind.SEQUENCE):
        drawn = _caches(flow)
        for step in flow.steps:
            found = _SET.match(step.text.strip()) if step.target in drawn else None
            if found and not step.reply:
                yield step, found["what"]


def lifetimes(design: Design) -> Iterator[tuple[Step, str, float]]:
    """Yield the steps that fill a cache with a lifetime: step, name of the cache, seconds.

    `SET balance:{id} TTL=30` is about the cache `balance`.
    """
    for step, what in filled(design):
        found = _TTL.search(step.text)
        if found:
            unit = found["unit"] or "s"
            ttl = caches.seconds(f"{found['count']} {unit}")
            if ttl is not None:
                yield step, re.split(r"[:{]", what)[0], ttl


def forgotten(design: Design) -> Iterator[tuple[Diagram, Step, Step, str]]:
    """Yield flows that draw a cache, change a table, and say nothing to the cache.

    Only where another flow that changes this table drops something from the cache: then it holds
    the table. Flow, its change, the drop of the other flow, table.
    """
    flows = [
        (flow, _caches(flow), dict(_changes(flow))) for flow in design.drawn(DiagramKind.SEQUENCE)
    ]
    dropped: dict[str, Step] = {}
    for flow, drawn, changed in flows:
        drop = next((s for s in flow.steps if s.target in drawn and _DROP.search(s.text)), None)
        if drop is not None:
            dropped |= dict.fromkeys(changed, drop)
    for flow, drawn, changed in flows:
        told = any(s.target in drawn or s.source in drawn for s in flow.steps)
        table = next((table for table in changed if table in dropped), None)
        if drawn and not told and table is not None:
            yield flow, changed[table], dropped[table], table


def _changes(flow: Diagram) -> Iterator[tuple[str, Step]]:
    """Yield the tables that a flow changes, each with a step."""
    for step in flow.steps:
        if step.kind is StepKind.MESSAGE:
            yield from ((found["what"].casefold(), step) for found in _CHANGE.finditer(step.text))


def silent_writes(design: Design, cache: str) -> Iterator[tuple[Diagram, Step]]:
    """Yield the first write to a table in flows that say nothing to a cache after it.

    Only in documents that draw a cache at all: elsewhere a flow leaves it out for brevity.

    Args:
        design: the document.
        cache: name of the cache; it has all words of the table.
    """
    flows = design.drawn(DiagramKind.SEQUENCE)
    if not any(map(_caches, flows)):
        return
    wanted = caches.words(cache)
    for flow in flows:
        drawn = _caches(flow)
        told = max(
            (n for n, s in enumerate(flow.steps) if s.target in drawn and not s.reply), default=-1
        )
        late = [
            s
            for n, s in enumerate(flow.steps)
            if n > told and s.kind is StepKind.MESSAGE and _of(s, wanted)
        ]
        if late:
            yield flow, late[0]


def _of(step: Step, wanted: frozenset[str]) -> bool:
    found = _CHANGE.search(step.text)
    changed = caches.words(found["what"] if found else "")
    return bool(changed and wanted) and changed <= wanted


def _caches(flow: Diagram) -> frozenset[str]:
    return frozenset(
        p.id for p in flow.participants if _CACHE.search(p.label) or _CACHE.search(p.id)
    )
