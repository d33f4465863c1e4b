"""API010."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import AuthenticationFlow
from lld_agent.rules import routes
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_WANTED = {"rate_limit": "rate limit", "timeout": "timeout", "authentication": "authentication"}


class OperationalGap(Rule):
    """What one endpoint says about limits, its peers say too.

    ## What it checks
    Rate limit, timeout and authentication of the endpoints of a contract.

    ## Why
    Where most endpoints have a timeout, the one without was forgotten, and the default of some
    library decides.

    ## Fires when
    At least half of the endpoints in detail give a property and another leaves it blank or out:
    one finding per property. Authentication only counts when no table of authentication flows
    speaks for all.

    ## Incorrect
        POST /loans with Timeout 5 s; POST /returns with an empty Timeout

    ## Correct
        | **Timeout** | 5 s |

    ## Known false positives
    Properties that are stated once for all in prose. "None" and "no limit" are answers.

    ## Sections read
    Properties of endpoints, authentication flows.

    ## Source
    AWS Well-Architected REL05-BP05 for timeouts; own guards.
    """

    id: ClassVar[str] = "API010"
    name: ClassVar[str] = "operational-gap"
    severity: ClassVar[Severity] = Severity.WARNING
    templates: ClassVar[frozenset[str]] = frozenset({"service"})

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per property."""
        known = [
            e
            for e in routes.declared(design)
            if e.notation != "table" and not routes.is_exempt(e.path, context.lexicons)
        ]
        if len(known) < 2:
            yield Skipped("needs at least two endpoints in detail")
            return
        for name, words in _WANTED.items():
            if name == "authentication" and design.of(AuthenticationFlow):
                continue
            given = [e for e in known if _says(e, name)]
            blank = [e for e in known if not _says(e, name)]
            if blank and len(given) >= len(blank):
                yield _hit(words, name, blank, given[0])


def _says(endpoint: Endpoint, name: str) -> bool:
    cell = endpoint.properties.get(name)
    return cell is not None and cell.text.strip(" -–—?.") != ""


def _hit(words: str, name: str, blank: list[Endpoint], peer: Endpoint) -> Hit:
    texts = ", ".join(routes.text_of(e) for e in blank)
    return Hit(
        message=f"{texts}: no {words}, while {routes.text_of(peer)} gives {peer.properties[name].text}",
        places=(
            *(Place(e.properties[name].span if name in e.properties else e.span) for e in blank),
            Place(peer.properties[name].span, "a peer gives it"),
        ),
        subject=name,
        object=texts,
        hint=f"give its {words}, or say once what holds for all",
    )
