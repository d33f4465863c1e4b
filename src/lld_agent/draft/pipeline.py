"""From a brief to a design without a language model: the outline."""

from collections.abc import Callable, Iterator, Mapping

from lld_agent.draft.choose import choose_template
from lld_agent.draft.finish import Draft, Record, finish
from lld_agent.draft.open_points import open_points
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.place import module, service
from lld_agent.draft.placement import Placement
from lld_agent.draft.previous import FIRST, Previous
from lld_agent.draft.questions import Asked
from lld_agent.model.brief import Brief

PLACERS: Mapping[str, Callable[[Brief], Iterator[Placement]]] = {
    "service": service.place,
    "module": module.place,
}
"""Template → what puts the statements of a brief into its slots."""

ASK_AUTHOR = "author of the requirements"


def draft_outline(brief: Brief, options: DraftOptions, previous: Previous = FIRST) -> Draft:
    """Put what a brief says into the slots where it belongs; ask for the rest.

    Args:
        brief: the requirements.
        options: what a person says beside them.
        previous: the draft of the same design before this one: what had an id keeps it.

    Raises:
        UsageError: the options name no template.
        InternalError: the result does not read back to what was written; nothing is returned.
    """
    template = choose_template(brief, options.template)
    placements = tuple(PLACERS[template.name](brief))
    asked = [Asked(text, ASK_AUTHOR) for text in open_points(brief)]
    return finish(
        brief, template, placements, options, Record(open_points=asked, previous=previous)
    )
