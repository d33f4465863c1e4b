"""Service template, section 3: components and how they work together."""

from typing import Annotated, Literal

from pydantic import Field

from lld_agent.model.canonical import Line, Text, Verbatim
from lld_agent.model.rows import Code
from lld_agent.model.vocabulary import ComponentError, ComponentInput, ComponentOutput, SubModule
from lld_agent.template import samples
from lld_agent.template.kit import (
    Elsewhere,
    Fence,
    Group,
    Heading,
    Item,
    Nested,
    Property,
    Repeated,
    RowBullets,
    Table,
)


class Scalability(Group):
    """How a component grows."""

    horizontal: Annotated[Line, Item("Horizontal")] = Field(
        "", description="Whether more instances help, and why"
    )
    vertical: Annotated[Line, Item("Vertical")] = Field(
        "", description="What more memory or CPU brings"
    )
    bottlenecks: Annotated[Line, Item("Bottlenecks")] = Field(
        "", description="What limits it first"
    )


class Component(Group):
    """One major component."""

    name: Annotated[Line, Elsewhere()] = Field("", description="Component name")
    responsibility: Annotated[Text, Property("Responsibility")] = Field(
        "", description="What this component does, one sentence"
    )
    owner_module: Annotated[Code, Property("Owner Module")] = Field(
        "", description="Path of the module that holds it"
    )
    inputs: Annotated[
        tuple[ComponentInput, ...],
        Table("Input | Source | Format | Validation", label="Inputs"),
    ] = ()
    outputs: Annotated[
        tuple[ComponentOutput, ...],
        Table("Output | Destination | Format | Guarantees", label="Outputs"),
    ] = ()
    sub_modules: Annotated[
        tuple[SubModule, ...],
        RowBullets("Sub-module | Responsibility", separator=" - ", label="Internal Sub-modules"),
    ] = ()
    errors: Annotated[
        tuple[ComponentError, ...],
        Table("Error Condition | Response | Recovery", label="Error Handling"),
    ] = ()
    scalability: Annotated[Scalability, Nested(label="Scalability")] = Scalability()


class InteractionFlow(Group):
    """One flow between components, on its good or on its bad path."""

    name: Annotated[Line, Elsewhere()] = Field("", description="Flow name")
    outcome: Annotated[Literal["Happy Path", "Failure Path"], Elsewhere()] = Field(
        "Happy Path", description="Which path the diagram shows"
    )
    diagram: Annotated[Verbatim, Fence("mermaid", diagram="sequence", sample=samples.SEQUENCE)] = (
        Field("", description="Mermaid sequenceDiagram of the flow")
    )


class Interactions(Group):
    """How components work together, as diagrams."""

    flows: Annotated[
        tuple[InteractionFlow, ...], Repeated("{name} - {outcome}", times=2, each="flow")
    ] = ()
    states: Annotated[
        Verbatim,
        Heading(
            "State Diagram (if applicable)",
            ("State Diagram", "State Machine", "State Transitions", "State Management", "States"),
        ),
        Fence("mermaid", diagram="state", sample=samples.STATE),
    ] = Field(
        "", description="Mermaid stateDiagram-v2 of what changes state; empty if nothing does"
    )


class Architecture(Group):
    """Components and how they work together."""

    overview: Annotated[
        Verbatim,
        Heading(
            "Component Overview",
            (
                "Architecture Overview",
                "High-Level Architecture",
                "System Architecture",
                "Architecture Diagram",
                "Component Diagram",
                "System Overview",
                "Module Structure",
            ),
        ),
        Fence(diagram="flow"),
    ] = Field("", description="Drawing of the major components and what connects them")
    components: Annotated[
        tuple[Component, ...],
        Heading(
            "Component Breakdown",
            (
                "Components",
                "Component Details",
                "Core Components",
                "Component Design",
                "Component Descriptions",
                "Modules",
            ),
        ),
        Repeated("{name}", each="major component"),
    ] = ()
    interactions: Annotated[
        Interactions,
        Heading(
            "Component Interaction Diagrams",
            (
                "Sequence Diagrams",
                "Component Interactions",
                "Interaction Diagrams",
                "Flows",
                "Key Flows",
                "Workflows",
                "Interactions",
            ),
        ),
        Nested(),
    ] = Interactions()
