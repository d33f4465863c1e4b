"""A design that a model wrote, brought along: only what a change reaches is asked for."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lld_agent.draft.build import Built, build
from lld_agent.draft.complete import complete, with_lost_spans
from lld_agent.draft.ground import Ground
from lld_agent.draft.open_points import open_points
from lld_agent.draft.pipeline import PLACERS
from lld_agent.draft.placed import placements_of
from lld_agent.draft.placement import Placement
from lld_agent.draft.sidecar import Sidecar, WrittenRecord
from lld_agent.draft.stages import extract, patch
from lld_agent.draft.stages.patch import Block, Patch
from lld_agent.draft.stages.sections import Shared, exported_names
from lld_agent.draft.update.changes import BriefChanges, Change
from lld_agent.draft.update.pipeline import Plan, followed
from lld_agent.draft.update.reach import Reached, reached, still_held, texts_of
from lld_agent.draft.written import questions
from lld_agent.errors import InputError
from lld_agent.language.names import tokens
from lld_agent.llm.plan import PlannedCall
from lld_agent.llm.ports import Asks
from lld_agent.llm.request import Failure, Outcome, Request, T, WireMode
from lld_agent.model.usage import NOTHING, Usage, total
from lld_agent.template.registry import TEMPLATES

_SIGNS = {Change.ADDED: "added", Change.MODIFIED: "modified", Change.REMOVED: "removed"}
# Tokens of answers, least and most: assumptions, until recorded updates say better.
_EXTRACT, _PATCH = (50, 1_500), (200, 4_000)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of it; `built` is None where a call failed: then nothing is to be written.

    Attributes:
        plan: with the requirements that a model found.
        built: the new draft.
        failed: what has no answer, and why.
        usage: of all calls.
        notes: entries of the model that code did not take, and why.
    """

    plan: Plan
    built: Built | None
    failed: tuple[tuple[str, Failure], ...] = ()
    usage: Usage = NOTHING
    notes: tuple[str, ...] = ()


class Rewriter:
    """Brings one design along.

    Args:
        plan: what changed.
        record: of the last draft, which a model wrote.
        count: tokens of a text.
        wire: how answers get their form.

    Raises:
        InputError: the record holds no whole design of a model.
    """

    def __init__(
        self, plan: Plan, record: Sidecar, count: Callable[[str], int], wire: WireMode = "auto"
    ) -> None:
        self._record = record
        self._written = _written(record)
        self._template = TEMPLATES[record.template]
        self._old = placements_of(self._written.placements, self._template)
        self._count, self._wire = count, wire
        self._usages: list[Usage] = []
        self._failed: list[tuple[str, Failure]] = []
        self._notes: list[str] = []
        self._points: list[str] = []
        self._follow(plan)

    @property
    def asks_nothing(self) -> bool:
        """Whether it needs no model at all."""
        return not self._extraction() and not self._blocks() and not self._reached.slots

    def planned(self) -> Iterator[PlannedCall]:
        """Yield the calls of an update, as far as they are known before it runs."""
        for request in self._extraction():
            yield PlannedCall.of(request, _EXTRACT)
        if self._blocks() or self._reached.slots:
            question = self._question()
            yield PlannedCall.of(question, _PATCH)
            yield PlannedCall.of(replace(question, subject="names"), _PATCH, times=(0, 1))

    def unasked(self) -> Rewritten:
        """Return what comes of it where `asks_nothing`.

        Raises:
            InternalError: the result does not read back.
        """
        return Rewritten(self.plan, self._built(self._reached.placements))

    async def run(self, asks: Asks) -> Rewritten:
        """Ask for what is needed, each question once, and build the draft anew.

        Raises:
            InternalError: the result does not read back.
        """
        await self._extract(asks)
        placements: tuple[Placement, ...] | None = None
        if not self._failed:
            placements = await self._patched(asks)
        built = self._built(placements) if placements is not None and not self._failed else None
        return Rewritten(
            self.plan, built, tuple(self._failed), total(self._usages), tuple(self._notes)
        )

    def _follow(self, plan: Plan) -> None:
        self.plan = plan
        self._ground = Ground.of(
            self._template,
            plan.brief,
            self._written.spine.decisions,
            doubted=dict(_doubted(self._written, plan)),
        )
        known = tuple(PLACERS[self._template.name](plan.brief))
        self._reached: Reached = reached(
            self._old, known, plan.brief, plan.changes, self._record, self._ground
        )

    def _extraction(self) -> list[Request[extract.Extraction]]:
        # An answer of a person is a requirement already.
        changed = {span.id for span in self.plan.changes.new if span.line}
        return extract.requests(self.plan.brief, self._count, changed) if changed else []

    async def _extract(self, asks: Asks) -> None:
        answers = []
        for request in self._extraction():
            answer = self._took(f"extract {request.subject}".strip(), await asks.ask(request))
            if answer is not None:
                answers.append(_only_changed(answer, self.plan))
        if not answers or self._failed:
            return
        found = extract.apply(self.plan.brief, answers)
        self._notes += found.dropped
        self._points += found.open_points
        self._follow(followed(self.plan, self._record, found.brief))

    def _blocks(self) -> list[Block]:
        all_blocks = list(patch.blocks(self._reached.placements))
        return [block for at, block in enumerate(all_blocks) if at in self._reached.asked]

    def _question(self) -> Request[Patch]:
        listed = "\n".join(_lines(self.plan.changes))
        return self._request(listed, self._blocks(), self._reached.slots, "update")

    def _request(
        self, listed: str, blocks: Sequence[Block], slots: Sequence[str], subject: str
    ) -> Request[Patch]:
        shared = Shared.of(
            self._template,
            self.plan.brief,
            self._written.spine,
            (),
            self._ground,
            self._count,
            self._wire,
        )
        return patch.update_request(listed, blocks, slots, shared.prefix, self._ground, subject)

    async def _patched(self, asks: Asks) -> tuple[Placement, ...]:
        """Return the placements after the changes, and after new names where others are gone."""
        before, blocks = self._reached.placements, self._blocks()
        if not blocks and not self._reached.slots:
            return before
        answer = self._took("update", await asks.ask(self._question()))
        if answer is None:
            return before
        after = patch.apply(before, answer.ops, blocks, self._ground, self._reached.slots)
        after = self._held(after, blocks)
        lost = _lost_names(before, after)
        users = [b for b in patch.blocks(after) if _uses(b.placement, lost)]
        if not users:
            return tuple(after)
        listed = "\n".join(f"- the name {name} is gone from the design" for name in lost)
        listed = "\n".join((*_lines(self.plan.changes), listed))
        answer = self._took("names", await asks.ask(self._request(listed, users, (), "names")))
        return tuple(patch.apply(after, answer.ops, users, self._ground) if answer else after)

    def _held(self, after: Sequence[Placement], blocks: Sequence[Block]) -> list[Placement]:
        """Return placements where those that were asked about and left alone rest on what is there."""
        asked = {id(block.placement) for block in blocks}
        held = (still_held(p, self._ground) if id(p) in asked else p for p in after)
        return [place for place in held if place is not None]

    def _built(self, placements: Sequence[Placement]) -> Built:
        fresh, plan, spine = self._reached.fresh, self.plan, self._written.spine
        whole = with_lost_spans(fresh, complete(fresh, placements)) if fresh else placements
        changed = {one.requirement for one in plan.changes.requirements if one.change in _SIGNS}
        kept = [
            text
            for text in self._written.points
            if not any(_mentions(text, one) for one in changed)
        ]
        points = tuple(dict.fromkeys((*kept, *self._points, *_doubts(self._written, plan))))
        asked = questions(spine, (*open_points(plan.brief), *points))
        return build(
            plan.brief,
            self._template,
            whole,
            plan.options,
            spine,
            asked,
            {},
            points=points,
            previous=plan.previous,
        )

    def _took(self, what: str, outcome: Outcome[T]) -> T | None:
        self._usages.append(outcome.usage)
        self._notes += [f"{what}: {text}" for text in outcome.complaints]
        if outcome.failure is not None:
            self._failed.append((what, outcome.failure))
        return outcome.value


