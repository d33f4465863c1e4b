"""What an endpoint says about who may call it."""

import re

from lld_agent.model.design import Design, Endpoint
from lld_agent.rules.resources import nouns

_NOBODY = re.compile(
    r"[-–—]*|(?:none|no|no auth\w*|public|anonymous|unauthenticated|not (?:required|needed)|n/?a|open"
    r"|keine?|nenhuma?|ninguna?|无)"
    r"(?:\s*(?:required|needed|endpoint))?\.?",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"(?:log-?(?:in|on|out)|sign-?(?:in|up|out)|register|registration|tokens?|refresh|callback|webhooks?|hooks?|forgot.*"
    r"|reset.*|password.*|recover.*|verify.*|verification|otp|mfa|2fa|sso|saml|sessions?|challenge|unsubscribe|csp-report"
    r"|accept-invite|health\w*|live\w*|ready|readyz|metrics)",
    re.IGNORECASE,
)
_ENTRY_ABOVE = frozenset(
    [
        "auth",
        "oauth",
        "oauth2",
        "oidc",
        "sso",
        "saml",
        "webhooks",
        "webhook",
        "hooks",
        "callbacks",
        "login",
    ]
)
_PROVES = re.compile(
    r"webhook|callback|sign(?:ed|ature)|\blog ?in\b|self-registration", re.IGNORECASE
)
_MECHANISMS = (
    ("token", re.compile(r"jwt|bearer|oauth|oidc|openid|token|keycloak|auth0|cognito|entra|\bsso\b|saml", re.IGNORECASE)),
    ("API key", re.compile(r"api[- _]?key|x-api-key", re.IGNORECASE)),
    ("mTLS", re.compile(r"mtls|mutual tls|client cert", re.IGNORECASE)),
    ("basic", re.compile(r"\bbasic\b(?! plan)", re.IGNORECASE)),
    ("session", re.compile(r"session|cookie", re.IGNORECASE)),
    ("signature", re.compile(r"hmac|signature|signed|sigv4", re.IGNORECASE)),
)  # fmt: skip


def authentication(endpoint: Endpoint) -> str:
    """Return what an endpoint says about authentication, "" where it says nothing."""
    cell = endpoint.properties.get("authentication")
    return cell.text.strip() if cell is not None else ""


def is_unauthenticated(text: str) -> bool:
    """Return whether a text says that no authentication is asked for, and gives no reason.

    "None (signed by the sender)" gives one; "None" and "-" do not.
    """
    return _NOBODY.fullmatch(text) is not None


def is_entry(endpoint: Endpoint) -> bool:
    """Return whether callers come to a route to become known, or prove themselves in another way."""
    segments = nouns(endpoint.path)
    if segments and (_ENTRY.fullmatch(segments[-1]) or _ENTRY_ABOVE.intersection(segments)):
        return True
    described = endpoint.properties.get("description")
    return described is not None and _PROVES.search(described.text) is not None


def mechanisms(text: str) -> frozenset[str]:
    """Return the families of authentication mechanisms that a text names."""
    return frozenset(name for name, pattern in _MECHANISMS if pattern.search(text))


_GLOBAL = re.compile(
    r"\b(?:all|every|each|any)\b[^.\n]{0,40}\b(?:endpoints?|routes?|requests?|calls?|apis?)\b[^.\n]{0,60}"
    r"\b(?:authenticat|authoriz|jwt|token|bearer|api[- ]key|mtls|signed|gateway)",
    re.IGNORECASE,
)


def is_said_once(design: Design) -> bool:
    """Return whether one sentence asks all callers to authenticate (G7)."""
    return _GLOBAL.search(design.source.text) is not None
