"""Demands on qualities: constraints, security, operations, tests; one placer for each topic."""

import re
from collections.abc import Callable, Iterator, Mapping

from lld_agent.draft.place.common import (
    LABEL_WORDS,
    label_of,
    placed,
    quantity_text,
    said,
    text_of,
)
from lld_agent.draft.place.wording import without_number
from lld_agent.draft.placement import Placement
from lld_agent.draft.topics import topic_of, topics_of
from lld_agent.model import vocabulary as v
from lld_agent.model.brief import BriefSpan, Requirement, RequirementKind, Role
from lld_agent.model.quantity import Dimension
from lld_agent.sources.brief.ids import identified
from lld_agent.sources.brief.segment import role_of_title

Placer = Callable[[Requirement], Iterator[Placement]]

_MEASURED = {"availability", "performance", "scaling"}
_QUALITY = re.compile(r"performance|rendimiento|desempenho", re.IGNORECASE)
_DEADLINE = re.compile(
    r"(?:within|in (?:under|less than|at most)|no (?:more|later) than|innerhalb(?: von)?|binnen|in unter|en menos de|dentro de|"
    r"en un máximo de|em até|em menos de|no máximo em) (?:an? |\d)|\d ?\w{1,3} ?(?:以内|之内|内)",
    re.IGNORECASE,
)
_UNIT = re.compile(r"unit|einheit|unitari|unitári|单元", re.IGNORECASE)


def topic_for(requirement: Requirement, role: Role) -> str:
    """Return what a requirement is about; behaviour is about a measured quality only with a number."""
    topic = topic_of(text_of(requirement), role)
    bare = requirement.kind is RequirementKind.FUNCTIONAL and not requirement.quantities
    if topic in _MEASURED and bare:
        rest = (name for name in topics_of(requirement.text) if name not in _MEASURED)
        return next(rest, "")
    return topic


def has_term(requirement: Requirement) -> bool:
    """Return whether a requirement says, among other things, how long something is kept."""
    timed = any(quantity.dimension is Dimension.TIME for quantity in requirement.quantities)
    return timed and "retention" in topics_of(requirement.text)


def has_deadline(requirement: Requirement) -> bool:
    """Return whether behaviour must come to an end in a given time: that is tested by measuring."""
    timed = any(quantity.dimension is Dimension.TIME for quantity in requirement.quantities)
    functional = requirement.kind is RequirementKind.FUNCTIONAL
    return functional and timed and _DEADLINE.search(requirement.text) is not None


def section_of(span: BriefSpan) -> str:
    """Return what the section of a quality calls it ("Usability requirements"), "" for a generic one."""
    title = identified(without_number(span.headings[-1])).rest if span.headings else ""
    generic = role_of_title(title) in {
        Role.NON_FUNCTIONAL,
        Role.CONSTRAINTS,
    } and not _QUALITY.match(title)
    return title if title and not generic and len(title.split()) <= LABEL_WORDS else ""


def constraint(requirement: Requirement, section: str = "") -> Iterator[Placement]:
    """Yield a row of the constraints; `section` names its kind where nothing narrower does."""
    kind = _constraint_kind(requirement, section)
    row = v.Constraint(kind=kind, description=said(requirement))
    yield placed(requirement, "context.constraints", row)


def _constraint_kind(requirement: Requirement, section: str) -> str:
    """Return what a constraint limits: by its words, else by what its number measures."""
    topics = topics_of(requirement.text)
    for topic, title in _CONSTRAINT_KINDS.items():
        if topic in topics:
            return title
    measured = {quantity.dimension for quantity in requirement.quantities}
    for dimension, title in _DIMENSION_KINDS.items():
        if dimension in measured:
            return title
    own = label_of(requirement)
    named = own if own != requirement.id else section or own
    return "Performance" if "performance" in topics else named


def performance(requirement: Requirement) -> Iterator[Placement]:
    """Yield a constraint, and a test of what it measures where it gives a number."""
    threshold = quantity_text(
        requirement, Dimension.TIME, Dimension.RATE, Dimension.COUNT, Dimension.RATIO
    )
    yield from constraint(requirement)
    if threshold:
        row = v.PerformanceTest(
            test=label_of(requirement), metric=text_of(requirement), threshold=threshold
        )
        yield placed(requirement, "testing.performance", row)


def _testing(requirement: Requirement) -> Iterator[Placement]:
    text = text_of(requirement)
    if _UNIT.search(text):
        yield placed(requirement, "testing.unit", v.UnitTest(module=text))
        return
    row = v.IntegrationTest(integration=label_of(requirement), approach=text)
    yield placed(requirement, "testing.integration", row)


def retention(requirement: Requirement) -> Iterator[Placement]:
    """Yield a stage in the life of data with how long it lasts."""
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


def _row(slot: str, kind: type[v.Term] | type, name: str, column: str) -> Placer:
    """Return a placer that puts the label in one column and the words in another."""

    def place_row(requirement: Requirement) -> Iterator[Placement]:
        cells = {name: label_of(requirement), column: said(requirement)}
        yield placed(requirement, slot, kind(**cells))

    return place_row


BY_TOPIC: Mapping[str, Placer] = {
    "compliance": constraint,
    "encryption": _encryption,
    "authorization": _row(
        "security.authorization", v.AuthorizationRule, "resource", "permission_model"
    ),
    "authentication": _row("security.authentication", v.AuthenticationFlow, "flow", "mechanism"),
    "validation": _row("security.inputs", v.InputRule, "input", "rules"),
    "retention": retention,
    "caching": _caching,
    "retry": _row("errors.retries", v.RetryPolicy, "error_type", "backoff"),
    "rollback": _row("deployment.rollback", v.RollbackScenario, "scenario", "method"),
    "concurrency": _row("performance.concurrency", v.ConcurrencyRule, "resource", "model"),
    "scaling": _row("performance.scaling", v.ScalingRule, "dimension", "target"),
    "availability": constraint,
    "performance": performance,
    "monitoring": _row("errors.observability", v.Signal, "signal", "alert_threshold"),
    "logging": _row("errors.logging", v.LogLevel, "level", "usage"),
    "deployment": constraint,
    "configuration": _row("configuration.flags", v.FeatureFlag, "flag", "description"),
    "testing": _testing,
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
