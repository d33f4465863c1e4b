"""From a brief to a design with a language model: extract, spine, sections in waves, checks, repairs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lld_agent.critics.pipeline import Asking
from lld_agent.draft.build import Built, build
from lld_agent.draft.choose import choose_template
from lld_agent.draft.complete import complete, with_lost_spans
from lld_agent.draft.critique import Critique, critique
from lld_agent.draft.crosscheck import Check, crosscheck
from lld_agent.draft.ground import Ground, ground
from lld_agent.draft.open_points import open_points
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import ASK_AUTHOR, PLACERS
from lld_agent.draft.placement import Placement
from lld_agent.draft.questions import Asked
from lld_agent.draft.revise import Revised, revise
from lld_agent.draft.stages import extract, sections
from lld_agent.draft.stages import spine as spines
from lld_agent.draft.stages.sections import CallGroup, Shared
from lld_agent.draft.stages.spine import Spine, SpineQuestion
from lld_agent.llm.ports import Asks
from lld_agent.llm.request import Failure, FailureKind, Outcome, T, WireMode
from lld_agent.model.brief import Brief
from lld_agent.model.usage import Usage, total
from lld_agent.template.registry import Template


@dataclass(frozen=True, slots=True)
class Writing:
    """How a draft is written.

    Attributes:
        asks: answers requests.
        count: tokens of a text.
        wire: how schemas of sections are asked for.
        rounds: of repairs that rules ask for, at most.
        critics: whether critics read the draft then.
        ask: puts the spine's questions to a person, returns the brief with the answers; None where
            nobody is asked.
    """

    asks: Asks
    count: Callable[[str], int]
    wire: WireMode = "auto"
    rounds: int = 2
    critics: bool = False
    ask: Callable[[Brief, Sequence[SpineQuestion]], Brief] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A draft that a model wrote, and how that went.

    Attributes:
        built: the draft itself.
        failed: what has no answer, and why: stage and subject first.
        before, after: what the rules found before and after the repairs.
        usage: of all calls.
        notes: entries of the model that code did not take, and why.
        critique: what critics said and what became of it; None where none was asked.
    """

    built: Built
    failed: tuple[tuple[str, Failure], ...]
    before: Check
    after: Check
    usage: Usage
    notes: tuple[str, ...] = ()
    critique: Critique | None = None


@dataclass
class _Run:
    """What a run gathers while it goes."""

    failed: list[tuple[str, Failure]] = field(default_factory=list)
    usages: list[Usage] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def took(self, what: str, outcome: Outcome[T]) -> None:
        """Count an outcome; keep its failure."""
        self.usages.append(outcome.usage)
        self.notes += [f"{what}: {text}" for text in outcome.complaints]
        if outcome.failure is not None:
            self.failed.append((what, outcome.failure))


async def draft_written(brief: Brief, options: DraftOptions, writing: Writing) -> Written:
    """Write a design section by section, each statement with its basis; repair what contradicts.

    A part that has no answer leaves a stub and is named in the result; everything else is there.

    Raises:
        UsageError: the options name no template.
        InternalError: the result does not read back; nothing is returned.
    """
    run = _Run()
    template = choose_template(brief, options.template)
    brief, points = await _extract(brief, writing, run)
    brief, spine = await _spine(brief, template, writing, run)
    known = tuple(PLACERS[template.name](brief))
    on = Ground.of(template, brief, spine.decisions if spine else ())
    shared = Shared.of(
        template, brief, spine or spines.EMPTY, known, on, writing.count, writing.wire
    )
    written = await _sections(shared, writing.asks, run) if spine else []
    written += ground(spines.closing(spine or spines.EMPTY, template), on)
    placements = with_lost_spans(known, complete(known, written))
    missing = _failed_sections(template, run)
    asked = questions(spine, (*open_points(brief), *points))
    asked = [*_nothing_written(run, spine), *asked]
    built = build(
        brief,
        template,
        placements,
        options,
        spine or spines.EMPTY,
        asked,
        missing,
        points=points,
    )
    before = crosscheck(built.draft, brief)
    revised = await revise(built, before, shared, writing.asks, writing.rounds if spine else 0)
    for round_, outcome in enumerate(revised.outcomes, 1):
        # A recording has the repairs that the rules of its day asked for: no others can be replayed.
        if outcome.failure is None or outcome.failure.kind is not FailureKind.NOT_RECORDED:
            run.took(f"patch round {round_}", outcome)
    final, after, found = await _criticised(revised, shared, writing, run, spine)
    return Written(
        final, tuple(run.failed), before, after, total(run.usages), tuple(run.notes), found
    )


