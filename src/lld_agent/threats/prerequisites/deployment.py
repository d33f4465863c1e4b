"""What is left running and how it is set up (T20, T21)."""

import re

from lld_agent.model.design import Endpoint
from lld_agent.model.threats import Ground
from lld_agent.threats.facts import Facts

_VERSION = re.compile(r"/v(\d+)(?=/)")
_IMAGE = re.compile(
    r"\|\s*\**base image\**\s*\|[^|\n]+\||^\s*FROM\s+\S+", re.IGNORECASE | re.MULTILINE
)
_DEBUG = re.compile(r"\bCORS\b|\bDEBUG\s*=|\bdebug mode\b", re.IGNORECASE)


def inventory(facts: Facts) -> Ground | None:
    """T20."""
    versions: dict[str, Endpoint] = {}
    for endpoint in facts.endpoints:
        found = _VERSION.search(endpoint.path)
        if found:
            versions.setdefault(found[1], endpoint)
    old = [versions[key] for key in sorted(versions)[:-1]]
    old += [e for e in facts.endpoints if re.search(r"deprecated|legacy", e.path, re.IGNORECASE)]
    return facts.ground(old, "is an old version beside a new one")


def misconfiguration(facts: Facts) -> Ground | None:
    """T21."""
    for pattern, note in ((_IMAGE, "runs from an image"), (_DEBUG, "has a CORS or debug setting")):
        span = facts.told.stated.search(pattern)
        if span:
            return Ground(f"the container of {facts.service}", span, note, (facts.service,))
    return None
