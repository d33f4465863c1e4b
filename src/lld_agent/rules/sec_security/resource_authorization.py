"""SEC006."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.resources import nouns
from lld_agent.rules.routes import declared, is_exempt
from lld_agent.rules.sec_security import callers
from lld_agent.rules.sec_security.roles import by_resource
from lld_agent.rules.wording import listed

_ALL = re.compile(
    r"\ball\b|\bany\b|every|\*|everything|apis?$|endpoints?$|routes?$|resources?$|requests?$|default",
    re.IGNORECASE,
)


class ResourceNoAuthorization(Rule):
    """Every resource behind a login has a line that says who may use it.

    ## What it checks
    The nouns of authenticated endpoints against the authorization table.

    ## Why
    Knowing who somebody is says nothing about what they may see; the line that is missing is the
    check that is missing.

    ## Fires when
    No line of the table shares a word with any noun of the path: one finding lists the resources.

    ## Incorrect
        `GET /fines` with JWT, and lines for loans and members only

    ## Correct
        | Fines | Own, librarians all | Service layer |

    ## Known false positives
    A resource under a name of its own in the table. A line for everything ("All endpoints")
    silences the rule.

    ## Sections read
    Endpoints, authorization tables.

    ## Source
    OWASP API1:2023 Broken Object Level Authorization.
    """

    id: ClassVar[str] = "SEC006"
    name: ClassVar[str] = "resource-no-authz"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = by_resource(design)
        endpoints = [
            endpoint
            for endpoint in declared(design)
            if callers.mechanisms(callers.authentication(endpoint))
            and not callers.is_entry(endpoint)
            and not is_exempt(endpoint.path, context.lexicons)
        ]
        if not rows or not endpoints:
            yield Skipped("needs authenticated endpoints and a table of resources and permissions")
            return
        known = {word for row in rows for word in _words(row.key.text)}
        if any(_is_for_all(row.key.text, design) for row in rows):
            return
        missing: dict[str, Endpoint] = {}
        for endpoint in endpoints:
            segments = nouns(endpoint.path)
            if segments and not any(_words(segment) & known for segment in segments):
                missing.setdefault(segments[0], endpoint)
        if missing:
            names = listed(missing)
            yield Hit(
                message=f"no line of the authorization table is about {names}; it knows"
                f" {listed(row.key.text for row in rows)}",
                places=(
                    *(Place(e.span, f"{e.method} {e.path}") for e in missing.values()),
                    Place(rows[0].span, "the table"),
                ),
                subject="authorization",
                object=names,
                hint="say for each who may use it, and where that is checked",
            )


def _words(name: str) -> set[str]:
    return {word for part in re.split(r"[\s/,()&]+", name) for word in tokens(part.strip("`{}:"))}


def _is_for_all(name: str, design: Design) -> bool:
    """Return whether a line is about everything; `Endpoints` may be a resource of this service."""
    plain = name.strip("` ")
    if tokens(plain) and any(tokens(plain) in map(tokens, e.names) for e in design.entities):
        return False
    return bool(_ALL.search(plain))