async def _criticised(
    revised: Revised, shared: Shared, writing: Writing, run: _Run, spine: Spine | None
) -> tuple[Built, Check, Critique | None]:
    """Let critics read the draft where that is wanted and there is more than an outline."""
    if not writing.critics or spine is None:
        return revised.built, revised.check, None
    asking = Asking(writing.asks, writing.count, shared.brief)
    built, check, found = await critique(revised, shared, asking, writing.rounds + 1)
    run.usages.append(found.usage)
    # As above: what critics of today ask, a recording of their day may not have.
    known = FailureKind.NOT_RECORDED
    run.failed += [(what, why) for what, why in found.failures if why.kind is not known]
    if found.patch is not None:
        run.took(f"patch round {writing.rounds + 1}", found.patch)
    return built, check, found


async def _extract(brief: Brief, writing: Writing, run: _Run) -> tuple[Brief, tuple[str, ...]]:
    asked = extract.requests(brief, writing.count)
    outcomes = await asyncio.gather(*(writing.asks.ask(request) for request in asked))
    for request, outcome in zip(asked, outcomes, strict=True):
        run.took(" ".join(filter(None, ("extract", request.subject))), outcome)
    found = extract.apply(brief, [o.value for o in outcomes if o.value is not None])
    run.notes += found.dropped
    return found.brief, found.open_points


async def _spine(
    brief: Brief, template: Template, writing: Writing, run: _Run
) -> tuple[Brief, Spine | None]:
    """Return the spine, None where there is none; with the brief, which answers may have extended."""
    # Without the register nothing later could be traced: what failed is asked again first.
    if run.failed:
        return brief, None
    outcome = await writing.asks.ask(spines.request(brief, template, writing.count))
    run.took("spine", outcome)
    if writing.ask is not None and outcome.value is not None and outcome.value.questions:
        answered = writing.ask(brief, outcome.value.questions)
        if answered is not brief:
            outcome = await writing.asks.ask(spines.request(answered, template, writing.count))
            run.took("spine with answers", outcome)
            brief = answered
    return brief, outcome.value


async def _sections(shared: Shared, asks: Asks, run: _Run) -> list[Placement]:
    """Write all groups, each as soon as those it needs are there; results in template order."""
    found: dict[str, tuple[Placement, ...]] = {}
    exports: dict[str, str] = {}
    tasks: dict[str, asyncio.Task[None]] = {}

    async def write(group: CallGroup) -> None:
        await asyncio.gather(*(tasks[need] for need in group.after))
        if sections.is_left_out(shared, group):
            found[group.id] = tuple(ground(sections.not_applicable(shared, group), shared.ground))
            return
        outcome = await asks.ask(sections.request(shared, group, exports))
        run.took(group.subject, outcome)
        answer = outcome.value
        claims = sections.claimed(shared, group, answer) if answer is not None else ()
        found[group.id] = tuple(ground(claims, shared.ground))
        exports[group.id] = sections.exported(found[group.id])

    order = sections.groups(shared.template.name)
    for group in order:
        tasks[group.id] = asyncio.create_task(write(group))
    await asyncio.gather(*tasks.values())
    return [place for group in order for place in found[group.id]]


def _failed_sections(template: Template, run: _Run) -> Mapping[str, str]:
    """Return section → the sentence that stands in place of it."""
    failed = dict(run.failed)
    return {
        name: f"This section was not drafted, {_because(failed[group.subject])}"
        for group in sections.groups(template.name)
        for name in group.sections
        if group.subject in failed
    }


def _because(failure: Failure) -> str:
    return f"{failure.message.rstrip('.')}: `lld-agent draft --resume` asks for it again."


def _nothing_written(run: _Run, spine: Spine | None) -> list[Asked]:
    """Return the one thing to say about a draft that is only its outline, though a model was asked."""
    if spine is not None or not run.failed:
        return []
    return [Asked(f"No section was drafted, {_because(run.failed[0][1])}", "lld-agent")]


def questions(spine: Spine | None, points: Sequence[str]) -> list[Asked]:
    """Return the open points of the brief and the spine's questions, none of them twice."""
    rows = spine.questions[:5] if spine is not None else []
    said = {extract.normal(row.question) for row in rows}
    left = [Asked(text, ASK_AUTHOR) for text in points if extract.normal(text) not in said]
    return [*left, *(Asked(_worded(row), "product owner", row.section) for row in rows)]


def _worded(row: SpineQuestion) -> str:
    options = f" Options: {'; '.join(row.options)}." if row.options else ""
    return f"{row.question}{options} Until answered the design takes: {row.recommended}"
