"""Diagrams drawn from rows that the brief itself gives; nothing in them is new."""

from collections.abc import Iterator

from lld_agent.draft.features import BriefIndex, Feature
from lld_agent.draft.placement import Placement
from lld_agent.language.names import Resolver
from lld_agent.model.brief import BriefEntity
from lld_agent.model.provenance import Basis
from lld_agent.text.mermaid.write import er_diagram, flowchart, identifier

_REFERS = ("_id", "Id", "_uuid")


def place(index: BriefIndex, named: tuple[Feature, ...]) -> Iterator[Placement]:
    """Yield the component overview and the ER diagram of a service."""
    yield from _overview(index, named)
    yield from _entities(index)


def _overview(index: BriefIndex, named: tuple[Feature, ...]) -> Iterator[Placement]:
    """Draw who uses the service, its components, and the systems it names."""
    brief = index.brief
    around = [t for t in brief.technologies if t.category in {"store", "queue", "third_party"}]
    parts = [feature for feature in named if feature.name]
    if not around and not parts:
        return
    nodes = [("service", brief.title)]
    edges = []
    for number, role in enumerate(brief.roles, 1):
        nodes.append((f"role{number}", role.text))
        edges.append((f"role{number}", "service", ""))
    for number, feature in enumerate(parts, 1):
        nodes.append((f"part{number}", feature.name))
        edges.append(("service", f"part{number}", ""))
    for number, technology in enumerate(around, 1):
        nodes.append((f"system{number}", technology.text))
        edges.append(("service", f"system{number}", ""))
    spans = (
        *(role.span_id for role in brief.roles),
        *(feature.requirements[0].spans[0] for feature in parts),
        *(technology.span_id for technology in around),
    )
    text = flowchart(nodes, edges)
    yield Placement("architecture.overview", text, tuple(dict.fromkeys(spans)), basis=Basis.DERIVED)


def _entities(index: BriefIndex) -> Iterator[Placement]:
    """Draw the entities; a relation where an attribute is named after another entity."""
    entities = index.brief.entities
    if not entities:
        return
    text = er_diagram(
        [
            (entity.name, [_attribute(a.name, a.type) for a in entity.attributes])
            for entity in entities
        ],
        list(_relations(entities)),
    )
    spans = tuple(dict.fromkeys(span for entity in entities for span in entity.spans))
    yield Placement("data.models.diagram", text, spans, basis=Basis.DERIVED)


def _attribute(name: str, kind: str) -> tuple[str, str, str]:
    key = "PK" if name.lower() == "id" else "FK" if name.endswith(_REFERS) else ""
    return identifier(kind, "t") if kind and len(kind.split()) == 1 else "text", name, key


def _relations(entities: tuple[BriefEntity, ...]) -> Iterator[tuple[str, str, str]]:
    names = [entity.name for entity in entities]
    for entity in entities:
        for attribute in entity.attributes:
            stem = next(
                (
                    attribute.name.removesuffix(end)
                    for end in _REFERS
                    if attribute.name.endswith(end)
                ),
                "",
            )
            target = Resolver().resolve(stem, names).match if stem else None
            if target:
                yield entity.name, target, attribute.name
