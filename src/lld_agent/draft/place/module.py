"""Where a statement of a brief belongs in a module design."""

import re
from collections.abc import Iterator

from lld_agent.draft.features import BriefIndex, words_of
from lld_agent.draft.place import tables
from lld_agent.draft.place.common import (
    condition_and_outcome,
    dependencies,
    from_span,
    label_of,
    paragraphs,
    placed,
    quantity_text,
    text_of,
)
from lld_agent.draft.place.qualities import has_deadline, topic_for
from lld_agent.draft.placement import Placement
from lld_agent.model import vocabulary as v
from lld_agent.model.brief import Brief, Requirement, RequirementKind, Role
from lld_agent.model.quantity import Dimension
from lld_agent.template.registry import TEMPLATES

_ITSELF = re.compile(
    r"(?<!\w)(?:th(?:is|e) (?:service|system|module|application|tool|library|platform|component|project|document|rfc)|"
    r"dies\w* (?:dienst|system|modul)|das system|este (?:servicio|sistema|módulo|serviço)|el sistema|o sistema)(?!\w)|"
    r"本系统|本模块|该系统",
    re.IGNORECASE,
)


def place(brief: Brief) -> Iterator[Placement]:
    """Yield every statement of a brief with the slot of the module template it belongs to."""
    rows = tuple(tables.place(BriefIndex(brief), TEMPLATES["module"]))
    index = BriefIndex(brief, frozenset(span for row in rows for span in row.spans))
    yield from rows
    yield from _overview(index)
    yield from _database(index)
    yield from _api(index)
    for requirement in brief.requirements:
        yield from _requirement(index, requirement)
    yield from dependencies(index, "dependencies.external", "purpose")
    for role in brief.roles:
        sentence = index.spans[role.span_id]
        yield from_span(index, sentence, "overview.rules", words_of(sentence))


def _overview(index: BriefIndex) -> Iterator[Placement]:
    brief = index.brief
    if brief.title:
        yield Placement("overview.module", brief.title, brief.summary[:1])
    yield from paragraphs(index, _about(index), "overview.responsibility")
    owned = [r for r in brief.requirements if r.kind is RequirementKind.SCOPE_IN]
    yield from _joined(owned, "overview.boundaries.owns")
    if not owned:
        named = [feature for feature in index.features if feature.name]
        spans = tuple(feature.requirements[0].spans[0] for feature in named)
        if named:
            text = "; ".join(feature.name for feature in named)
            yield Placement("overview.boundaries.owns", text, spans)
    left_out = [r for r in brief.requirements if r.kind is RequirementKind.SCOPE_OUT]
    yield from _joined(left_out, "overview.boundaries.does_not_own")


def _about(index: BriefIndex) -> tuple[str, ...]:
    """Return the sentence of the summary that speaks of the thing itself, else the first."""
    summary = index.brief.summary
    spoken = (span for span in summary if _ITSELF.search(index.spans[span].text))
    return tuple(filter(None, (next(spoken, next(iter(summary), "")),)))


def _joined(found: list[Requirement], slot: str) -> Iterator[Placement]:
    if found:
        text = "; ".join(text_of(requirement).rstrip(".;") for requirement in found)
        spans = tuple(span for requirement in found for span in requirement.spans)
        yield Placement(slot, text, spans, tuple(requirement.id for requirement in found))


def _database(index: BriefIndex) -> Iterator[Placement]:
    for entity in index.brief.entities:
        at = f"database.tables[{entity.name}]"
        yield Placement(f"{at}.name", entity.name, entity.spans)
        if entity.description:
            yield Placement(f"{at}.purpose", entity.description, entity.spans)
        for attribute in entity.attributes:
            owner = index.requirement_of(attribute.span_id)
            row = v.Column(
                column=attribute.name,
                type=attribute.type,
                constraints=attribute.constraints,
                description=attribute.description,
            )
            yield Placement(f"{at}.columns", row, (attribute.span_id,), (owner,) if owner else ())


def _api(index: BriefIndex) -> Iterator[Placement]:
    for endpoint in index.brief.endpoints:
        at = f"api.endpoints[{endpoint.method} {endpoint.path}]"
        refs = tuple(dict.fromkeys(filter(None, map(index.requirement_of, endpoint.spans))))
        values = {
            "method": endpoint.method,
            "path": endpoint.path,
            "summary": endpoint.description,
            "request": endpoint.request,
            "response": endpoint.response,
        }
        for name, value in values.items():
            if value:
                yield Placement(f"{at}.{name}", value, endpoint.spans, refs)


def _requirement(index: BriefIndex, requirement: Requirement) -> Iterator[Placement]:
    kind = requirement.kind
    if index.is_structured(requirement):
        return
    if kind in {RequirementKind.SCOPE_IN, RequirementKind.SCOPE_OUT}:
        return
    text = text_of(requirement)
    if kind in {RequirementKind.ACCEPTANCE, RequirementKind.EDGE_CASE}:
        yield placed(requirement, "testing.scenarios", v.TestScenario(scenario=text))
        return
    span = index.first_span(requirement)
    if span.role is Role.DEPENDENCIES and span.kind in {"item", "row"}:
        return
    topic = topic_for(requirement, span.role)
    if topic == "failure":
        yield from _edge_case(index, requirement)
        return
    measured = topic in {"performance", "scaling"} and requirement.quantities
    yield from _by_topic(
        "performance" if has_deadline(requirement) or measured else topic, requirement, text
    )


def _edge_case(index: BriefIndex, requirement: Requirement) -> Iterator[Placement]:
    """Place what happens when something fails: at its feature, else at the module as a whole."""
    own = (f.name for f in index.features if f.name and requirement in f.requirements)
    name = next(own, index.brief.title)
    condition, outcome = condition_and_outcome(requirement)
    yield placed(requirement, f"algorithms[{name}].name", name)
    row = v.EdgeCase(edge_case=condition, behavior=outcome)
    yield placed(requirement, f"algorithms[{name}].edge_cases", row)


def _by_topic(topic: str, requirement: Requirement, text: str) -> Iterator[Placement]:
    if topic == "concurrency":
        row = v.ConcurrencyConcern(concern=label_of(requirement), scenario=text)
        yield placed(requirement, "concurrency", row)
    elif topic == "performance" and requirement.quantities:
        target = quantity_text(requirement, Dimension.TIME, Dimension.RATE, Dimension.COUNT)
        cells = {"operation": text, "target": target}
        yield placed(requirement, "performance.targets", v.PerformanceTarget(**cells))
    elif topic == "retry":
        yield placed(requirement, "errors.retry", text)
    elif topic == "testing":
        yield placed(requirement, "testing.scenarios", v.TestScenario(scenario=text))
    else:
        yield placed(requirement, "overview.rules", text)
