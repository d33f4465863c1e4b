"""Service template, section 4: entities, their life, their paths."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Line, Verbatim
from lld_agent.model.rows import AsCode
from lld_agent.model.vocabulary import CacheLayer, Column, Index, LifecycleStage
from lld_agent.template.kit import (
    Elsewhere,
    Fence,
    Group,
    Heading,
    Labelled,
    Nested,
    Repeated,
    Table,
)


class Entity(Group):
    """One entity and its table."""

    name: Annotated[Line, Elsewhere()] = Field("", description="Entity name")
    table: Annotated[Line, AsCode(), Labelled("Table")] = Field("", description="Table name")
    columns: Annotated[
        tuple[Column, ...],
        Table(
            "Column | Type | Constraints | Description",
            default=("id | UUID | PK, NOT NULL | Primary identifier",),
            more=True,
        ),
    ] = ()
    indexes: Annotated[
        tuple[Index, ...], Table("Index Name | Columns | Type | Purpose", label="Indexes")
    ] = ()
    relationships: Annotated[Verbatim, Fence(label="Relationships")] = Field(
        "", description="One line per relationship: Entity 1──N Other  -- meaning"
    )


class DataModels(Group):
    """Entities and how they relate."""

    entities: Annotated[tuple[Entity, ...], Repeated("{name}", each="entity")] = ()
    diagram: Annotated[
        Verbatim,
        Heading(
            "Entity Relationship Diagram",
            (
                "ER Diagram",
                "ERD",
                "Entity-Relationship Diagram",
                "Entity Relationships",
                "Schema Relationships",
            ),
        ),
        Fence(diagram="er"),
    ] = Field("", description="Mermaid erDiagram of all entities and their relationships")


class Paths(Group):
    """How data is written and read."""

    write: Annotated[Verbatim, Fence(label="Write Path")] = Field(
        "", description="Steps or drawing of how data is written"
    )
    read: Annotated[Verbatim, Fence(label="Read Path")] = Field(
        "", description="Steps or drawing of how data is read"
    )


class DataFlow(Group):
    """The life of data."""

    lifecycle: Annotated[
        tuple[LifecycleStage, ...],
        Heading("Data Lifecycle", ("Lifecycle", "Data Retention", "Retention", "Retention Policy")),
        Table(
            "Stage | Location | Retention | Transition Trigger",
            fixed="Created | Active | Archived",
        ),
    ] = ()
    paths: Annotated[
        Paths,
        Heading(
            "Read/Write Paths",
            ("Read and Write Paths", "Data Access Patterns", "Data Paths", "Access Patterns"),
        ),
        Nested(),
    ] = Paths()
    caches: Annotated[
        tuple[CacheLayer, ...],
        Heading("Caching Strategy", ("Caching", "Cache Strategy", "Cache")),
        Table("Cache Layer | Technology | TTL | Invalidation Strategy"),
    ] = ()


class DataDesign(Group):
    """Entities, their life, their paths."""

    models: Annotated[
        DataModels,
        Heading(
            "Data Models",
            (
                "Data Model",
                "Database Schema",
                "Schema",
                "Entities",
                "Database Tables",
                "Table Definitions",
                "Domain Model",
                "Data Structures",
            ),
        ),
        Nested(),
    ] = DataModels()
    flow: Annotated[
        DataFlow, Heading("Data Flow", ("Data Flows", "Data Pipeline", "Data Processing")), Nested()
    ] = DataFlow()
