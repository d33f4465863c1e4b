"""The critics of one document: ask, look evidence up, leave out what is said already, try to refute."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lld_agent.critics.candidates import Candidate, Document, examined, rejected, relocated
from lld_agent.critics.duplicates import distinct, without_known
from lld_agent.critics.reading import Part, parts_for
from lld_agent.critics.reasons import Reason
from lld_agent.critics.refutation import Confirmed, Refuted, refute
from lld_agent.critics.requests import critic_request
from lld_agent.critics.wire import CriticAnswer
from lld_agent.llm.ports import Asks
from lld_agent.llm.request import Failure, FailureKind, Outcome, Request
from lld_agent.model.brief import Brief
from lld_agent.model.criticism import CriticReport, Rejected
from lld_agent.model.design import Design
from lld_agent.model.finding import Finding
from lld_agent.model.source import Span
from lld_agent.model.usage import NOTHING, Usage, total
from lld_agent.rules.base import Hit, Place
from lld_agent.rules.critics import Critic
from lld_agent.rules.engine import distinct as told_apart
from lld_agent.rules.engine import to_finding

NOTHING_TO_JUDGE = "the document has no part that it reads"
MOST = 15
"""Findings of one answer that are looked into: a model that gives more is not looking."""

_GRAVE = ("error", "warning", "info")
SAMPLED = frozenset({"edge", "contradiction"})
"""Keys of the critics that may be asked several times: what they look for is everywhere (4.2 of the
design notes)."""

_FOR_ALL = frozenset({FailureKind.CREDENTIALS, FailureKind.MODEL})
"""Failures that every other question would have too."""

VERIFY = "verify"
"""Stands for the second reading where critics are listed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How critics are asked.

    Attributes:
        asks: answers requests.
        count: tokens of a text.
        brief: the requirements that the design was made from.
        samples: how often the critics are asked whose findings differ most from time to time.
    """

    asks: Asks
    count: Callable[[str], int]
    brief: Brief | None = None
    samples: int = 1


@dataclass(frozen=True, slots=True)
class Criticism:
    """What critics found in one document.

    Attributes:
        findings: that stand, before suppressions and settings.
        report: how it went, and what does not stand.
        failures: questions without an answer: what, and why.
        usage: of all calls.
        confirmed: what stands behind the findings, for `recheck`.
    """

    findings: tuple[Finding, ...] = ()
    report: CriticReport = field(default_factory=CriticReport)
    failures: tuple[tuple[str, Failure], ...] = ()
    usage: Usage = NOTHING
    confirmed: tuple[Confirmed, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a critic is asked about a part of a document."""

    critic: Critic
    part: Part
    request: Request[CriticAnswer]


async def criticise(
    design: Design, known: Sequence[Finding], chosen: Sequence[Critic], asking: Asking
) -> Criticism:
    """Let critics read a design.

    Args:
        design: the document.
        known: what the rules found in it, suppressed findings among them: none of it is raised again.
        chosen: the critics.
        asking: how.

    Returns:
        The findings that stand, and everything else with its reason. Never raises what a model or
        network does.
    """
    document = Document(design, tuple(known))
    asked = questions(document, chosen, asking.count, asking.brief, asking.samples)
    outcomes = await _answers([question.request for question in asked], asking.asks)
    pairs = list(zip(asked, outcomes, strict=True))
    candidates, gone = _sorted_out(pairs, document)
    second = await refute(candidates, document, asking.asks)
    findings = [_finding(one, design) for one in second.confirmed]
    usage = total([*(outcome.usage for outcome in outcomes), *second.usages])
    failures = [(q.request.subject, o.failure) for q, o in pairs if o.failure is not None]
    return Criticism(
        tuple(_told_apart(findings)),
        _report(chosen, pairs, gone, second),
        (*failures, *second.failures),
        usage,
        second.confirmed,
    )


async def recheck(
    confirmed: Iterable[Confirmed],
    before: Design,
    design: Design,
    known: Sequence[Finding],
    asks: Asks,
) -> Criticism:
    """Say which findings about an earlier state of a design still stand.

    One falls when words that it rests on are gone, or when a second reading of the design as it is
    refutes it. What stands there instead is for the critics to judge.

    Args:
        confirmed: as `criticise` left them.
        before: the document that they are about.
        design: the document as it is.
        known: what the rules find in it.
        asks: answers requests.
    """
    document = Document(design, tuple(known))
    earlier = Document(before)
    moved = (relocated(one.candidate, earlier, document) for one in confirmed)
    second = await refute([one for one in moved if one is not None], document, asks)
    return Criticism(
        tuple(_told_apart(_finding(one, design) for one in second.confirmed)),
        _report((), (), (), second),
        second.failures,
        total(second.usages),
        second.confirmed,
    )


