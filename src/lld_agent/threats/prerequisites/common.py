"""What several prerequisites share."""

import re

from lld_agent.model.threats import Flow, Ground
from lld_agent.threats.facts import at

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|token|tokens|sessions?|auth|oauth2?|password\w*|reset-password|refresh|otp|mfa)(?:/|$)",
    re.IGNORECASE,
)


def first(flows: "list[Flow] | tuple[Flow, ...]", note: str) -> Ground | None:
    """Return the ground that the first of some flows is, counting the others; None without any."""
    return at(flows[0], note, len(flows) - 1) if flows else None
