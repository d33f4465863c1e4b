"""What prerequisites and controls ask of a design, found once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lld_agent.language.lexicon import Lexicons, is_none
from lld_agent.model.design import Design, Endpoint, Entity
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.threats import (
    Boundary,
    DataClass,
    DataFlow,
    Element,
    ElementKind,
    Flow,
    Ground,
)
from lld_agent.model.vocabulary import EnvVar
from lld_agent.text.payload import members
from lld_agent.threats.data_classes import classes_of
from lld_agent.threats.flows import authentication
from lld_agent.threats.passages import Told

_INSIDE = re.compile(
    r"\bnot (?:directly |publicly )?(?:exposed|reachable|accessible)\b|\binternal[- ]only\b|\bcluster[- ]internal\b"
    r"|\bonly (?:reachable|accessible|exposed) (?:from )?(?:inside|within|internally)\b|\bno public (?:endpoint|api|access)",
    re.IGNORECASE,
)
_PROBE = re.compile(
    r"(?:^|/)(?:health\w*|live\w*|ready\w*|readiness|metrics|ping|version|docs|openapi(?:\.json)?|swagger)/?$",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"\{[^{}/]*\}|:[A-Za-z_]\w*|<[^<>/]*>")


@dataclass(frozen=True)
class Facts:
    """A design, its data-flow model and what it states."""

    design: Design
    model: DataFlow
    told: Told
    lexicons: Lexicons

    @cached_property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The contract without probes and documentation routes."""
        return tuple(e for e in self.design.declared() if not _PROBE.search(e.path))

    @cached_property
    def tables(self) -> tuple[Entity, ...]:
        """The tables whose columns are given."""
        return tuple(e for e in self.design.entities if e.has_columns and e.confidence >= 0.5)

    @cached_property
    def outer(self) -> Boundary:
        """The boundary that callers of the endpoints come over."""
        inside = self.told.answered.search(_INSIDE)
        return Boundary.PEER if inside else Boundary.INTERNET

    @cached_property
    def secured(self) -> tuple[Endpoint, ...]:
        """The endpoints that ask for authentication."""
        return tuple(e for e in self.endpoints if authentication(e))

    @cached_property
    def service(self) -> str:
        """Name of what the document designs."""
        processes = self.model.of(ElementKind.PROCESS)
        return processes[0].name if processes else "the service"

    def flows(self, *boundaries: Boundary) -> tuple[Flow, ...]:
        """Return the flows that cross some boundaries."""
        return tuple(flow for flow in self.model.flows if flow.boundary in boundaries)

    def stores(self, *technologies: str) -> tuple[Element, ...]:
        """Return the stores of some technologies."""
        return tuple(
            e
            for e in self.model.elements
            if e.technology in technologies and e.kind is ElementKind.STORE
        )

    def columns(self, pattern: re.Pattern[str]) -> tuple[tuple[Entity, ReadRow], ...]:
        """Return the columns whose whole name fits a pattern."""
        return tuple(
            (table, column)
            for table in self.tables
            for column in table.columns
            if pattern.fullmatch(column["column"].text.strip())
        )

    def secrets(self) -> tuple[ReadRow, ...]:
        """Return the variables that are marked sensitive or hold a secret by their name."""
        return tuple(
            row for row in self.design.of(EnvVar) if row.confidence >= 0.5 and self._is_secret(row)
        )

    def _is_secret(self, row: ReadRow) -> bool:
        marked = row["sensitive"].text.strip().casefold()
        if marked:
            return marked.startswith(("yes", "true", "sim", "ja", "sí", "✓", "✅"))
        name = row["variable"].text.replace("_", " ")
        held = self.lexicons.find("values", "secret", name)
        return bool(held) and not self.lexicons.find("values", "not_secret", name)

    def ground(
        self, found: Iterable[Endpoint], note: str, data: frozenset[DataClass] = frozenset()
    ) -> Ground | None:
        """Return endpoints as the ground of a threat: the first is its subject; None for none."""
        endpoints = list(found)
        if not endpoints:
            return None
        carried = data.union(*(self.data_of(e) for e in endpoints))
        touched = [flow.name for flow in self.model.flows if flow.boundary is Boundary.INTERNET]
        return Ground(
            subject=f"{endpoints[0].method} {endpoints[0].path}",
            span=endpoints[0].span,
            note=note,
            touches=(self.service, *touched),
            boundary=self.outer,
            data=carried,
            more=len(endpoints) - 1,
        )

    def data_of(self, endpoint: Endpoint) -> frozenset[DataClass]:
        """Return what an endpoint carries."""
        told = " ".join((endpoint.path, authentication(endpoint), *fields_of(endpoint)))
        return classes_of(told)


def fields_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Return the names of the parameters and of the fields of a request."""
    names = [row["name"].text for row in endpoint.parameters]
    names += [member.key for member in members(endpoint.request)]
    return tuple(dict.fromkeys(filter(None, names)))


def parameters_of(path: str) -> tuple[str, ...]:
    """Return the parameters of a path as written."""
    return tuple(_PARAMETER.findall(path))


def given(row: ReadRow, name: str) -> bool:
    """Return whether a cell says anything."""
    text = row[name].text
    return bool(text.strip()) and not is_none(text)


def at(flow: Flow, note: str, more: int = 0) -> Ground:
    """Return a flow as the ground of a threat."""
    return Ground(flow.name, flow.span, note, (flow.name,), flow.boundary, flow.data, more)


def on(
    element: Element,
    span: Span,
    note: str,
    boundary: Boundary,
    data: frozenset[DataClass] = frozenset(),
) -> Ground:
    """Return an element as the ground of a threat."""
    return Ground(element.name, span, note, (element.name,), boundary, element.data | data)
