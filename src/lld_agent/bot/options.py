"""What may be set about the review of a pull request, by a command line or a server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class BotOptions:
    """How a pull request is reviewed.

    Attributes:
        flags: settings that win over the configuration at the base commit, by field name.
        signing_key: signs the marks in what is written; without one a mark counts when its author
            is one of `identities`.
        identities: logins that write for us; empty: whoever the key belongs to.
        strict: a review of which a part could not be done exits 3.
        dry_run: nothing is written.
        seconds: how long the analysis may take.
    """

    flags: Mapping[str, Any] = field(default_factory=dict)
    signing_key: bytes = b""
    identities: frozenset[str] = frozenset()
    strict: bool = False
    dry_run: bool = False
    seconds: float = 900.0
