"""Where a statement of a brief belongs in a service design."""

import dataclasses
import re
from collections.abc import Iterator, Mapping

from lld_agent.draft.features import BriefIndex, Feature, said_of, words_of
from lld_agent.draft.place import diagrams, load, tables
from lld_agent.draft.place.common import (
    condition_and_outcome,
    dependencies,
    from_span,
    listed,
    pairs,
    paragraphs,
    placed,
    resource_of,
    said,
    source_name,
    text_of,
)
from lld_agent.draft.place.qualities import (
    BY_TOPIC,
    Placer,
    constraint,
    has_deadline,
    has_term,
    performance,
    retention,
    section_of,
    topic_for,
)
from lld_agent.draft.place.wording import ATTACK
from lld_agent.draft.placement import Placement
from lld_agent.draft.topics import topics_of
from lld_agent.model import vocabulary as v
from lld_agent.model.brief import Brief, BriefSpan, Requirement, RequirementKind, Role
from lld_agent.model.provenance import Basis
from lld_agent.model.rows import Row
from lld_agent.sources.brief.ids import whole_id
from lld_agent.sources.brief.requirements import EDGE_CASES
from lld_agent.template.registry import TEMPLATES

_HELPS = re.compile(
    r"mitigat|workaround|countermeasure|response|gegenmaßnahme|maßnahme|mitiga|应对|缓解|措施",
    re.IGNORECASE,
)
_AFFECTS = re.compile(
    r"impact|effect|consequence|auswirkung|folge|impacto|efecto|efeito|影响", re.IGNORECASE
)
# What a label in front of a statement of a feature says it is.
_PARTS = (
    ("inputs", re.compile(r"inputs?|entradas?|eingaben?|输入", re.IGNORECASE)),
    ("outputs", re.compile(r"outputs?|salidas?|saídas?|ausgaben?|输出", re.IGNORECASE)),
    (
        "errors",
        re.compile(
            r"errors?(?: handling)?|fehler(?:behandlung)?|errores|erros|异常(?:处理)?",
            re.IGNORECASE,
        ),
    ),
    (
        "responsibility",
        re.compile(
            r"purpose|description|summary|zweck|beschreibung|propósito|descripción|descrição|描述|目的",
            re.IGNORECASE,
        ),
    ),
)
_TECHNICAL = {
    "deployment",
    "availability",
    "performance",
    "encryption",
    "configuration",
    "monitoring",
}


def place(brief: Brief) -> Iterator[Placement]:
    """Yield every statement of a brief with the slot of the service template it belongs to."""
    rows = tuple(tables.place(BriefIndex(brief), TEMPLATES["service"]))
    index = BriefIndex(brief, frozenset(span for row in rows for span in row.spans))
    yield from rows
    named = index.features
    yield from _overview(index, named)
    yield from _context(index)
    yield from _architecture(index, named)
    yield from _data(index)
    yield from _interfaces(index)
    yield from _security(index)
    for requirement in brief.requirements:
        if not index.is_structured(requirement):
            yield from _requirement(index, requirement)
    yield from load.place(index)
    yield from _closing(index)
    yield from diagrams.place(index, named)


def _overview(index: BriefIndex, named: tuple[Feature, ...]) -> Iterator[Placement]:
    yield from _given()
    yield from paragraphs(index, index.brief.summary, "overview.purpose")
    yield from _scope(index.brief, named)
    yield from _references(index.brief)


def _given() -> Iterator[Placement]:
    """Yield the default rows of the slots that the program fills."""
    for slot in TEMPLATES["service"].manifest:
        if slot.given and "[]" not in slot.address:
            for row in slot.default_rows:
                yield Placement(slot.address, row, basis=Basis.TEMPLATE_DEFAULT)


def _scope(brief: Brief, named: tuple[Feature, ...]) -> Iterator[Placement]:
    listed = [r for r in brief.requirements if r.kind is RequirementKind.SCOPE_IN]
    for requirement in listed:
        yield placed(requirement, "overview.scope.in_scope", text_of(requirement))
    for feature in () if listed else named:
        if feature.name:
            spans = tuple(r.spans[0] for r in feature.requirements)
            yield Placement("overview.scope.in_scope", feature.name, spans)
    for requirement in brief.requirements:
        if requirement.kind is RequirementKind.SCOPE_OUT:
            yield placed(requirement, "overview.scope.out_of_scope", text_of(requirement))


