"""Which calls a draft is going to make, before any is made: for `--dry-run`."""

import json
from collections.abc import Callable, Iterator

from lld_agent.draft.choose import choose_template
from lld_agent.draft.ground import Ground
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import PLACERS
from lld_agent.draft.stages import extract, sections
from lld_agent.draft.stages import spine as spines
from lld_agent.draft.stages.sections import Shared
from lld_agent.llm.plan import PlannedCall
from lld_agent.llm.request import Message, Request, T, WireMode
from lld_agent.model.brief import Brief

# Tokens of answers, least and most, seen in the recorded runs (docs/measurements.md).
_EXTRACT = (100, 1_500)
_SPINE = (1_500, 4_500)
_SECTION = (500, 3_500)
_PATCH = (200, 2_000)


def planned(
    brief: Brief, options: DraftOptions, count: Callable[[str], int], wire: WireMode
) -> Iterator[PlannedCall]:
    """Yield the calls of a draft in their order.

    Sections stand there without the spine and without the names of other sections, which only the
    run will know: `later` allows for them.
    """
    template = choose_template(brief, options.template)
    for request in extract.requests(brief, count):
        yield _call(request, _EXTRACT)
    yield _call(spines.request(brief, template, count), _SPINE)
    known = tuple(PLACERS[template.name](brief))
    ground = Ground.of(template, brief)
    shared = Shared.of(template, brief, spines.EMPTY, known, ground, count, wire)
    for wave in sections.waves(template.name):
        for group in wave:
            yield _call(sections.request(shared, group, {}), _SECTION, later=_SPINE[1])
    prefix = shared.prefix
    yield PlannedCall("patch", "", prefix, (), "", _PATCH, later=2 * _SPINE[1], times=(0, 2))


def _call(request: Request[T], output: tuple[int, int], later: int = 0) -> PlannedCall:
    schema = json.dumps(request.answer.model_json_schema(), ensure_ascii=False)
    return PlannedCall(
        request.stage, request.subject, request.prefix, request.messages, schema, output, later
    )


def shown(call: PlannedCall) -> Iterator[Message]:
    """Yield the messages of a call as they would leave the machine."""
    yield from call.prefix
    yield from call.messages