def questions(
    document: Document,
    chosen: Iterable[Critic],
    count: Callable[[str], int],
    brief: Brief | None = None,
    samples: int = 1,
) -> tuple[Question, ...]:
    """Return what is asked about a document: a question for each critic and each part that it reads."""
    return tuple(
        Question(critic, part, critic_request(critic, document, part, brief, sample))
        for critic in chosen
        for part in parts_for(critic, document.design, document.lines, count)
        for sample in range(1, (samples if critic.key in SAMPLED else 1) + 1)
    )


async def _answers(
    requests: Sequence[Request[CriticAnswer]], asks: Asks
) -> list[Outcome[CriticAnswer]]:
    """Ask everything; of requests that share a prefix one goes first, so that the others find it cached."""
    first: dict[object, asyncio.Task[Outcome[CriticAnswer]]] = {}

    async def after(
        lead: asyncio.Task[Outcome[CriticAnswer]], request: Request[CriticAnswer]
    ) -> Outcome[CriticAnswer]:
        told = await lead
        if told.failure is not None and told.failure.kind in _FOR_ALL:
            return Outcome(None, told.failure)
        return await asks.ask(request)

    tasks = []
    for request in requests:
        lead = first.get(request.prefix)
        work = asks.ask(request) if lead is None else after(lead, request)
        task = asyncio.create_task(work)
        first.setdefault(request.prefix, task)
        tasks.append(task)
    return list(await asyncio.gather(*tasks))


def _sorted_out(
    pairs: Iterable[tuple[Question, Outcome[CriticAnswer]]], document: Document
) -> tuple[list[Candidate], list[Rejected]]:
    looked = [
        one
        for question, outcome in pairs
        if outcome.value is not None
        for one in _looked(question, outcome.value, document)
    ]
    gone = [one for one in looked if isinstance(one, Rejected)]
    new, known = without_known(
        (one for one in looked if isinstance(one, Candidate)), document.known
    )
    kept, double = distinct(new)
    return kept, [*gone, *known, *double]


def _looked(
    question: Question, answer: CriticAnswer, document: Document
) -> Iterator[Candidate | Rejected]:
    """Yield what code makes of the findings of an answer; of very many only the gravest count."""
    ranked = sorted(answer.findings, key=lambda r: (_GRAVE.index(r.severity), -r.confidence))
    for number, raised in enumerate(ranked):
        found = examined(raised, question.critic, question.part, document)
        if number < MOST or isinstance(found, Rejected):
            yield found
        else:
            yield rejected(found, Reason.TOO_MANY, f"one of {len(ranked)} in one answer")


def _report(
    chosen: Sequence[Critic],
    pairs: Sequence[tuple[Question, Outcome[CriticAnswer]]],
    gone: Sequence[Rejected],
    second: Refuted,
) -> CriticReport:
    asked = {question.critic.id for question, _ in pairs}
    failed: dict[str, str] = {}
    for question, outcome in pairs:
        if outcome.failure is not None:
            failed.setdefault(question.critic.id, outcome.failure.message)
    why = second.broken or next((failure.message for _, failure in second.failures), "")
    listed = [*failed.items(), *([(VERIFY, why)] if why else [])]
    rejected = (*gone, *second.gone)
    return CriticReport(
        run=tuple(sorted(asked - failed.keys())),
        skipped=tuple((one.id, NOTHING_TO_JUDGE) for one in chosen if one.id not in asked),
        failed=tuple(listed),
        raised=len(rejected) + len(second.confirmed),
        confirmed=len(second.confirmed),
        rejected=rejected,
    )


def _finding(one: Confirmed, design: Design) -> Finding:
    """Return a confirmed candidate as the finding that crosses every border."""
    candidate, raised = one.candidate, one.candidate.raised
    places = tuple(
        Place(
            _span(design, quote.first, quote.last), "conflicts" if quote.role == "conflict" else ""
        )
        for quote in candidate.quotes
    )
    hit = Hit(
        message=candidate.message,
        places=places,
        subject=candidate.subjects[0],
        object=candidate.quotes[0].text,
        severity=one.severity,
    )
    impact = " ".join(raised.impact.split())
    note = f"found by a language model; {one.note}" + (f"; then: {impact}" if impact else "")
    return to_finding(hit, candidate.critic, design).model_copy(
        update={"origin": "model", "note": note}
    )


def _span(design: Design, first: int, last: int) -> Span:
    return design.source.line_span(first - 1, last)


def _told_apart(findings: Iterable[Finding]) -> list[Finding]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    return [one for rule in sorted(by_rule) for one in told_apart(by_rule[rule])]
