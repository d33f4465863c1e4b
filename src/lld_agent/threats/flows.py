"""The flows of a data-flow model, one per ordered pair of elements."""

import re
from collections.abc import Iterable
from dataclasses import replace

from lld_agent.language.lexicon import Lexicons, is_none
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.diagrams import DiagramKind, StepKind
from lld_agent.model.source import Span
from lld_agent.model.threats import Boundary, DataFlow, Element, ElementKind, Flow
from lld_agent.model.vocabulary import ComponentInput, ComponentOutput, EncryptionRule
from lld_agent.text.payload import members
from lld_agent.threats.data_classes import classes_of
from lld_agent.threats.elements import Elements, find_elements, is_result, service_name

_MOST = 12
"""Messages that one flow keeps word for word."""

_PROTOCOLS = (
    ("HTTPS", re.compile(r"\bhttps\b", re.IGNORECASE)),
    ("gRPC", re.compile(r"\bgrpc\b", re.IGNORECASE)),
    ("WebSocket", re.compile(r"\bwebsockets?\b|\bwss?\b", re.IGNORECASE)),
    ("HTTP", re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE)\b|\bhttp\b|\brest\b", re.IGNORECASE)),
    ("SQL", re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE FROM|sql|query)\b")),
    ("Dapr", re.compile(r"\bdapr\b", re.IGNORECASE)),
    ("AMQP", re.compile(r"\b(?:amqp|rabbitmq)\b", re.IGNORECASE)),
    ("Kafka", re.compile(r"\bkafka\b", re.IGNORECASE)),
    ("MQTT", re.compile(r"\bmqtt\b", re.IGNORECASE)),
)
_ENCRYPTED = re.compile(r"\b(?:m?tls|https|ssl|wss|ipsec|wireguard)\b", re.IGNORECASE)
_PLAIN = re.compile(r"plain(?: ?text)?|unencrypted|\bhttp://", re.IGNORECASE)


class _Flows:
    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Flow] = {}

    def add(
        self, pair: tuple[Element | None, Element | None], span: Span, what: str, auth: str = ""
    ) -> None:
        source, target = pair
        if source is None or target is None or source.name == target.name:
            return
        key = (source.name, target.name)
        old = self._found.get(key) or Flow(*key, span, boundary(source, target))
        said = " ".join(what.split())
        kept = (
            old.what
            if not said or said in old.what or len(old.what) >= _MOST
            else (*old.what, said)
        )
        queued = "queue" in {source.technology, target.technology}
        self._found[key] = replace(
            old,
            what=kept,
            data=old.data | classes_of(what),
            protocol=old.protocol or protocol(f"{what} {target.name}"),
            auth=old.auth or auth,
            sync=False if queued else old.sync,
            encrypted=True if old.encrypted is None and _ENCRYPTED.search(what) else old.encrypted,
        )

    def all(self, *, encrypted: bool | None) -> tuple[Flow, ...]:
        flows = self._found.values()
        return tuple(
            replace(f, encrypted=encrypted if f.encrypted is None else f.encrypted) for f in flows
        )


def protocol(text: str) -> str:
    """Return the protocol that a message shows, "" where it shows none."""
    return next((name for name, pattern in _PROTOCOLS if pattern.search(text)), "")


def boundary(source: Element, target: Element) -> Boundary:
    """Return the trust boundary between two elements; the outermost where there are several."""
    kinds = {source.kind, target.kind}
    if ElementKind.UNKNOWN in kinds:
        return Boundary.NONE
    for kind, crossed in (
        (ElementKind.ACTOR, Boundary.INTERNET),
        (ElementKind.EXTERNAL, Boundary.THIRD_PARTY),
        (ElementKind.PEER, Boundary.PEER),
        (ElementKind.STORE, Boundary.STORE),
    ):
        if kind in kinds:
            return crossed
    return Boundary.NONE


