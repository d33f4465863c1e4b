"""Variables, flags, secrets and environments."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Code, Col, Measure, Row, YesNo


class EnvVar(Row):
    """A configuration variable."""

    variable: Annotated[
        Code,
        Col(
            "Variable",
            (
                "Environment Variable",
                "Env Var",
                "Name",
                "Variable Name",
                "Config",
                "Parameter",
                "Setting",
                "Key",
            ),
            key=True,
        ),
    ] = Field("", description="Name")
    type: Annotated[Code, Col("Type", ("Data Type",))] = Field("", description="Type")
    required: Annotated[YesNo, Col("Required", ("Mandatory", "Required?"))] = Field(
        "", description="Yes or No"
    )
    default: Annotated[Code, Col("Default", ("Default Value",))] = Field(
        "", description="Default; empty when there is none"
    )
    description: Annotated[Text, Col("Description", ("Purpose", "Meaning", "Notes"))] = Field(
        "", description="What it controls"
    )
    sensitive: Annotated[YesNo, Col("Sensitive", ("Secret", "Sensitive?", "Secret?"))] = Field(
        "", description="Whether it holds a secret"
    )


class FeatureFlag(Row):
    """A switch and how it is rolled out."""

    flag: Annotated[Code, Col("Flag", ("Feature Flag", "Feature", "Name"), key=True)] = Field(
        "", description="Name"
    )
    default: Annotated[Text, Col("Default", ("Default Value",))] = Field(
        "", description="on or off"
    )
    description: Annotated[Text, Col("Description", ("Purpose",))] = Field(
        "", description="What it controls"
    )
    rollout: Annotated[Text, Col("Rollout Strategy", ("Rollout",))] = Field(
        "", description="How it is switched on"
    )


class Secret(Row):
    """A secret and how it is kept."""

    secret: Annotated[Text, Col("Secret", ("Secret Name", "Name", "Credential"), key=True)] = Field(
        "", description="Name"
    )
    storage: Annotated[Text, Col("Storage", ("Stored In", "Location"))] = Field(
        "", description="Where it is kept"
    )
    rotation: Annotated[
        Text,
        Measure("time"),
        Col("Rotation", ("Rotation Policy", "Rotation Frequency")),
    ] = Field("", description="How often it changes")
    access: Annotated[Text, Col("Access", ("Accessed By", "Who Can Access"))] = Field(
        "", description="Who or what reads it"
    )


class EnvironmentDifference(Row):
    """What differs between environments."""

    aspect: Annotated[Text, Col("Aspect", ("Setting", "Property"), key=True)] = Field(
        "", description="What"
    )
    development: Annotated[Text, Col("Development", ("Dev", "Local"))] = Field(
        "", description="In development"
    )
    staging: Annotated[Text, Col("Staging", ("Stage", "Test"))] = Field(
        "", description="In staging"
    )
    production: Annotated[Text, Col("Production", ("Prod",))] = Field(
        "", description="In production"
    )
