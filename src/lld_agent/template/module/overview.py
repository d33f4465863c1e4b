"""Module template: header, history, sections 1 to 3, approval."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Line, Verbatim
from lld_agent.model.rows import AsCode, YesNoNotes
from lld_agent.model.vocabulary import Column, Index
from lld_agent.template import samples
from lld_agent.template.kit import (
    Bullets,
    Elsewhere,
    Fence,
    Group,
    Heading,
    Item,
    Labelled,
    Nested,
    Repeated,
    Table,
)


class Header(Group):
    """Who wrote it, when, for what. Comes from options, configuration or git."""

    project: Annotated[Line, Labelled("Project")] = ""
    module: Annotated[Line, Labelled("Module/Component")] = ""
    version: Annotated[Line, Labelled("Version")] = ""
    date: Annotated[Line, Labelled("Date")] = ""
    author: Annotated[Line, Labelled("Author")] = ""
    status: Annotated[Line, Labelled("Status", hint="Draft | In Review | Approved")] = ""
    reviewers: Annotated[Line, Labelled("Reviewers")] = ""
    related_hld: Annotated[Line, Labelled("Related HLD", hint="[HLD Document]({{HLD_LINK}})")] = ""


class Boundaries(Group):
    """What the module is responsible for."""

    owns: Annotated[Line, Item("Owns")] = Field("", description="What this module owns")
    does_not_own: Annotated[Line, Item("Does NOT own")] = Field(
        "", description="What it leaves to others on purpose"
    )
    delegates_to: Annotated[Line, Item("Delegates to")] = Field(
        "", description="Whom it asks to do what"
    )


class ModuleOverview(Group):
    """What the module is and which rules it keeps."""

    module: Annotated[Line, Labelled("Module")] = Field("", description="Module name")
    repository: Annotated[Line, Labelled("Service/Repo")] = Field(
        "", description="Service or repository"
    )
    owner: Annotated[Line, Labelled("Team Owner")] = Field("", description="Team that owns it")
    responsibility: Annotated[Line, Labelled("Single Responsibility")] = Field(
        "", description="What this module does, one sentence"
    )
    boundaries: Annotated[Boundaries, Nested(label="Boundaries")] = Boundaries()
    rules: Annotated[tuple[Line, ...], Bullets(label="Key Business Rules")] = Field(
        (), description="A business rule that the module keeps"
    )


class EntityTable(Group):
    """One table of the database."""

    name: Annotated[Line, Elsewhere()] = Field("", description="Table name")
    purpose: Annotated[Line, Labelled("Purpose")] = Field("", description="What the table is for")
    columns: Annotated[
        tuple[Column, ...],
        Table(
            "Column | Type | Nullable | Default | Constraints | Description",
            default=(
                "id | UUID | No | gen_random_uuid() | PK | Primary key",
                "created_at | TIMESTAMPTZ | No | NOW() | | When the record was made",
                "updated_at | TIMESTAMPTZ | No | NOW() | | When it last changed",
                "deleted_at | TIMESTAMPTZ | Yes | NULL | | When it was softly deleted",
            ),
            more=True,
        ),
    ] = ()
    indexes: Annotated[
        tuple[Index, ...],
        Table("Index Name | Columns | Type | Rationale", label="Indexes", optional=True),
    ] = ()


class MigrationNotes(Group):
    """How the database gets there."""

    file: Annotated[Line, AsCode(), Item("Migration file")] = Field(
        "", description="Name of the migration file"
    )
    zero_downtime: Annotated[YesNoNotes, Item("Zero-downtime")] = YesNoNotes()
    backfill: Annotated[YesNoNotes, Item("Backfill required")] = YesNoNotes()
    time: Annotated[Line, Item("Estimated migration time")] = Field(
        "", description="How long it takes"
    )


class DatabaseSchema(Group):
    """Tables, enums, migration."""

    tables: Annotated[
        tuple[EntityTable, ...],
        Heading("Tables", ("Database Tables", "Table Definitions", "Entities")),
        Repeated("{name}", numbered=False, times=2, each="table"),
    ] = ()
    enums: Annotated[
        Verbatim,
        Heading("Enums", ("Enumerations", "Enum Types", "Types")),
        Fence("sql", sample=samples.SQL_ENUM),
    ] = Field("", description="SQL CREATE TYPE ... AS ENUM statements")
    migration: Annotated[
        MigrationNotes,
        Heading("Migration Notes", ("Migrations", "Migration", "Data Migration")),
        Nested(),
    ] = MigrationNotes()