def _written(record: Sidecar) -> WrittenRecord:
    if record.written is None or record.written.incomplete or record.template not in TEMPLATES:
        raise InputError(
            "the .lld.json holds no whole design: parts of it were never drafted",
            "`lld-agent draft --resume` completes it; `draft --force` replaces it, edits and all",
        )
    return record.written


def _only_changed(answer: extract.Extraction, plan: Plan) -> extract.Extraction:
    """Return an answer without what it says about sentences that did not change."""
    new = {span.id for span in plan.changes.new}
    fresh = {r.id for r in plan.brief.requirements if new.intersection(r.spans)}
    return answer.model_copy(
        update={
            "missing": [row for row in answer.missing if new.intersection(row.spans)],
            "not_requirements": [row for row in answer.not_requirements if row.id in fresh],
            "contradictions": [
                row for row in answer.contradictions if {row.first, row.second} & (fresh | new)
            ],
        }
    )


def _lines(changes: BriefChanges) -> Iterator[str]:
    """Yield what changed, one requirement a line, for the request."""
    for one in changes.requirements:
        if one.change in _SIGNS:
            texts = " → ".join(text for text in (one.before, one.after) if text)
            yield f"- {_SIGNS[one.change]} {one.requirement}: {texts}"


def _lost_names(before: Sequence[Placement], after: Sequence[Placement]) -> tuple[str, ...]:
    """Return names that were fixed before and that nothing is called any more."""
    left = {name for names in exported_names(after).values() for name in names}
    had = (name for names in exported_names(before).values() for name in names)
    return tuple(dict.fromkeys(name for name in had if name not in left and tokens(name)))


def _uses(place: Placement, names: Sequence[str]) -> bool:
    text = "\n".join(texts_of(place.value))
    return any(_mentions(text, name) for name in names)


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _doubts(written: WrittenRecord, plan: Plan) -> Iterator[str]:
    """Yield a question for each decision that is in doubt."""
    for made, said in _doubted(written, plan):
        yield f"{made} rests on requirements that changed: {said}. Does the decision still hold?"


def _doubted(written: WrittenRecord, plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield the decisions that rest on requirements that changed or are gone, with these."""
    changed = {
        one.requirement: one.change.value
        for one in plan.changes.requirements
        if one.change in {Change.MODIFIED, Change.REMOVED}
    }
    for made in written.spine.decisions:
        said = [f"{ref} ({changed[ref]})" for ref in dict.fromkeys(made.refs) if ref in changed]
        if said:
            yield made.id, ", ".join(said)
