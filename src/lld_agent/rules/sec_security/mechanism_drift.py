"""SEC008."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import AuthenticationFlow
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared
from lld_agent.rules.sec_security import callers
from lld_agent.rules.wording import listed


class MechanismDrift(Rule):
    """Endpoints authenticate callers in a way that the security design describes.

    ## What it checks
    The authentication of endpoints against the mechanisms of the authentication table.

    ## Why
    A mechanism that the security design leaves out has no lifetime, no renewal and no review.

    ## Fires when
    An endpoint names a mechanism (token, API key, mTLS, basic, session, signature), and the table
    none of the same kind: one finding per mechanism.

    ## Incorrect
        | Authentication | API key |    and a table with JWT only

    ## Correct
        | Machines | API key | 90 days | Issued anew |

    ## Known false positives
    Sessions that are kept as tokens, under another word.

    ## Sections read
    Endpoints, authentication tables.

    ## Source
    Own; OWASP API2:2023 Broken Authentication.
    """

    id: ClassVar[str] = "SEC008"
    name: ClassVar[str] = "auth-drift"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per mechanism."""
        rows = [row for row in design.of(AuthenticationFlow) if row.confidence >= 0.5]
        known = callers.mechanisms(" ".join(c.text for r in rows for c in r.cells.values()))
        if not known:
            yield Skipped("no table says which authentication mechanisms there are")
            return
        if "session" in known or "token" in known:
            known |= {"session", "token"}  # a session is kept as a token, and the other way round
        drifted: dict[str, list[Endpoint]] = {}
        for endpoint in declared(design):
            used = callers.mechanisms(callers.authentication(endpoint))
            if used and not used & known:
                drifted.setdefault(min(used), []).append(endpoint)
        for mechanism, endpoints in drifted.items():
            routes = listed((f"{e.method} {e.path}" for e in endpoints), 3)
            yield Hit(
                message=f"{routes} take{'' if len(endpoints) > 1 else 's'} {mechanism}, the authentication table only"
                f" {listed(row.key.text for row in rows)}",
                places=(
                    *(Place(e.properties["authentication"].span) for e in endpoints),
                    Place(rows[0].span, "the table"),
                ),
                subject=mechanism,
                object="authentication",
                hint=f"add {mechanism} to the authentication table, or use what it has",
            )
