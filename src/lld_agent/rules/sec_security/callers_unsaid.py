"""SEC018."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SAID = re.compile(
    r"auth|token|jwt|sso\b|saml|oidc|api[ -]?key|mtls|certificate|credential|log(?:ged)?[ -]?in|sign(?:ed)?[ -]in"
    r"|permission|privilege|rbac|\bacls?\b|\broles?\b|signed|signature|session|password|anonymous|guest"
    r"|public(?:ly)? |internal(?:ly)? |private |trusted|behind (?:the|a|an) |gateway|service mesh|firewall|loopback|localhost"
    r"|anmeld|berechtig|zugriff|öffentlich|autentic|autoriz|permis|contraseña|senha|público|interno"
    r"|authentifi|autoris|droits?\b|权限|认证|鉴权|登录|授权|公开|内部|内网",
    re.IGNORECASE,
)
_SHOWN = 4
_FEWEST = 3


class CallersUnsaid(Rule):
    """A design with endpoints says somewhere who may call them.

    ## What it checks
    The whole document, where it declares at least three endpoints of its own.

    ## Why
    Whoever builds it leaves them open, or takes the mechanism of the service next door.

    ## Fires when
    No word of the document speaks of authentication, permissions, tokens, or of endpoints being public
    or internal. One finding for all endpoints. Where a document has a word on it, the other rules on
    authentication judge.

    ## Incorrect
        POST /evaluations starts an evaluation, GET /evaluations lists them.

    ## Correct
        POST /evaluations starts an evaluation (JWT of the platform), GET /evaluations lists them.

    ## Known false positives
    Designs that leave it to another document without saying so.

    ## Sections read
    The whole document.

    ## Source
    OWASP API Security Top 10 2023, API2.
    """

    id: ClassVar[str] = "SEC018"
    name: ClassVar[str] = "callers-unsaid"
    severity: ClassVar[Severity] = Severity.WARNING
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        endpoints = design.declared()
        if len(endpoints) < _FEWEST:
            yield Skipped(f"fewer than {_FEWEST} endpoints of its own")
            return
        if _SAID.search(design.source.text):
            return
        named = ", ".join(f"{e.method} {e.path}" for e in endpoints[:_SHOWN])
        more = f" and {len(endpoints) - _SHOWN} more" if len(endpoints) > _SHOWN else ""
        yield Hit(
            message=f"who may call {named}{more} is said nowhere: no word on authentication or access",
            places=tuple(Place(endpoint.span) for endpoint in endpoints),
            subject="endpoints",
            hint="name the mechanism once for all, or say that they are public",
        )
