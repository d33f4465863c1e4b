"""The one record that crosses every border: rules, critics, suppressions, formats, bot."""

import hashlib
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from lld_agent.model.source import Location


class Severity(StrEnum):
    """How bad it is. `rank` grows with it."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return list(Severity).index(self)


class Tier(StrEnum):
    """Stable rules are on by default; preview rules are opt-in until measured."""

    STABLE = "stable"
    PREVIEW = "preview"


class Evidence(BaseModel):
    """A place in the document, quoted."""

    model_config = ConfigDict(frozen=True)

    quote: str
    location: Location
    section: str = ""
    note: str = ""


class Edit(BaseModel):
    """A place of the document, and the text that takes its place."""

    model_config = ConfigDict(frozen=True)

    location: Location
    text: str


class Fix(BaseModel):
    """The one right edit that resolves a finding: its parts belong together and do not overlap."""

    model_config = ConfigDict(frozen=True)

    title: str
    edits: tuple[Edit, ...]


class Finding(BaseModel):
    """One finding about one document.

    Attributes:
        rule, name: `API001`, `undeclared-endpoint`.
        severity, tier: after configuration.
        path: the document as the person named it.
        message: names both sides, one line, plain text.
        evidence: the place it is about first, the other side after it; never empty.
        subject, object: canonical names of the two sides; with the rule they are the identity.
        hint: what would resolve it, one line; empty when there is no one right answer.
        suppressed: the reason given in the document or in a baseline, None when it was not set aside.
        note: what else is to be known about it, one line: that its baseline entry has expired.
        origin: `rule` for what code found, `model` for what a language model said and code and a
            second reading let stand.
        fix: where there is exactly one right edit; `lld-agent fix` shows and applies it.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    name: str
    severity: Severity
    tier: Tier
    path: str
    message: str
    evidence: tuple[Evidence, ...]
    subject: str
    object: str = ""
    hint: str = ""
    suppressed: str | None = None
    note: str = ""
    origin: Literal["rule", "model"] = "rule"
    fix: Fix | None = None

    @property
    def location(self) -> Location:
        """Where it is reported."""
        return self.evidence[0].location

    @property
    def quote(self) -> str:
        """The words it is about."""
        return self.evidence[0].quote

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stay the same while the finding does.

        Over rule, canonical subject and canonical object: no line number, no path, no message.
        """
        identity = f"{self.rule}\x1f{self.subject.casefold()}\x1f{self.object.casefold()}"
        return hashlib.sha256(identity.encode()).hexdigest()[:16]
