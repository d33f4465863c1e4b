"""API008."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import singular
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity, Tier
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.text import payload

_PAGES = re.compile(
    r"\b(?:page|pages|paginat\w*|paged|cursor|offset|limit|per_page|page_size|pagesize|next_token|"
    r"continuation|top[- _]?k|top \d+|latest|paginação|paginación)\b",
    re.IGNORECASE,
)
_LISTS = re.compile(r"\b(?:list|lists|search|all|listar|liste|列表)\b", re.IGNORECASE)
_SMALL = re.compile(
    r"provider|capabilit|version|setting|config|role|permission|currenc|countr|language|locale|enum|type|status|"
    r"health|metric|template|profile|plan|feature|flag|compar|summary|stat|categor|option|benchmark",
    re.IGNORECASE,
)
_ARRAYS = {"data", "items", "results", "records", "entries", "list"}


class ListUnpaginated(Rule):
    """A list that grows is answered in pages.

    ## What it checks
    GET routes that answer with a collection.

    ## Why
    The answer grows with the data until it no longer fits the timeout.

    ## Fires when
    Two of these hold: the last segment is a plural noun, the description says "list" or "search",
    the response holds an array; and nothing about the endpoint mentions pages, a cursor or a limit.

    ## Incorrect
        ### GET /loans     List all loans

    ## Correct
        | `limit` | integer | 20 | at most 100 |

    ## Known false positives
    Collections that never grow. The rule is a preview: of four findings on the documents it was
    designed with none was useful.

    ## Sections read
    Endpoints, their parameters and responses.

    ## Source
    Google AIP-158.
    """

    id: ClassVar[str] = "API008"
    name: ClassVar[str] = "list-unpaginated"
    severity: ClassVar[Severity] = Severity.WARNING
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit that lists the routes."""
        known = [
            e
            for e in routes.declared(design)
            if e.method == "GET" and not routes.is_exempt(e.path, context.lexicons)
        ]
        if not known:
            yield Skipped("no GET route")
            return
        bodies = routes.bodies(design)
        found = [e for e in known if _is_list(e) and not _PAGES.search(bodies[e.span])]
        if found:
            texts = ", ".join(routes.text_of(e) for e in found)
            yield Hit(
                message=f"{texts}: a list, and no page, limit or cursor is given",
                places=tuple(Place(e.span) for e in found),
                subject="lists",
                object=texts,
                hint="add a limit with a maximum, or say why the list stays short",
            )


def _is_list(endpoint: Endpoint) -> bool:
    last = routes.normal_path(endpoint.path).rpartition("/")[2].replace("-", "_").rpartition("_")[2]
    if last in {"", "{}"} or _SMALL.search(routes.normal_path(endpoint.path).rpartition("/")[2]):
        return False
    described = endpoint.properties.get("description")
    sample = payload.members(endpoint.response)
    signs = (
        singular(last.lower()) != last.lower(),
        described is not None and bool(_LISTS.search(described.text)),
        endpoint.response.text.lstrip().startswith("[")
        or any(m.many and m.depth == 1 and m.key in _ARRAYS for m in sample),
    )
    return sum(signs) >= 2