def _references(brief: Brief) -> Iterator[Placement]:
    kind = "RFC" if brief.kind == "rfc" else "PRD"
    words = f"{kind}: the requirements of this design"
    own = v.ReferenceDoc(document=source_name(brief), description=words)
    yield Placement("overview.references", own, basis=Basis.DERIVED)
    for link in brief.links:
        row = v.ReferenceDoc(document=link.text, description=link.name)
        yield Placement("overview.references", row, (link.span_id,))


def _context(index: BriefIndex) -> Iterator[Placement]:
    for requirement in index.brief.requirements:
        if requirement.kind is RequirementKind.ASSUMPTION:
            technical = _TECHNICAL.intersection(topics_of(requirement.text))
            slot = "technical_assumptions" if technical else "business_assumptions"
            yield placed(requirement, f"context.{slot}", text_of(requirement))
    yield from dependencies(index, "context.dependencies")


def _architecture(index: BriefIndex, named: tuple[Feature, ...]) -> Iterator[Placement]:
    for feature in named:
        if not feature.name:
            continue
        at = f"architecture.components[{feature.name}]"
        spans = tuple(span.id for span in feature.intro) or feature.requirements[0].spans[:1]
        yield Placement(f"{at}.name", feature.name, spans)
        if feature.intro:
            text = " ".join(words_of(span) for span in feature.intro)
            yield Placement(f"{at}.responsibility", text, spans)
        for requirement in feature.requirements:
            topic = topic_for(requirement, index.first_span(requirement).role)
            yield from _behaviour(f"{at}.", feature.name, requirement, topic)


def _behaviour(at: str, feature: str, requirement: Requirement, topic: str) -> Iterator[Placement]:
    """Place a functional requirement of a named feature: at its component, or as a step."""
    text = text_of(requirement)
    part = next((name for name, label in _PARTS if label.fullmatch(requirement.title)), "")
    if part in {"inputs", "outputs", "responsibility"}:
        words = said(requirement)
        values: dict[str, Row | str] = {
            "inputs": v.ComponentInput(input=words),
            "outputs": v.ComponentOutput(output=words),
            "responsibility": words,
        }
        yield placed(requirement, f"{at}{part}", values[part])
    elif topic == "input":
        yield placed(requirement, f"{at}inputs", v.ComponentInput(input=text))
    elif topic == "output":
        yield placed(requirement, f"{at}outputs", v.ComponentOutput(output=text))
    elif topic == "failure" or part == "errors":
        condition, outcome = condition_and_outcome(requirement)
        yield placed(
            requirement, f"{at}errors", v.ComponentError(condition=condition, response=outcome)
        )
    elif topic not in BY_TOPIC:
        yield from _step(feature, requirement)


def _step(feature: str, requirement: Requirement) -> Iterator[Placement]:
    at = f"algorithms[{feature}]"
    yield placed(requirement, f"{at}.name", feature)
    yield placed(requirement, f"{at}.steps", text_of(requirement))


def _data(index: BriefIndex) -> Iterator[Placement]:
    for entity in index.brief.entities:
        at = f"data.models.entities[{entity.name}]"
        yield Placement(f"{at}.name", entity.name, entity.spans)
        for attribute in entity.attributes:
            owner = index.requirement_of(attribute.span_id)
            row = v.Column(
                column=attribute.name,
                type=attribute.type,
                constraints=attribute.constraints,
                description=attribute.description,
            )
            yield Placement(f"{at}.columns", row, (attribute.span_id,), (owner,) if owner else ())


def _interfaces(index: BriefIndex) -> Iterator[Placement]:
    for endpoint in index.brief.endpoints:
        family = resource_of(endpoint.path)
        at = f"api.internal[{family}].endpoints[{endpoint.method} {endpoint.path}]"
        refs = tuple(dict.fromkeys(filter(None, map(index.requirement_of, endpoint.spans))))
        values = {
            "method": endpoint.method,
            "path": endpoint.path,
            "description": endpoint.description,
            "request": endpoint.request,
            "response": endpoint.response,
        }
        yield Placement(f"api.internal[{family}].name", family, endpoint.spans, refs)
        for name, value in values.items():
            if value:
                yield Placement(f"{at}.{name}", value, endpoint.spans, refs)
    for technology in index.brief.technologies:
        if technology.category == "third_party":
            at = f"api.external[{technology.text}]"
            sentence = index.spans[technology.span_id]
            yield Placement(f"{at}.name", technology.text, (technology.span_id,))
            yield from_span(index, sentence, f"{at}.purpose", words_of(sentence))


