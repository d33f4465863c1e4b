"""Components, their inputs and outputs."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Code, Col, Row, YesNo


class ComponentInput(Row):
    """What a component takes in."""

    input: Annotated[Text, Col("Input", ("Inputs",), key=True)] = Field(
        "", description="Name of the input"
    )
    source: Annotated[Text, Col("Source", ("From", "Origin"))] = Field(
        "", description="Where it comes from"
    )
    format: Annotated[Text, Col("Format", ("Schema", "Data Type"))] = Field(
        "", description="Data type or schema"
    )
    validation: Annotated[Text, Col("Validation", ("Validation Rules",))] = Field(
        "", description="How it is checked"
    )


class ComponentOutput(Row):
    """What a component gives out."""

    output: Annotated[Text, Col("Output", ("Outputs",), key=True)] = Field(
        "", description="Name of the output"
    )
    destination: Annotated[Text, Col("Destination", ("To", "Target", "Consumer"))] = Field(
        "", description="Where it goes"
    )
    format: Annotated[Text, Col("Format", ("Schema", "Data Type"))] = Field(
        "", description="Data type or schema"
    )
    guarantees: Annotated[Text, Col("Guarantees", ("Guarantee", "Delivery"))] = Field(
        "", description="Delivery guarantees"
    )


class SubModule(Row):
    """A part of a component, listed as a bullet."""

    name: Annotated[Code, Col("Sub-module", ("Module", "File", "Submodule"), key=True)] = Field(
        "", description="Name"
    )
    responsibility: Annotated[Text, Col("Responsibility", ("Purpose", "Description"))] = Field(
        "", description="What it does"
    )


class ComponentError(Row):
    """An error condition of a component."""

    condition: Annotated[
        Text,
        Col("Error Condition", ("Condition", "Error", "Failure", "Scenario"), key=True),
    ] = Field("", description="When it happens")
    response: Annotated[Text, Col("Response", ("Behavior", "Behaviour", "Handling"))] = Field(
        "", description="What the component does"
    )
    recovery: Annotated[Text, Col("Recovery", ("Recovery Strategy",))] = Field(
        "", description="How normal work resumes"
    )


class Parameter(Row):
    """A parameter, input or output with its meaning."""

    name: Annotated[
        Code, Col("Parameter", ("Name", "Field", "Input", "Output", "Param"), key=True)
    ] = Field("", description="Name")
    type: Annotated[Code, Col("Type", ("Data Type",))] = Field("", description="Type")
    required: Annotated[YesNo, Col("Required", ("Mandatory",))] = Field("", description="Yes or No")
    default: Annotated[Code, Col("Default", ("Default Value",))] = Field("", description="Default")
    description: Annotated[Text, Col("Description", ("Meaning", "Purpose", "Notes"))] = Field(
        "", description="Meaning"
    )