def data_flow(design: Design, lexicons: Lexicons) -> DataFlow:
    """Return the data-flow model of a design: what it shows, nothing guessed."""
    elements = find_elements(design, lexicons)
    flows = _Flows()
    service = elements.find(service_name(design))
    actor = next((e for e in elements.all() if e.kind is ElementKind.ACTOR), None)
    for endpoint in design.declared():
        pair = (actor, service)
        flows.add(pair, endpoint.span, fields_and_route(endpoint), authentication(endpoint))
    for element in elements.all():
        if element.kind in {ElementKind.STORE, ElementKind.PEER, ElementKind.EXTERNAL}:
            flows.add((service, element), element.span, "", _mechanism(design, element, elements))
    _from_diagrams(design, elements, flows)
    _from_components(design, elements, flows)
    return DataFlow(elements.all(), flows.all(encrypted=_transit(design)))


def authentication(endpoint: Endpoint) -> str:
    """Return what an endpoint asks of its callers, "" for nothing or not told."""
    cell = endpoint.properties.get("authentication")
    text = cell.text.strip() if cell is not None else ""
    nobody = re.match(r"(?:none|no\b|not required|public|anonymous|open\b)", text, re.IGNORECASE)
    return "" if not text or nobody or is_none(text) else text


def fields_and_route(endpoint: Endpoint) -> str:
    """Return method, path and the names of the fields of an endpoint."""
    names = [row["name"].text for row in endpoint.parameters]
    names += [member.key for member in members(endpoint.request)]
    listed = f" ({', '.join(dict.fromkeys(filter(None, names)))})" if any(names) else ""
    return f"{endpoint.method} {endpoint.path}{listed}"


def _from_diagrams(design: Design, elements: Elements, flows: _Flows) -> None:
    for diagram in design.drawn(DiagramKind.SEQUENCE):
        labels = {participant.id: participant.label for participant in diagram.participants}
        for step in diagram.steps:
            if step.kind is not StepKind.MESSAGE or step.reply or step.failed:
                continue
            pair = tuple(elements.find(labels.get(end, end)) for end in (step.source, step.target))
            flows.add((pair[0], pair[1]), step.span, step.text)


def _from_components(design: Design, elements: Elements, flows: _Flows) -> None:
    for row in design.of(ComponentInput):
        ends = (_other_end(row["source"].text, elements), elements.find(row.heading))
        flows.add(ends, row.span, row["input"].text)
    for row in design.of(ComponentOutput):
        ends = (elements.find(row.heading), _other_end(row["destination"].text, elements))
        flows.add(ends, row.span, row["output"].text)


def _other_end(text: str, elements: Elements) -> Element | None:
    """Return the element that a Source or Destination names; a route is called by the actor."""
    if is_result(text):
        return None
    if re.search(r"\b(?:GET|POST|PUT|PATCH|DELETE|HTTP)\b", text):
        return next((e for e in elements.all() if e.kind is ElementKind.ACTOR), None)
    plain = re.split(r"\s+(?:via|through|by|über|por)\s+|[(,;]", text)[0]
    return elements.find(plain) if plain.strip() else None


def _mechanism(design: Design, element: Element, elements: Elements) -> str:
    """Return the `Auth Mechanism` of the section about an external integration."""
    for table in design.tables:
        if not table.property_table or elements.find(table.heading) != element:
            continue
        for row in table.rows:
            if len(row) > 1 and re.search(r"\bauth", row[0].text, re.IGNORECASE):
                return "" if is_none(row[1].text) else row[1].text
    return ""


def _transit(design: Design) -> bool | None:
    """Return whether everything in transit is encrypted, by the encryption table; None if not told."""
    cells = [row["in_transit"].text for row in design.of(EncryptionRule)]
    told = [cell for cell in cells if cell and not is_none(cell)]
    if any(_PLAIN.search(cell) for cell in told):
        return None
    return True if told and all(_ENCRYPTED.search(cell) for cell in told) else None


def unresolved(model: DataFlow) -> Iterable[Element]:
    """Yield the elements whose kind the document does not tell."""
    return model.of(ElementKind.UNKNOWN)
