"""Service template, sections 1 and 2: what the design is for and what it rests on."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Line, Text
from lld_agent.model.vocabulary import Audience, Constraint, Dependency, ReferenceDoc
from lld_agent.template.kit import Bullets, Group, Heading, Nested, Prose, Table


class Scope(Group):
    """What the design covers and what it leaves out."""

    in_scope: Annotated[tuple[Line, ...], Bullets(label="In Scope")] = Field(
        (), description="A feature or capability that this design covers"
    )
    out_of_scope: Annotated[tuple[Line, ...], Bullets(label="Out of Scope")] = Field(
        (), description="Something that this design leaves out on purpose"
    )


class Overview(Group):
    """Why the design exists, what it covers, who reads it."""

    purpose: Annotated[
        Text,
        Heading(
            "Purpose",
            (
                "Overview",
                "Introduction",
                "Summary",
                "Objective",
                "Goals",
                "Motivation",
                "Background",
                "Problem Statement",
            ),
        ),
        Prose(),
    ] = Field("", description="Why this design exists and what can be built from it alone")
    scope: Annotated[
        Scope,
        Heading("Scope", ("Scope and Boundaries", "Goals and Non-Goals", "In Scope", "Boundaries")),
        Nested(),
    ] = Scope()
    audience: Annotated[
        tuple[Audience, ...],
        Heading("Intended Audience", ("Audience", "Target Audience", "Readers", "Stakeholders")),
        Table(
            "Audience | What They Need",
            fixed="Developers | Reviewers | Security | Operations",
            default=(
                "Developers | Contracts and details to implement from",
                "Reviewers | Decisions and what they cost",
                "Security | Access, encryption and threats",
                "Operations | How it is deployed, watched and restored",
            ),
            given=True,
        ),
    ] = ()
    references: Annotated[
        tuple[ReferenceDoc, ...],
        Heading(
            "References",
            (
                "Related Documents",
                "Related Documentation",
                "Links",
                "See Also",
                "Further Reading",
                "Reference Documents",
            ),
        ),
        Table(
            "Document | Description",
            example=("High-Level Architecture", "Main LLD Index"),
        ),
    ] = ()


class SystemContext(Group):
    """What is taken for granted, what limits the design, what it depends on."""

    business_assumptions: Annotated[
        tuple[Line, ...],
        Heading("Business Assumptions", ("Assumptions", "User Assumptions", "Product Assumptions")),
        Bullets(),
    ] = Field((), description="Something taken for true about users and their usage")
    technical_assumptions: Annotated[
        tuple[Line, ...],
        Heading("Technical Assumptions", ("Infrastructure Assumptions", "System Assumptions")),
        Bullets(),
    ] = Field((), description="Something taken for true about run time or infrastructure")
    constraints: Annotated[
        tuple[Constraint, ...],
        Heading(
            "Constraints",
            (
                "Design Constraints",
                "System Constraints",
                "Technical Constraints",
                "Quality Attributes",
                "Non-Functional Requirements",
            ),
        ),
        Table(
            "Constraint Type | Description | Impact",
            fixed="Latency | Memory | Regulatory | Hardware",
        ),
    ] = ()
    dependencies: Annotated[
        tuple[Dependency, ...],
        Heading(
            "External Dependencies",
            (
                "Dependencies",
                "Service Dependencies",
                "System Dependencies",
                "Third-Party Dependencies",
                "Upstream Dependencies",
                "Integration Points",
            ),
        ),
        Table("Dependency | Type | Failure Impact | Fallback Strategy"),
    ] = ()
