"""A baseline: findings that a team knows of and has decided to live with, each with its reason."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class BaselineEntry(BaseModel):
    """One known finding of one document.

    Attributes:
        fingerprint: of the finding; with `path` it is what an entry is found by.
        rule, section, message: for people who read the file; a changed message changes nothing.
        path: of the document, relative to the folder of the baseline, with forward slashes.
        reason: why it may stay.
        expires: the last day on which it may; None for good.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    rule: _Line
    path: _Line
    section: str = ""
    message: str = ""
    reason: _Line
    expires: date | None = None

    def expired(self, today: date) -> bool:
        """Return whether its last day is over."""
        return self.expires is not None and self.expires < today


class Baseline(BaseModel):
    """All entries of a baseline file, ordered by path, rule and fingerprint."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    entries: tuple[BaselineEntry, ...] = Field(())
