"""Which calls a draft is going to make, before any is made: for `--dry-run`."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from lld_agent.draft.choose import choose_template
from lld_agent.draft.ground import Ground
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import PLACERS
from lld_agent.draft.stages import extract, sections
from lld_agent.draft.stages import spine as spines
from lld_agent.draft.stages.sections import Shared
from lld_agent.llm.plan import PlannedCall
from lld_agent.llm.request import Message, Request, WireMode
from lld_agent.model.brief import Brief

# Tokens of answers, least and most, seen in the recorded runs (docs/measurements.md).
_EXTRACT = (100, 1_500)
_SPINE = (1_500, 4_500)
_SECTION = (500, 3_500)
_PATCH = (200, 2_000)
# Of critics: assumptions until real runs are recorded. A draft and what is said about it, as they see it.
_CRITIC = (20, 2_500)
_VERDICT = (60, 250)
_DRAFT = 25_000


def planned(
    brief: Brief,
    options: DraftOptions,
    count: Callable[[str], int],
    wire: WireMode,
    *,
    critics: bool = False,
) -> Iterator[PlannedCall]:
    """Yield the calls of a draft in their order.

    Sections stand there without the spine and without the names of other sections, which only the
    run will know: `later` allows for them.
    """
    prefix: tuple[Message, ...] = ()
    for request, output, later in _requests(brief, options, count, wire):
        schema = json.dumps(request.answer.model_json_schema(), ensure_ascii=False)
        prefix = request.prefix
        yield PlannedCall(
            request.stage, request.subject, prefix, request.messages, schema, output, later
        )
    yield PlannedCall("patch", "", prefix, (), "", _PATCH, later=2 * _SPINE[1], times=(0, 2))
    if critics:
        yield PlannedCall("critic", "draft", (), (), "", _CRITIC, later=_DRAFT, times=(3, 6))
        yield PlannedCall("verify", "findings", (), (), "", _VERDICT, later=5_000, times=(0, 40))
        yield PlannedCall(
            "patch", "critics", prefix, (), "", _PATCH, later=2 * _SPINE[1], times=(0, 1)
        )


def requests(
    brief: Brief, options: DraftOptions, count: Callable[[str], int], wire: WireMode
) -> Iterator[Request[Any]]:
    """Yield the requests of a draft as far as they are known before it runs."""
    for request, _output, _later in _requests(brief, options, count, wire):
        yield request


def _requests(
    brief: Brief, options: DraftOptions, count: Callable[[str], int], wire: WireMode
) -> Iterator[tuple[Request[Any], tuple[int, int], int]]:
    template = choose_template(brief, options.template)
    for request in extract.requests(brief, count):
        yield request, _EXTRACT, 0
    yield spines.request(brief, template, count), _SPINE, 0
    known = tuple(PLACERS[template.name](brief))
    ground = Ground.of(template, brief)
    shared = Shared.of(template, brief, spines.EMPTY, known, ground, count, wire)
    for wave in sections.waves(template.name):
        for group in wave:
            yield sections.request(shared, group, {}), _SECTION, _SPINE[1]
