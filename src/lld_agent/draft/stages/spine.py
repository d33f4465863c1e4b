"""The spine: names and decisions, fixed once before sections are written in parallel."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, Protocol

from lld_agent.draft.stages import material
from lld_agent.llm.request import Message, Request
from lld_agent.model.brief import Brief
from lld_agent.model.vocabulary import Alternative, Term
from lld_agent.model.wire import Wire
from lld_agent.template.registry import Template
from lld_agent.template.wire import Claimed, sections_of
from lld_agent.text.fence import fenced
from lld_agent.text.prompts import prompt, prompt_parts

WHOLE_TOKENS = 24_000
"""A brief up to this size is shown whole to the spine."""

GLOSSARY = "appendix.glossary"
ALTERNATIVES = "appendix.alternatives"

Basis = Literal["prd", "decision", "derived", "assumption", "template_default"]


class _Cites(Protocol):
    """A part of a spine that rests on requirements or decisions."""

    @property
    def refs(self) -> list[str]: ...


class SpineComponent(Wire):
    """A part of the system that is built."""

    name: str
    purpose: str
    refs: list[str]


class SpineEntity(Wire):
    """Something that is stored."""

    name: str
    table: str
    owner: str
    fields: list[str]
    states: list[str]
    refs: list[str]


class SpineInterface(Wire):
    """A route, call or command that the system answers."""

    method: str
    path: str
    purpose: str
    component: str
    access: str
    refs: list[str]


class SpineEvent(Wire):
    """Something published or consumed asynchronously."""

    name: str
    producer: str
    consumer: str
    carries: str
    refs: list[str]


class SpineDependency(Wire):
    """A system outside that this one calls."""

    name: str
    kind: str
    purpose: str
    refs: list[str]


class SpineKey(Wire):
    """A configuration key."""

    name: str
    meaning: str
    secret: Literal["yes", "no"]
    refs: list[str]


class SpineRole(Wire):
    """Who acts, and what they may do."""

    name: str
    may: str
    refs: list[str]


class SpineTerm(Wire):
    """A word with one meaning, and the words that must not stand for it."""

    term: str
    meaning: str
    avoid: list[str]
    refs: list[str]


class SpineTarget(Wire):
    """A measurable demand."""

    metric: str
    value: str
    refs: list[str]


class SpineDecision(Wire):
    """A choice that binds more than one section."""

    id: str
    decision: str
    binds: str
    prevents: str
    alternatives: str
    basis: Basis
    refs: list[str]


class SpinePlan(Wire):
    """Whether a section applies, why, and which requirements it answers."""

    section: str
    applies: Literal["yes", "no"]
    reason: str
    refs: list[str]


class SpineQuestion(Wire):
    """Something that only a person can decide."""

    question: str
    why: str
    options: list[str]
    recommended: str
    section: str


class Spine(Wire):
    """All of it. `notes` are the model's thinking and go nowhere."""

    notes: str
    components: list[SpineComponent]
    entities: list[SpineEntity]
    interfaces: list[SpineInterface]
    events: list[SpineEvent]
    dependencies: list[SpineDependency]
    config_keys: list[SpineKey]
    roles: list[SpineRole]
    terms: list[SpineTerm]
    targets: list[SpineTarget]
    decisions: list[SpineDecision]
    plan: list[SpinePlan]
    questions: list[SpineQuestion]

    def applies(self, section: str) -> bool:
        """Return whether a section is to be written; one that the plan forgot is."""
        return all(row.applies == "yes" for row in self.plan if row.section == section)

    def reason(self, section: str) -> str:
        """Return why a section does not apply."""
        return next((row.reason for row in self.plan if row.section == section), "")

    def planned(self, section: str) -> tuple[str, ...]:
        """Return the ids of the requirements that a section must answer."""
        return tuple(ref for row in self.plan if row.section == section for ref in row.refs)


EMPTY = Spine(
    notes="", components=[], entities=[], interfaces=[], events=[], dependencies=[],
    config_keys=[], roles=[], terms=[], targets=[], decisions=[], plan=[], questions=[],
)  # fmt: skip
"""A spine that fixes nothing: what sections get when the spine failed."""


