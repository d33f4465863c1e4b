"""The spine: names and decisions, fixed once before sections are written in parallel."""

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

from lld_agent.model.wire import Wire

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
