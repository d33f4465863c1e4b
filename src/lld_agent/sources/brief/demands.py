"""Spans that make one demand together: a lead and its list, the steps of a scenario."""

import re
from collections.abc import Iterator
from itertools import pairwise

from lld_agent.model.brief import BriefSpan
from lld_agent.sources.brief.normative import demands

_HAN = re.compile(r"[\u3400-\u9fff]")
_SHORT = 3
_SHORT_HAN = 8
_BEGINS = re.compile(
    r"(?:given|when|if|dad[oa]s?|cuando|quando|gegeben|angenommen|wenn|给定|假如|假设|当)(?!\w)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"(?:and|but|y|pero|e|mas|und|aber|when|then|cuando|quando|wenn|entonces|entao|então|dann|并且|而且|那么|则)(?!\w)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:then|entonces|então|entao|dann|那么|则)(?!\w)", re.IGNORECASE)


def joined(spans: tuple[BriefSpan, ...]) -> dict[str, tuple[BriefSpan, ...]]:
    """Return, by the id of its first span, each group of spans that is one demand.

    A list under a lead that demands ("The system must:") is one demand when all its items are
    words, and one for each item, with the lead before it, when they are clauses. Items that begin
    with Given, When, Then and And are one scenario.
    """
    found: dict[str, tuple[BriefSpan, ...]] = {}
    for items in _lists(spans):
        for group in _groups(items, _lead_of(items[0], spans)):
            key = next(span.id for span in group if span.kind == "item")
            found[key] = group
    return found


def _lists(spans: tuple[BriefSpan, ...]) -> Iterator[tuple[BriefSpan, ...]]:
    """Yield the items of each list: neighbours with the same lead under the same heading."""
    run: list[BriefSpan] = []
    for before, span in pairwise((None, *spans)):
        same = before is not None and before.kind == "item" and _key(before) == _key(span)
        if run and not (same and span is not None and span.kind == "item"):
            yield tuple(run)
            run = []
        if span is not None and span.kind == "item":
            run.append(span)
    if run:
        yield tuple(run)


def _key(span: BriefSpan | None) -> tuple[tuple[str, ...], str]:
    return (span.headings, span.lead) if span else ((), "")


def _groups(
    items: tuple[BriefSpan, ...], lead: BriefSpan | None
) -> Iterator[tuple[BriefSpan, ...]]:
    if lead is None or not demands(lead.text):
        yield from _scenarios(items)
    elif all(_is_words(item.text) for item in items):
        yield (lead, *items)
    else:
        yield from ((lead, item) for item in items)


def _scenarios(items: tuple[BriefSpan, ...]) -> Iterator[tuple[BriefSpan, ...]]:
    steps: list[BriefSpan] = []
    for item in items:
        if steps and not _GOES_ON.match(item.text):
            yield from _scenario(steps)
            steps = []
        if steps or _BEGINS.match(item.text):
            steps.append(item)
    yield from _scenario(steps)


def _scenario(steps: list[BriefSpan]) -> Iterator[tuple[BriefSpan, ...]]:
    if len(steps) > 1 and any(_ENDS.match(step.text) for step in steps):
        yield tuple(steps)


def _is_words(text: str) -> bool:
    return len(text.split()) <= _SHORT and len(_HAN.findall(text)) <= _SHORT_HAN


def _lead_of(item: BriefSpan, spans: tuple[BriefSpan, ...]) -> BriefSpan | None:
    """Return the sentence or item that introduces a list, None where nothing does."""
    if not item.lead:
        return None
    at = int(item.id.removeprefix("S")) - 2
    for span in reversed(spans[: at + 1]):
        if span.headings != item.headings:
            return None
        if span.kind in {"sentence", "lead"} and span.text.rstrip(":：") == item.lead:
            return span
    return None
