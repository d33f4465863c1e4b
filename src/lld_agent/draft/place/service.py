"""Where a statement of a brief belongs in a service design."""

import re
from collections.abc import Callable, Iterator, Mapping

from lld_agent.draft.features import BriefIndex, Feature, features, said_of, words_of
from lld_agent.draft.place import diagrams, load, tables
from lld_agent.draft.place.common import (
    condition_and_outcome,
    from_span,
    label_of,
    pairs,
    paragraphs,
    placed,
    quantity_text,
    resource_of,
    source_name,
    text_of,
)
from lld_agent.draft.placement import Placement
from lld_agent.draft.topics import topic_of, topics_of
from lld_agent.model import vocabulary as v
from lld_agent.model.brief import Brief, Requirement, RequirementKind, Role
from lld_agent.model.provenance import Basis
from lld_agent.model.quantity import Dimension
from lld_agent.template.registry import TEMPLATES

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
    named = features(index)
    yield from _overview(index, named)
    yield from _context(index)
    yield from _architecture(named)
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
    for technology in index.brief.technologies:
        spans = (technology.span_id,)
        row = v.Dependency(dependency=technology.text)
        yield Placement("context.dependencies", row, spans)


def _architecture(named: tuple[Feature, ...]) -> Iterator[Placement]:
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
            yield from _behaviour(f"{at}.", feature.name, requirement)


def _behaviour(at: str, feature: str, requirement: Requirement) -> Iterator[Placement]:
    """Place a functional requirement of a named feature: at its component, or as a step."""
    text = text_of(requirement)
    topic = next(iter(topics_of(text)), "")
    if topic == "input":
        yield placed(requirement, f"{at}inputs", v.ComponentInput(input=text))
    elif topic == "output":
        yield placed(requirement, f"{at}outputs", v.ComponentOutput(output=text))
    elif topic == "failure":
        condition, outcome = condition_and_outcome(requirement)
        yield placed(
            requirement, f"{at}errors", v.ComponentError(condition=condition, response=outcome)
        )
    elif topic not in _ROWS:
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
        sentence = index.spans[role.span_id]
        row = v.AuthorizationRule(resource=role.text, permission_model=said_of(sentence, role.text))
        yield from_span(index, sentence, "security.authorization", row)
    for span in index.with_role(Role.RISKS):
        if not _ATTACK.search(span.text):
            limit = v.Limitation(limitation=words_of(span))
            yield from_span(index, span, "limits.limitations", limit)
            continue
        yield from_span(index, span, "security.threats", v.Threat(threat=words_of(span)))


def _requirement(index: BriefIndex, requirement: Requirement) -> Iterator[Placement]:
    """Place a requirement by its kind, and a demand on qualities by its topic."""
    by_kind = _KINDS.get(requirement.kind)
    if by_kind is not None:
        yield from by_kind(requirement)
        return
    topic = topic_of(index.first_span(requirement))
    row = _ROWS.get(topic)
    if row is not None:
        yield from row(requirement)
    elif requirement.kind in {RequirementKind.NON_FUNCTIONAL, RequirementKind.CONSTRAINT}:
        yield from _constraint(requirement)
    elif not _in_named_feature(index, requirement):
        yield from _loose(index, requirement, topic)


def _in_named_feature(index: BriefIndex, requirement: Requirement) -> bool:
    return any(f.name and requirement in f.requirements for f in features(index))


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
    condition, outcome = condition_and_outcome(requirement)
    yield placed(
        requirement, "testing.edge_cases", v.EdgeCaseTest(edge_case=condition, expected=outcome)
    )


def _nothing(_requirement: Requirement) -> Iterator[Placement]:
    """Placed elsewhere already."""
    yield from ()


def _constraint(requirement: Requirement) -> Iterator[Placement]:
    row = v.Constraint(kind=_constraint_kind(requirement), description=text_of(requirement))
    yield placed(requirement, "context.constraints", row)


def _constraint_kind(requirement: Requirement) -> str:
    """Return what a constraint limits: by its words, else by what its number measures."""
    topics = topics_of(requirement.text)
    for topic, title in _CONSTRAINT_KINDS.items():
        if topic in topics:
            return title
    measured = {quantity.dimension for quantity in requirement.quantities}
    for dimension, title in _DIMENSION_KINDS.items():
        if dimension in measured:
            return title
    return "Performance" if "performance" in topics else label_of(requirement)


def _performance(requirement: Requirement) -> Iterator[Placement]:
    threshold = quantity_text(
        requirement, Dimension.TIME, Dimension.RATE, Dimension.COUNT, Dimension.RATIO
    )
    yield from _constraint(requirement)
    if threshold:
        row = v.PerformanceTest(
            test=label_of(requirement), metric=text_of(requirement), threshold=threshold
        )
        yield placed(requirement, "testing.performance", row)


