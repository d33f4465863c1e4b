"""The elements of a data-flow model: who and what a design names, and of which kind each is."""

import re
from dataclasses import replace

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import similarity, tokens
from lld_agent.language.roles import is_person_name, role
from lld_agent.model.design import Design, Section
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.rows import NOWHERE, ReadRow
from lld_agent.model.source import Span
from lld_agent.model.threats import DataClass, Element, ElementKind
from lld_agent.model.vocabulary import CacheLayer, Dependency
from lld_agent.threats.data_classes import classes_of_tables

STORES = frozenset({"store", "cache", "queue"})
_THIRD = frozenset({"mail", "payment", "model"})
_SAME = 0.85
_GENERAL = frozenset(
    {"database", "db", "datastore", "data", "cache", "queue", "broker", "bus", "message", "storage",
     "sql", "relational", "event", "main", "primary", "store"}
)  # fmt: skip
_NO_ELEMENT = re.compile(
    r"\b(?:python|node(?:\.?js)?|java|golang|rust|typescript|react|next\.?js|vue|angular|fastapi|flask|django|express"
    r"|spring(?: boot)?|pydantic|sqlalchemy|numpy|pandas|pytorch|library|framework|sdk|docker|helm|linux|ubuntu"
    r"|opentelemetry|prometheus|grafana|ci/cd|dns|network|internet|hardware|gpus?|team|approval|budget)\b",
    re.IGNORECASE,
)
_SAAS = re.compile(
    r"\b(?:third[- ]party|3rd[- ]party|external|vendor|partner|providers?|saas|auth0|okta|cognito|entra|firebase|slack"
    r"|github|gitlab|jira|salesforce|hubspot|zendesk|datadog|sentry|google|microsoft|azure|aws|shopify|plaid"
    r"|hugging ?face|docusign|whatsapp|telegram|facebook|apple|openweather\w*|maps api|carrier)\b",
    re.IGNORECASE,
)
_PEER = re.compile(
    r"\b(?:service|svc|api|gateway|engine|scheduler|orchestrator|backend|server|microservice|platform|serviço|servicio"
    r"|dienst)\b|service\Z|\A(?-i:[a-z][a-z0-9]+(?:[-_][a-z0-9]+)*)\Z",
    re.IGNORECASE,
)
_KIND_OF_DOCUMENT = re.compile(
    r"\b(?:low[- ]level design|high[- ]level design|technical design|design doc(?:ument)?|lld|hld|specification|design"
    r"|rfc|architecture|documento de arquitetura)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(r"\A(?:http )?(?:response|request|log|logs|metrics?)\Z", re.IGNORECASE)


class Elements:
    """Elements by first appearance; a name that is known under another spelling adds nothing."""

    def __init__(self, lexicons: Lexicons) -> None:
        self._found: list[Element] = []
        self._lexicons = lexicons

    def add(self, name: str, kind: ElementKind, span: Span = NOWHERE) -> Element | None:
        """Add an element, or the name to the one that it means; None for no name at all."""
        plain = " ".join(name.split())
        if not tokens(plain) and not plain:
            return None
        known = self.find(plain)
        if known and (known.kind is ElementKind.ACTOR) != (kind is ElementKind.ACTOR):
            known = None  # a member is not the members service
        if known is None:
            made = Element(plain, kind, span, role(plain), (plain,))
            self._found.append(made)
            return made
        if plain not in known.names:
            return self._change(known, replace(known, names=(*known.names, plain)))
        return known

    def hold(self, element: Element, data: frozenset[DataClass]) -> None:
        """Say what an element holds."""
        self._change(element, replace(element, data=element.data | data))

    def find(self, name: str) -> Element | None:
        """Return the element that a name means, None if there is none."""
        same = next((element for element in self._found if name in element.names), None)
        if same is not None:
            return same
        mine = self._product(name)
        for element in self._found:
            if any(similarity(name, other) >= _SAME for other in element.names):
                return element
            if mine and mine == self._product(element.name):
                return element
        return self._general(name)

    def all(self) -> tuple[Element, ...]:
        """Return all elements."""
        return tuple(self._found)

    def _change(self, old: Element, new: Element) -> Element:
        self._found[self._found.index(old)] = new
        return new

    def _product(self, name: str) -> str:
        """Return the product that a name is of: `redis` of `Redis (via Dapr)`."""
        kind = role(name)
        found = self._lexicons.find("technologies", kind, name).casefold() if kind else ""
        return "" if not found or set(tokens(found)) <= _GENERAL else " ".join(tokens(found))

    def _general(self, name: str) -> Element | None:
        """Return the only store of the kind that a general name such as `Database` means."""
        kind = role(name)
        if kind not in STORES or self._product(name):
            return None
        same = [e for e in self._found if e.technology == kind]
        return same[0] if len(same) == 1 else None


def service_name(design: Design) -> str:
    """Return what the document designs, by its title; "the service" where that says nothing."""
    title = next((s.title for s in design.sections if s.level), "")
    for part in re.split(r"\s+[-–—|]\s+|:\s+", title):
        plain = " ".join(_KIND_OF_DOCUMENT.sub(" ", part).split()).strip(" -–—:()")
        if plain and len(plain) <= 60:
            return plain
    return "the service"


def find_elements(design: Design, lexicons: Lexicons) -> Elements:
    """Return the elements that a design names.

    The order decides which spelling names one: the document's own service, then its inventory, then
    its components, then who takes part in flows, then the store of its tables.
    """
    found = Elements(lexicons)
    found.add(service_name(design), ElementKind.PROCESS, _title_span(design))
    for row in design.of(Dependency):
        _add_dependency(found, row)
    for row in design.of(CacheLayer):
        for cell in (row["technology"],):
            if role(cell.text) in STORES:
                found.add(cell.text, ElementKind.STORE, row.span)
    for section in design.sections:
        if section.slot == "api.external[]":
            found.add(section.title, kind_of(section.title), section.heading_span)
        elif _is_component(design, section):
            found.add(section.title, ElementKind.PROCESS, section.heading_span)
    _add_participants(found, design)
    _add_tables(found, design, lexicons)
    if design.declared() and not any(e.kind is ElementKind.ACTOR for e in found.all()):
        found.add("API client", ElementKind.ACTOR, design.declared()[0].span)
    return found


def _is_component(design: Design, section: Section) -> bool:
    """Return whether a heading names a component, not a list of them or something about them."""
    if section.slot != "architecture.components[]" or section.parent < 0:
        return False
    return design.sections[section.parent].slot == "architecture.components"


def kind_of(name: str, about: str = "") -> ElementKind:
    """Return the kind of something that is not the document's own, by name and what is said of it."""
    technology = role(name)
    if technology in STORES:
        return ElementKind.STORE
    if technology in _THIRD or _SAAS.search(name) or _SAAS.search(about):
        return ElementKind.EXTERNAL
    if technology == "identity" or _PEER.search(name):
        return ElementKind.PEER
    return ElementKind.ACTOR if is_person_name(name) else ElementKind.UNKNOWN


def _add_dependency(found: Elements, row: ReadRow) -> None:
    name = row["dependency"].text
    if row.confidence < 0.5 or not name or len(name) > 60 or _NO_ELEMENT.search(name):
        return
    if "{" in name or "<" in name:
        return
    extra = " ".join(cell.text for cell in row.extra.values())
    kind = kind_of(name, f"{row['type'].text} {extra}")
    found.add(name, ElementKind.PEER if kind is ElementKind.ACTOR else kind, row.span)


def _add_participants(found: Elements, design: Design) -> None:
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        for participant in diagram.participants:
            label = participant.label
            if participant.actor or (is_person_name(label) and not role(label)):
                found.add(label, ElementKind.ACTOR, participant.span)
            elif role(label) or _SAAS.search(label):
                found.add(label, kind_of(label), participant.span)
            else:
                found.add(label, ElementKind.PROCESS, participant.span)


def _add_tables(found: Elements, design: Design, lexicons: Lexicons) -> None:
    """Group the tables by the store that holds them."""
    tables = [entity for entity in design.entities if entity.confidence >= 0.5]
    if not any(entity.has_columns for entity in tables):
        return
    stores = [e for e in found.all() if e.technology == "store"]
    if not stores:
        added = found.add("database", ElementKind.STORE, tables[0].span)
        stores = [added] if added else []
    if stores:
        found.hold(stores[0], classes_of_tables(tables, lexicons))


def _title_span(design: Design) -> Span:
    return next((s.heading_span for s in design.sections if s.level), NOWHERE)


def is_result(name: str) -> bool:
    """Return whether the other end of a component's input or output is only its answer."""
    return _RESULT.match(name.strip()) is not None
