"""Who may do what, and what may go wrong on purpose."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Col, Level, Measure, Row


class AuthenticationFlow(Row):
    """How a caller proves who it is."""

    flow: Annotated[Text, Col("Flow", ("Authentication Flow", "Method", "Type"), key=True)] = Field(
        "", description="Which callers"
    )
    mechanism: Annotated[Text, Col("Mechanism", ("Auth Mechanism", "Method"))] = Field(
        "", description="JWT, OAuth, API key, mTLS, ..."
    )
    token_lifetime: Annotated[
        Text, Measure("time"), Col("Token Lifetime", ("Lifetime", "Expiry"))
    ] = Field("", description="How long a token is good")
    refresh: Annotated[Text, Col("Refresh Strategy", ("Refresh", "Renewal"))] = Field(
        "", description="How it is renewed"
    )


class AuthorizationRule(Row):
    """Who may do what with a resource."""

    resource: Annotated[Text, Col("Resource", ("Object", "Role", "Action"), key=True)] = Field(
        "", description="What is protected"
    )
    permission_model: Annotated[
        Text, Col("Permission Model", ("Permission", "Permissions", "Model", "Access"))
    ] = Field("", description="Who may do what")
    enforcement_point: Annotated[
        Text, Col("Enforcement Point", ("Enforcement", "Enforced By", "Where"))
    ] = Field("", description="Where it is checked")


class EncryptionRule(Row):
    """How a kind of data is encrypted."""

    data_type: Annotated[Text, Col("Data Type", ("Data", "Asset"), key=True)] = Field(
        "", description="Which data"
    )
    at_rest: Annotated[Text, Col("At Rest", ("Encryption at Rest",))] = Field(
        "", description="Algorithm at rest"
    )
    in_transit: Annotated[Text, Col("In Transit", ("Encryption in Transit",))] = Field(
        "", description="Protocol in transit"
    )
    key_management: Annotated[Text, Col("Key Management", ("Keys", "Key Storage"))] = Field(
        "", description="How keys are kept"
    )


class InputRule(Row):
    """How an input is checked and cleaned."""

    input: Annotated[Text, Col("Input", ("Field", "Input Type"), key=True)] = Field(
        "", description="Which input"
    )
    rules: Annotated[Text, Col("Validation Rules", ("Validation", "Rules", "Rule"))] = Field(
        "", description="What is required of it"
    )
    sanitization: Annotated[Text, Col("Sanitization", ("Sanitisation", "Cleaning"))] = Field(
        "", description="How it is cleaned"
    )


class Threat(Row):
    """What an attacker may do, and what stops it."""

    threat: Annotated[
        Text,
        Col(
            "Threat",
            ("Attack", "Risk", "Threat Description", "Attack Vector"),
            key=True,
        ),
    ] = Field("", description="What an attacker does, in one phrase")
    likelihood: Annotated[Level, Col("Likelihood", ("Probability",))] = Field(
        "", description="High, Medium or Low"
    )
    impact: Annotated[Level, Col("Impact", ("Severity",))] = Field(
        "", description="High, Medium or Low"
    )
    mitigation: Annotated[
        Text,
        Col("Mitigation", ("Mitigations", "Countermeasure", "Control", "Controls")),
    ] = Field("", description="What prevents or limits it")
