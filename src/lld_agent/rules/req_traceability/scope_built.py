"""REQ003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.req_traceability.scope import out_of_scope
from lld_agent.rules.resources import nouns
from lld_agent.rules.routes import declared

_HANDLED = re.compile(
    r"\b(?:handled|owned|managed|provided|done|delegated|covered) (?:by|to|in)\b|\([^)]+\)",
    re.IGNORECASE,
)
_ACTIVITY = frozenset(
    [
        "management",
        "processing",
        "handling",
        "logic",
        "implementation",
        "ui",
        "frontend",
        "support",
        "integration",
        "execution",
        "operation",
        "feature",
    ]
)


class OutOfScopeBuilt(Rule):
    """What is out of scope is not built.

    ## What it checks
    Things listed as out of scope against the declared tables and endpoints.

    ## Why
    Either the scope or the design is out of date, and the estimate with it.

    ## Fires when
    All telling words of such a thing are the name of a table or the noun of an endpoint. What is
    handled by somebody else is left out: a route that passes on to it is legal. This is a preview
    rule: words are little evidence of what is meant.

    ## Incorrect
        Out of scope: fines    and a table `fine`

    ## Correct
        In scope: fines

    ## Known false positives
    A part of the thing that is meant ("payment of fines abroad").

    ## Sections read
    Lists of what is out of scope, tables, endpoints.

    ## Source
    Own.
    """

    id: ClassVar[str] = "REQ003"
    name: ClassVar[str] = "out-of-scope-built"
    severity: ClassVar[Severity] = Severity.WARNING
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per thing."""
        things = list(out_of_scope(design))
        built = _built(design)
        if not things or not built:
            yield Skipped("needs things out of scope, and tables or endpoints")
            return
        for text, span in things:
            words = tuple(
                word for word in tokens(re.split(r"[.:(–—]| - ", text)[0]) if word not in _ACTIVITY
            )
            found = built.get(words) if not _HANDLED.search(text) else None
            if found is not None:
                what, where = found
                yield Hit(
                    message=f"{' '.join(text.split())} is out of scope, but the design declares {what}",
                    places=(Place(span), Place(where, "declared here")),
                    subject=text,
                    object=what,
                    hint="take it into scope, or out of the design",
                )


def _built(design: Design) -> dict[tuple[str, ...], tuple[str, Span]]:
    found: dict[tuple[str, ...], tuple[str, Span]] = {}
    for entity in design.entities:
        if entity.has_columns and entity.confidence >= 0.5:
            for name in entity.names:
                found.setdefault(tokens(name), (f"table {entity.name}", entity.span))
    for endpoint in declared(design):
        segments = nouns(endpoint.path)
        if segments:
            found.setdefault(
                tokens(segments[0]), (f"{endpoint.method} {endpoint.path}", endpoint.span)
            )
    return found
