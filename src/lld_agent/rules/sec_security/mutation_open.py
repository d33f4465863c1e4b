"""SEC005."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_open
from lld_agent.language.methods import reads_only
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared, is_exempt
from lld_agent.rules.sec_security import callers

_CHANGES = {"POST", "PUT", "PATCH", "DELETE"}


class MutationUnauthenticated(Rule):
    """Whoever changes something proves who they are.

    ## What it checks
    The authentication of POST, PUT, PATCH and DELETE endpoints.

    ## Why
    Anybody who finds the route can write, and nobody can say who did.

    ## Fires when
    Authentication is "None", "public" or the like; or it is blank although other endpoints of the
    document give theirs and no sentence covers all of them.

    ## Incorrect
        | DELETE | `/loans/{id}` | Authentication: None |

    ## Correct
        | DELETE | `/loans/{id}` | Authentication: JWT, role librarian |

    ## Known false positives
    Forms that are meant for everybody: say why in brackets. Login, tokens, registration, signed
    webhooks and the like are exempt.

    ## Sections read
    Endpoints.

    ## Source
    OWASP API2:2023 Broken Authentication; Threagile missing-authentication.
    """

    id: ClassVar[str] = "SEC005"
    name: ClassVar[str] = "mutation-unauthenticated"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per endpoint."""
        endpoints = [e for e in declared(design) if "authentication" in e.properties]
        if not endpoints:
            yield Skipped("no endpoint says how callers authenticate")
            return
        peers = [e for e in endpoints if not callers.is_unauthenticated(callers.authentication(e))]
        covered = callers.is_said_once(design)
        for endpoint in endpoints:
            if endpoint.method == "POST" and reads_only(endpoint.path):
                continue
            if endpoint.method in _CHANGES and _is_open_to_all(
                endpoint, covered=covered or not peers
            ):
                if callers.is_entry(endpoint) or is_exempt(endpoint.path, context.lexicons):
                    continue
                yield _hit(endpoint, peers)


def _is_open_to_all(endpoint: Endpoint, *, covered: bool) -> bool:
    text = callers.authentication(endpoint)
    if is_open(text) or not callers.is_unauthenticated(text):
        return False
    return bool(text.strip("-–— ")) or not covered


def _hit(endpoint: Endpoint, peers: list[Endpoint]) -> Hit:
    text = callers.authentication(endpoint).strip("-–— ")
    what = f"asks for no authentication ({text})" if text else "leaves authentication blank"
    other = (
        f"; {peers[0].method} {peers[0].path} asks for {callers.authentication(peers[0])}"
        if peers
        else ""
    )
    return Hit(
        message=f"{endpoint.method} {endpoint.path} changes something and {what}{other}",
        places=(
            Place(endpoint.properties["authentication"].span if text else endpoint.span),
            *(Place(peer.span, "another endpoint") for peer in peers[:1]),
        ),
        subject=f"{endpoint.method} {endpoint.path}",
        object="authentication",
        hint="say what a caller must present, or in brackets why nobody needs to",
    )
