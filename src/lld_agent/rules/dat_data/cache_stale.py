"""DAT012."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.diagrams import Step
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import CacheLayer
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.dat_data import cache_flows, caches
from lld_agent.rules.resources import nouns
from lld_agent.rules.routes import declared, normal_path

_ONLY_TIME = re.compile(
    r"(?:by |on |via |after )?(?:ttl|time|timeout|expir\w+)(?:[- ](?:based|only|expir\w+|eviction))*(?: only)?(?:\s*\([^)]*\))?",
    re.IGNORECASE,
)
_BOUND = re.compile(r"stale|eventual|acceptable|tolera|lag", re.IGNORECASE)
_ON_CHANGE = re.compile(r"update|change|delet|write|modif|edit|put\b|patch", re.IGNORECASE)
_INVALIDATED = re.compile(
    r"invalidat|evict|\bDEL\b|purge|refresh(?:es)? (?:the )?cache|drops? (?:the )?(?:entry|cache)|write-through|stale|eventual",
    re.IGNORECASE,
)
_CHANGES = {"PUT", "PATCH", "DELETE", "POST"}


class CacheStale(Rule):
    """A cache of something that changes is told when it changes.

    ## What it checks
    The invalidation of cached things against the endpoints that change them.

    ## Why
    After an update, readers see the old value for as long as the entry lives.

    ## Fires when
    A thing that PUT, PATCH or DELETE endpoints change is cached with no invalidation, or with
    expiry only; or a flow puts it into a cache, and the document says nothing of dropping it; or a
    flow changes it and leaves out the drop that the cache table promises, or that another flow has.

    ## Incorrect
        | Member profile | Redis | 1 hour | TTL |    and `PATCH /members/{id}`

    ## Correct
        | Member profile | Redis | 1 hour | Deleted by PATCH /members/{id} |

    ## Known false positives
    Caches for which old values are harmless: say how old they may be (stale, eventual, acceptable).

    ## Sections read
    Cache tables, sequence diagrams, endpoints; all text for the invalidation.

    ## Source
    Own; AWS Well-Architected, REL04 and PERF04 on cache coherence.
    """

    id: ClassVar[str] = "DAT012"
    name: ClassVar[str] = "cache-stale"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per cached thing."""
        rows = [
            r for r in design.of(CacheLayer) if r["invalidation"].present and r.confidence >= 0.5
        ]
        changing = [e for e in declared(design, classes=True) if e.method in _CHANGES]
        filled = list(cache_flows.filled(design))
        if not rows and not (filled and changing):
            yield Skipped(
                "needs a table of caches, or flows that fill one and endpoints that change it"
            )
            return
        if not rows and not _INVALIDATED.search(design.source.text):
            yield from _never_dropped(filled, changing)
        yield from _not_dropped(design, rows)
        for flow, change, drop, table in cache_flows.forgotten(design):
            yield Hit(
                message=f"the flow {flow.heading or change.text} changes {table} and draws the cache, but tells it"
                " nothing; another flow that changes it drops the entry",
                places=(Place(change.span), Place(drop.span, "the other flow")),
                subject=table,
                object=flow.heading or change.text,
                hint="add the step that drops the entry",
            )
        for row in rows:
            text = row["invalidation"].text.strip()
            whole = " ".join(cell.text for cell in (*row.cells.values(), *row.extra.values()))
            if not (is_none(text) or _ONLY_TIME.fullmatch(text)) or _BOUND.search(whole):
                continue
            endpoint = _changes(row, changing)
            if endpoint is not None:
                how = "expires only" if _ONLY_TIME.fullmatch(text) else "has no invalidation"
                yield Hit(
                    message=f"{row['layer'].text} {how}, but {endpoint.method} {endpoint.path} changes it",
                    places=(Place(row.span), Place(endpoint.span, "the change")),
                    subject=row["layer"].text,
                    object="invalidation",
                    hint="drop or replace the entry on that change, or say how old it may be",
                )


def _not_dropped(design: Design, rows: list[ReadRow]) -> Iterator[Hit]:
    """Yield writes in flows that do not drop what the table says is dropped on change."""
    for row in rows:
        text = row["invalidation"].text
        if is_none(text) or not _ON_CHANGE.search(text):
            continue
        for flow, step in cache_flows.silent_writes(design, row["layer"].text):
            yield Hit(
                message=f"{row['layer'].text} is to be dropped ({text}), but the flow"
                f" {flow.heading or step.text} changes it without a word to the cache",
                places=(Place(step.span), Place(row.span, "the invalidation")),
                subject=row["layer"].text,
                object=flow.heading or step.text,
                hint="add the step that drops the entry",
            )


def _never_dropped(filled: list[tuple[Step, str]], changing: list[Endpoint]) -> Iterator[Hit]:
    told: set[str] = set()
    for step, what in filled:
        endpoint = _changed(what, changing)
        if endpoint is not None and endpoint.path not in told:
            told.add(endpoint.path)
            yield Hit(
                message=f"a flow caches {what} ({step.text}); {endpoint.method} {endpoint.path} changes it,"
                " and nothing in the document drops the entry",
                places=(Place(step.span), Place(endpoint.span, "the change")),
                subject=what,
                object="invalidation",
                hint="drop or replace the entry on that change, or say how old it may be",
            )


def _changes(row: ReadRow, endpoints: list[Endpoint]) -> Endpoint | None:
    """Return the endpoint whose path ends in what the cache holds."""
    return _changed(row["layer"].text, endpoints)


def _changed(what: str, endpoints: list[Endpoint]) -> Endpoint | None:
    for endpoint in endpoints:
        thing = caches.words(_thing(endpoint))
        if thing and thing <= caches.words(what):
            return endpoint
    return None


def _thing(endpoint: Endpoint) -> str:
    """Return what an endpoint changes: the last noun, of `POST /loans/{id}/extend` the one before."""
    path = normal_path(endpoint.path)
    if endpoint.method == "POST":
        path = path.rpartition("/{}/")[0] if "/{}/" in path else ""
    segments = nouns(path)
    return segments[-1] if segments else ""
