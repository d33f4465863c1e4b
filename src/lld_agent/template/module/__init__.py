"""The module template: header, document history, thirteen numbered sections, approval."""

from typing import Annotated, ClassVar

from pydantic import Field

from lld_agent.model.canonical import Verbatim
from lld_agent.model.vocabulary import Approval, ConcurrencyConcern, DocumentVersion, EnvVar
from lld_agent.template import samples
from lld_agent.template.kit import Document, Fence, Heading, Nested, Repeated, Table
from lld_agent.template.module.behaviour import (
    Algorithm,
    ApiContract,
    ErrorStrategy,
    SequenceFlow,
    States,
)
from lld_agent.template.module.operation import Dependencies, PerformanceTargets, TestingApproach
from lld_agent.template.module.overview import DatabaseSchema, Header, ModuleOverview
from lld_agent.template.record import DesignRecord


class ModuleDesign(Document):
    """A low-level design of a module."""

    title: ClassVar[str] = "Low-Level Design (LLD)"

    header: Annotated[
        Header,
        Heading(
            "Low-Level Design Document", ("LLD Document", "Document Information"), numbered=False
        ),
        Nested(given=True),
    ] = Header()
    history: Annotated[
        tuple[DocumentVersion, ...],
        Heading(
            "Document History", ("Revision History", "Version History", "Changelog"), numbered=False
        ),
        Table(
            "Version | Date | Author | Changes", default=("0.1 | | | Initial draft",), given=True
        ),
    ] = ()
    overview: Annotated[
        ModuleOverview, Heading("Module Overview", ("Overview", "Introduction")), Nested()
    ] = ModuleOverview()
    classes: Annotated[
        Verbatim,
        Heading(
            "Class / Module Diagram",
            ("Class Diagram", "Module Diagram", "UML Class Diagram", "UML class", "Classes"),
        ),
        Fence("mermaid", diagram="class", sample=samples.CLASSES),
    ] = Field("", description="Mermaid classDiagram of the module's classes and interfaces")
    database: Annotated[
        DatabaseSchema,
        Heading("Database Schema", ("Database Design", "Data Model", "Schema", "Data Design")),
        Nested(),
    ] = DatabaseSchema()
    api: Annotated[
        ApiContract,
        Heading("API Contract", ("API Design", "API", "API Specification", "Endpoints")),
        Nested(),
    ] = ApiContract()
    algorithms: Annotated[
        tuple[Algorithm, ...],
        Heading("Algorithm Specifications", ("Algorithms", "Algorithm Details", "Core Algorithms")),
        Repeated("{name}", each="algorithm"),
    ] = ()
    flows: Annotated[
        tuple[SequenceFlow, ...],
        Heading("Sequence Diagrams", ("Sequences", "Flows", "UML sequence", "Sequence Diagram")),
        Repeated("{name} Flow", times=2, each="flow"),
    ] = ()
    states: Annotated[
        States,
        Heading("State Diagrams", ("State Diagram", "State Machine", "States")),
        Nested(),
    ] = States()
    errors: Annotated[
        ErrorStrategy,
        Heading("Error Handling Strategy", ("Error Handling", "Errors")),
        Nested(),
    ] = ErrorStrategy()
    concurrency: Annotated[
        tuple[ConcurrencyConcern, ...],
        Heading("Concurrency & Thread Safety", ("Concurrency", "Thread Safety")),
        Table(
            "Concern | Scenario | Mitigation",
            default=("Duplicate creation | |", "Optimistic locking | |"),
            more=True,
        ),
    ] = ()
    performance: Annotated[
        PerformanceTargets,
        Heading("Performance Considerations", ("Performance", "Performance Targets")),
        Nested(),
    ] = PerformanceTargets()
    dependencies: Annotated[
        Dependencies,
        Heading("Dependencies", ("Module Dependencies", "External Dependencies")),
        Nested(),
    ] = Dependencies()
    configuration: Annotated[
        tuple[EnvVar, ...],
        Heading(
            "Configuration Parameters",
            ("Configuration", "Environment Variables", "Config", "Settings"),
        ),
        Table("Variable | Type | Default | Required | Description"),
    ] = ()
    testing: Annotated[
        TestingApproach,
        Heading("Testing Approach", ("Testing", "Testing Strategy", "Test Plan")),
        Nested(),
    ] = TestingApproach()
    approval: Annotated[
        tuple[Approval, ...],
        Heading("Approval", ("Approvals", "Sign-off", "Sign-offs"), numbered=False),
        Table(
            "Role | Name | Date | Signature",
            fixed="Author | Module Owner | Security Review | Tech Lead",
            given=True,
        ),
    ] = ()
    record: Annotated[
        DesignRecord,
        Heading("Design Record", numbered=False),
        Nested(optional=True, given=True),
    ] = DesignRecord()