def request(brief: Brief, template: Template, count: Callable[[str], int]) -> Request[Spine]:
    """Return the question for the spine; of a very long brief only what the register cites."""
    asked = prompt("draft/spine")
    whole = count(material.spans_text(brief.spans)) <= WHOLE_TOKENS
    cited = {span for requirement in brief.requirements for span in requirement.spans}
    spans = None if whole else [s for s in brief.spans if s.id in cited or s.id in brief.summary]
    listed = prompt_parts(f"draft/guides/{template.name}")
    names = [name for name in sections_of(template) if name in listed and name != "appendix"]
    text = "\n\n".join(
        (
            material.document(brief, spans),
            material.register(brief),
            asked.text,
            f"Template: {template.name}. Sections of the plan: {', '.join(names)}.",
        )
    )
    known = [r.id for r in brief.requirements]
    return Request(
        stage="spine",
        subject="",
        prompt=asked.name,
        prefix=(material.system(),),
        messages=(Message("user", text),),
        answer=Spine,
        max_output=12_000,
        wire="strict",
        check=lambda answer: list(lint(answer, known, names)),
    )


def spine_text(spine: Spine) -> str:
    """Return a spine as data for a prompt, without the notes, of its questions only what holds until they are answered."""
    data = spine.model_dump(exclude={"notes", "questions"})
    # What the design takes until a person answers binds its sections like a decision.
    data["until_answered"] = [
        {"question": row.question, "takes": row.recommended} for row in spine.questions
    ]
    return fenced("spine", material.to_json({key: value for key, value in data.items() if value}))


def closing(spine: Spine, template: Template) -> Iterator[Claimed]:
    """Yield what the appendix takes from the spine: terms, and the alternatives of decisions."""
    slots = {slot.address for slot in template.manifest}
    for term in spine.terms:
        if GLOSSARY in slots:
            row = Term(term=term.term, definition=term.meaning)
            yield Claimed(GLOSSARY, row, "prd" if term.refs else "derived", tuple(term.refs), "")
    for made in spine.decisions:
        if ALTERNATIVES in slots and made.alternatives.strip():
            rejected = Alternative(
                alternative=made.alternatives, why_not=f"{made.id}: {made.decision}"
            )
            yield Claimed(ALTERNATIVES, rejected, "decision", (made.id,), "")


def lint(spine: Spine, known: Iterable[str], sections: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with a spine, each complaint a sentence that a model can act on.

    Args:
        spine: as answered.
        known: ids of the requirements.
        sections: names of the sections that the plan is about.
    """
    yield from _unknown_refs(spine, set(known))
    yield from _twice("component", [row.name for row in spine.components])
    yield from _twice("entity", [row.name for row in spine.entities])
    yield from _twice("interface", [f"{row.method} {row.path}" for row in spine.interfaces])
    yield from _twice("decision id", [row.id for row in spine.decisions])
    components = {row.name for row in spine.components}
    for entity in spine.entities:
        if components and entity.owner not in components:
            yield f"entity {entity.name}: owner {entity.owner!r} is none of the components"
    for interface in spine.interfaces:
        if components and interface.component not in components:
            yield f"{interface.method} {interface.path}: component {interface.component!r} is none of the components"
    yield from _plan(spine, set(sections))


def _plan(spine: Spine, sections: set[str]) -> Iterator[str]:
    planned = [row.section for row in spine.plan]
    yield from _twice("section of the plan", planned)
    if missing := sorted(sections - set(planned)):
        yield f"the plan has no entry for: {', '.join(missing)}"
    if unknown := sorted(set(planned) - sections):
        yield f"the plan names sections that the template does not have: {', '.join(unknown)}"


def _unknown_refs(spine: Spine, known: set[str]) -> Iterator[str]:
    known = known | {row.id for row in spine.decisions}
    parts: tuple[_Cites, ...] = (
        *spine.components, *spine.entities, *spine.interfaces, *spine.events, *spine.dependencies,
        *spine.config_keys, *spine.roles, *spine.terms, *spine.targets, *spine.decisions, *spine.plan,
    )  # fmt: skip
    cited = {ref for part in parts for ref in part.refs}
    if unknown := sorted(cited - known):
        yield f"refs name ids that do not exist: {', '.join(unknown)}"


def _twice(what: str, names: list[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{what} {name!r} stands more than once"
