"""What critics did with one document, beside the findings that they left."""

from pydantic import BaseModel, ConfigDict


class Rejected(BaseModel):
    """Something that a critic raised and that is not reported, and why.

    Attributes:
        rule: of the critic.
        message: what it said, one line.
        severity: that it gave.
        quotes, lines: that it rested on, as far as they were found.
        reason: one of `critics.reasons`, upper case.
        detail: the same for a person: what refutes it, which rule said it already, one line.
    """

    model_config = ConfigDict(frozen=True)

    rule: str
    message: str
    severity: str
    quotes: tuple[str, ...]
    lines: tuple[int, ...]
    reason: str
    detail: str = ""


class CriticReport(BaseModel):
    """How the critics of one document went.

    Attributes:
        run: ids of critics that judged all that they had to read.
        skipped: id and reason of those that had nothing to judge or were not chosen.
        failed: id and reason of those without a whole answer; `verify` for the second reading.
        raised: how many findings were raised. confirmed: how many of them are reported.
        rejected: the others.
    """

    model_config = ConfigDict(frozen=True)

    run: tuple[str, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    raised: int = 0
    confirmed: int = 0
    rejected: tuple[Rejected, ...] = ()
