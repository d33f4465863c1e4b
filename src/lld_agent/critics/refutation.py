"""The second reading: each candidate alone, by somebody who tries to refute it.

What it must not do is say yes to everything, no to everything, or nothing: two planted findings with
known answers go with every run, and a share of refusals or errors that no honest reading has stops it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from lld_agent.critics.canaries import Canary, canaries
from lld_agent.critics.candidates import Candidate, Document, rejected
from lld_agent.critics.reasons import Reason
from lld_agent.critics.requests import verify_request
from lld_agent.critics.wire import Verdict
from lld_agent.llm.ports import Asks
from lld_agent.llm.request import Failure, FailureKind, Outcome
from lld_agent.model.criticism import Rejected
from lld_agent.model.finding import Severity
from lld_agent.model.usage import Usage

ENOUGH = 5
"""Findings from which a share of refuted ones says something."""

MOST_REFUTED = 0.8
MOST_ERRORS = 0.2
SURE = 0.7
"""Confidence from which one upheld reading carries a warning."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A candidate that stands, with the severity that its readings carry, and why it stands."""

    candidate: Candidate
    severity: Severity
    note: str


@dataclass(frozen=True, slots=True)
class Refuted:
    """What a second reading made of candidates.

    Attributes:
        confirmed: those that stand.
        gone: those that do not, with reasons.
        failures: readings without an answer: what, and why.
        broken: why no verdict of this run can be relied on; "" where they can.
    """

    confirmed: tuple[Confirmed, ...] = ()
    gone: tuple[Rejected, ...] = ()
    failures: tuple[tuple[str, Failure], ...] = ()
    broken: str = ""
    usages: tuple[Usage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """A candidate and what became of its readings."""

    candidate: Candidate
    outcomes: tuple[Outcome[Verdict], ...]

    @property
    def failure(self) -> Failure | None:
        """Why one of its readings is missing."""
        found = (o.failure or _foreign(o, self.candidate) for o in self.outcomes)
        return next((failure for failure in found if failure is not None), None)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return tuple(o.value for o in self.outcomes if o.value is not None)


def _foreign(outcome: Outcome[Verdict], candidate: Candidate) -> Failure | None:
    if outcome.value is None or outcome.value.id == candidate.id:
        return None
    return Failure(FailureKind.INVALID, "the answer is about another finding than was asked")


async def refute(candidates: Sequence[Candidate], document: Document, asks: Asks) -> Refuted:
    """Ask about each candidate, and about the planted ones; decide what stands.

    Args:
        candidates: of one document.
        document: they are about.
        asks: answers requests.
    """
    if not candidates:
        return Refuted()
    planted = canaries()
    reads = await asyncio.gather(
        *(_read(one, document, asks) for one in candidates),
        *(_read(one.candidate, one.document, asks) for one in planted),
    )
    own, tests = reads[: len(candidates)], reads[len(candidates) :]
    usages = tuple(outcome.usage for read in reads for outcome in read.outcomes)
    failures = tuple((f"verify {r.candidate.id}", r.failure) for r in own if r.failure is not None)
    broken = next(filter(None, map(_deaf, planted, tests)), "")
    decided = [_decided(read, document) for read in own if read.failure is None]
    broken = broken or _tripped(len(own), len(failures), decided)
    if broken:
        gone = tuple(rejected(read.candidate, Reason.NOT_VERIFIED, broken) for read in own)
        return Refuted((), gone, failures, broken, usages)
    lost = tuple(
        rejected(read.candidate, Reason.NOT_VERIFIED, read.failure.message)
        for read in own
        if read.failure is not None
    )
    return Refuted(
        tuple(one for one in decided if isinstance(one, Confirmed)),
        (*lost, *(one for one in decided if isinstance(one, Rejected))),
        failures,
        "",
        usages,
    )


async def _read(candidate: Candidate, document: Document, asks: Asks) -> _Read:
    readers = 2 if candidate.raised.severity == "error" else 1
    outcomes = await asyncio.gather(
        *(asks.ask(verify_request(candidate, document, n)) for n in range(1, readers + 1))
    )
    return _Read(candidate, tuple(outcomes))


def _deaf(planted: Canary, read: _Read) -> str:
    """Return what is wrong with a reading of a planted finding, "" for nothing."""
    if read.failure is not None:
        return f"the planted finding could not be read: {read.failure.message}"
    verdicts = {_counted(verdict, planted.document) for verdict in read.verdicts}
    if verdicts == {"UPHELD" if planted.holds else "REFUTED"}:
        return ""
    what = (
        "a planted true finding was not upheld"
        if planted.holds
        else "a planted false finding was not refuted"
    )
    return f"{what}: verdicts of this model cannot be relied on"


def _tripped(asked: int, errors: int, decided: Sequence[Confirmed | Rejected]) -> str:
    if errors > MOST_ERRORS * asked:
        return f"{errors} of {asked} second readings failed"
    refuted = sum(isinstance(one, Rejected) and one.reason == Reason.REFUTED for one in decided)
    if len(decided) >= ENOUGH and refuted > MOST_REFUTED * len(decided):
        return f"{refuted} of {len(decided)} findings were refuted: the critics or the second reading are off"
    return ""


def _decided(read: _Read, document: Document) -> Confirmed | Rejected:
    """Return what its verdicts make of a candidate.

    An error needs two that uphold it, a warning one that is sure. A reading that cannot tell lets
    an edge case or omission fall, anything else become an info.
    """
    candidate, kinds = read.candidate, [_counted(v, document) for v in read.verdicts]
    against = next(
        (v for v, kind in zip(read.verdicts, kinds, strict=True) if kind == "REFUTED"), None
    )
    if against is not None:
        quote = " ".join(against.quote.split())
        detail = f"{against.reading}: {' '.join(against.reason.split())} ({quote!r})"
        return rejected(candidate, Reason.REFUTED, detail)
    upheld = [v for v, kind in zip(read.verdicts, kinds, strict=True) if kind == "UPHELD"]
    if not upheld:
        reason = " ".join(read.verdicts[0].reason.split())
        if candidate.critic.key == "edge" or candidate.raised.kind == "omission":
            return rejected(candidate, Reason.UNDETERMINED, reason)
        return Confirmed(candidate, Severity.INFO, "a second reading could not decide it")
    said = Severity(candidate.raised.severity)
    sure = max(v.confidence for v in upheld) >= SURE
    if said is Severity.ERROR and len(upheld) < len(read.verdicts):
        said = Severity.WARNING
    if said is Severity.WARNING and not sure:
        return Confirmed(candidate, Severity.INFO, "a second reading upholds it without being sure")
    times = "two second readings uphold" if len(upheld) > 1 else "a second reading upholds"
    return Confirmed(candidate, said, f"{times} it")


def _counted(verdict: Verdict, document: Document) -> str:
    """Return a verdict as it counts: who refutes must quote the document."""
    whole = (1, len(document.lines))
    if verdict.verdict == "REFUTED" and document.pages.find(verdict.quote, whole) is None:
        return "UNDETERMINED"
    return verdict.verdict