def _security(index: BriefIndex) -> Iterator[Placement]:
    for role in index.brief.roles:
        sentence = index.allowed(role.span_id)
        row = v.AuthorizationRule(resource=role.text, permission_model=said_of(sentence, role.text))
        made = from_span(index, sentence, "security.authorization", row)
        spans = tuple(dict.fromkeys((role.span_id, *made.spans)))
        yield dataclasses.replace(made, spans=spans)
    for span in index.with_role(Role.RISKS):
        if span.id in index.tabled or span.text.endswith(":"):
            continue
        if ATTACK.search(span.text):
            yield from_span(index, span, "security.threats", v.Threat(threat=words_of(span)))
        else:
            yield from_span(index, span, "limits.limitations", _limitation(span))


def _limitation(span: BriefSpan) -> v.Limitation:
    """Return a risk or drawback as a row; of a table, what it affects and what helps apart."""
    cells = [(header, " ".join(text.split())) for header, text in span.cells if text]
    if not cells:
        return v.Limitation(limitation=words_of(span))
    said = [cell for cell in cells if not whole_id(cell[1])] or cells
    helps = next((text for header, text in said[1:] if _HELPS.search(header)), "")
    impact = next((text for header, text in said[1:] if _AFFECTS.search(header)), "")
    return v.Limitation(limitation=said[0][1], impact=impact, workaround=helps)


def _requirement(index: BriefIndex, requirement: Requirement) -> Iterator[Placement]:
    """Place a requirement by its kind, and a demand on qualities by its topic."""
    by_kind = _KINDS.get(requirement.kind)
    if by_kind is not None:
        yield from by_kind(requirement)
        return
    span = index.first_span(requirement)
    if span.role is Role.DEPENDENCIES and span.kind in {"item", "row"}:
        return
    topic = topic_for(requirement, span.role)
    row = BY_TOPIC.get(topic)
    named = requirement.id in index.in_named_features
    if named and any(label.fullmatch(requirement.title) for _, label in _PARTS):
        return
    if topic != "performance" and has_deadline(requirement):
        yield from performance(requirement)
    if topic != "retention" and has_term(requirement):
        yield from retention(requirement)
    if row is not None:
        yield from row(requirement)
    elif requirement.kind in {RequirementKind.NON_FUNCTIONAL, RequirementKind.CONSTRAINT}:
        yield from constraint(requirement, section_of(span))
    elif not named:
        yield from _loose(index, requirement, topic)


def _loose(index: BriefIndex, requirement: Requirement, topic: str) -> Iterator[Placement]:
    """Place behaviour that stands under no feature: a step, or an edge case, of the whole."""
    name = index.brief.title
    if topic == "failure":
        condition, outcome = condition_and_outcome(requirement)
        yield placed(requirement, f"algorithms[{name}].name", name)
        row = v.EdgeCase(edge_case=condition, behavior=outcome)
        yield placed(requirement, f"algorithms[{name}].edge_cases", row)
    else:
        yield from _step(name, requirement)


def _acceptance(requirement: Requirement) -> Iterator[Placement]:
    condition, outcome = condition_and_outcome(requirement)
    row = v.EdgeCaseTest(edge_case=condition, expected=outcome)
    yield placed(requirement, "testing.edge_cases", row)


def _edge_case(requirement: Requirement) -> Iterator[Placement]:
    if EDGE_CASES.match(requirement.title):
        for case in listed(said(requirement)):
            yield placed(requirement, "testing.edge_cases", v.EdgeCaseTest(edge_case=case))
        return
    condition, outcome = condition_and_outcome(requirement)
    yield placed(
        requirement, "testing.edge_cases", v.EdgeCaseTest(edge_case=condition, expected=outcome)
    )


def _nothing(_requirement: Requirement) -> Iterator[Placement]:
    """Placed elsewhere already."""
    yield from ()


_KINDS: Mapping[RequirementKind, Placer] = {
    RequirementKind.SCOPE_IN: _nothing,
    RequirementKind.SCOPE_OUT: _nothing,
    RequirementKind.ASSUMPTION: _nothing,
    RequirementKind.ACCEPTANCE: _acceptance,
    RequirementKind.EDGE_CASE: _edge_case,
}


def _closing(index: BriefIndex) -> Iterator[Placement]:
    brief = index.brief
    yield from pairs(index, brief.glossary, "appendix.glossary", v.Term)
    for pair in brief.alternatives:
        row = v.Alternative(alternative=pair.left, why_not=pair.right)
        yield Placement("appendix.alternatives", row, pair.spans)
    for span in index.with_role(Role.FUTURE):
        planned = v.Improvement(enhancement=words_of(span))
        yield from_span(index, span, "limits.improvements", planned)