def _retention(requirement: Requirement) -> Iterator[Placement]:
    row = v.LifecycleStage(
        stage=label_of(requirement),
        retention=quantity_text(requirement, Dimension.TIME),
        transition=text_of(requirement),
    )
    yield placed(requirement, "data.flow.lifecycle", row)


def _caching(requirement: Requirement) -> Iterator[Placement]:
    row = v.CacheLayer(layer=text_of(requirement), ttl=quantity_text(requirement, Dimension.TIME))
    yield placed(requirement, "data.flow.caches", row)


def _encryption(requirement: Requirement) -> Iterator[Placement]:
    text = text_of(requirement)
    moving = any(word in text.lower() for word in ("tls", "ssl", "https", "transit", "übertrag"))
    cells = {"in_transit" if moving else "at_rest": text}
    yield placed(
        requirement,
        "security.encryption",
        v.EncryptionRule(data_type=label_of(requirement), **cells),
    )


Placer = Callable[[Requirement], Iterator[Placement]]


def _row(slot: str, kind: type[v.Term] | type, name: str, said: str) -> Placer:
    """Return a placer that puts the label in one column and the words in another."""

    def place_row(requirement: Requirement) -> Iterator[Placement]:
        cells = {name: label_of(requirement), said: text_of(requirement)}
        yield placed(requirement, slot, kind(**cells))

    return place_row


_KINDS: Mapping[RequirementKind, Placer] = {
    RequirementKind.SCOPE_IN: _nothing,
    RequirementKind.SCOPE_OUT: _nothing,
    RequirementKind.ASSUMPTION: _nothing,
    RequirementKind.ACCEPTANCE: _acceptance,
    RequirementKind.EDGE_CASE: _edge_case,
}
_ROWS: Mapping[str, Placer] = {
    "compliance": _constraint,
    "encryption": _encryption,
    "authorization": _row(
        "security.authorization", v.AuthorizationRule, "resource", "permission_model"
    ),
    "authentication": _row("security.authentication", v.AuthenticationFlow, "flow", "mechanism"),
    "validation": _row("security.inputs", v.InputRule, "input", "rules"),
    "retention": _retention,
    "caching": _caching,
    "retry": _row("errors.retries", v.RetryPolicy, "error_type", "backoff"),
    "rollback": _row("deployment.rollback", v.RollbackScenario, "scenario", "method"),
    "concurrency": _row("performance.concurrency", v.ConcurrencyRule, "resource", "model"),
    "scaling": _row("performance.scaling", v.ScalingRule, "dimension", "target"),
    "availability": _constraint,
    "performance": _performance,
    "monitoring": _row("errors.observability", v.Signal, "signal", "alert_threshold"),
    "logging": _row("errors.logging", v.LogLevel, "level", "usage"),
    "deployment": _constraint,
    "configuration": _row("configuration.flags", v.FeatureFlag, "flag", "description"),
    "testing": _row("testing.integration", v.IntegrationTest, "integration", "approach"),
}
_CONSTRAINT_KINDS: Mapping[str, str] = {
    "compliance": "Regulatory",
    "availability": "Availability",
    "deployment": "Deployment",
}
# In the order in which they decide: "95 % of requests within 300 ms" limits latency.
_DIMENSION_KINDS: Mapping[Dimension, str] = {
    Dimension.TIME: "Latency",
    Dimension.RATE: "Throughput",
    Dimension.SIZE: "Memory",
    Dimension.CPU: "Hardware",
    Dimension.COUNT: "Capacity",
    Dimension.MONEY: "Cost",
    Dimension.RATIO: "Availability",
}
_ATTACK = re.compile(
    r"attack|threat|abuse|fraud|steal|stolen|spoof|inject|brute|leak|unauthori[sz]ed|malicious|tamper|hijack|exploit|"
    r"angriff|missbrauch|manipul|diebstahl|ataque|fraude|robo|invas|sabotagem|vazamento|ameaça|amenaza|攻击|泄露|滥用|篡改",
    re.IGNORECASE,
)


def _closing(index: BriefIndex) -> Iterator[Placement]:
    brief = index.brief
    yield from pairs(index, brief.glossary, "appendix.glossary", v.Term)
    for pair in brief.alternatives:
        row = v.Alternative(alternative=pair.left, why_not=pair.right)
        yield Placement("appendix.alternatives", row, pair.spans)
    for span in index.with_role(Role.FUTURE):
        planned = v.Improvement(enhancement=words_of(span))
        yield from_span(index, span, "limits.improvements", planned)
