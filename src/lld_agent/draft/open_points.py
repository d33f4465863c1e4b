"""Questions that the brief itself leaves open."""

import re

from lld_agent.draft.features import words_of
from lld_agent.draft.place.wording import without_number
from lld_agent.model.brief import Brief
from lld_agent.sources.brief.requirements import OPEN_POINT

_TITLE = re.compile(
    r"(?:open|unresolved|outstanding) (?:points?|questions?|issues?|topics?)|unresolved|offene (?:punkte|fragen)|"
    r"(?:preguntas|puntos) (?:abiert|pendient)|(?:questões|perguntas|pontos) (?:em aberto|abert)|"
    r"待定|待确认|未决|开放问题",
    re.IGNORECASE,
)


def open_points(brief: Brief) -> tuple[str, ...]:
    """Return the items and sentences under a heading like "Open questions", in order."""
    return tuple(
        words_of(span)
        for span in brief.spans
        if span.kind in {"sentence", "item", "row"}
        and (
            any(_TITLE.fullmatch(without_number(title)) for title in span.headings[-1:])
            or (span.kind == "item" and OPEN_POINT.match(span.text))
        )
    )
