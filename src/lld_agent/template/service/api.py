"""Service template, sections 5 and 6: endpoints, integrations, algorithms."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Line, Text, Verbatim
from lld_agent.model.vocabulary import EdgeCase, ErrorResponse, Parameter
from lld_agent.template import samples
from lld_agent.template.endpoint import EndpointGroup
from lld_agent.template.kit import (
    Bullets,
    Elsewhere,
    Fence,
    Group,
    Heading,
    Labelled,
    Property,
    Repeated,
    RowBullets,
    Table,
)


class Endpoint(EndpointGroup):
    """One endpoint."""

    description: Annotated[Text, Property("Description")] = Field(
        "", description="What this endpoint does"
    )
    authentication: Annotated[Text, Property("Authentication")] = Field(
        "", description="What a caller must present"
    )
    rate_limit: Annotated[Text, Property("Rate Limit")] = Field("", description="Requests per time")
    timeout: Annotated[Text, Property("Timeout")] = Field("", description="How long a caller waits")
    request: Annotated[Verbatim, Fence("json", label="Request", sample=samples.JSON_FIELDS)] = (
        Field("", description="JSON of the request body, field to type and meaning")
    )
    response: Annotated[
        Verbatim, Fence("json", label="Response (Success)", sample=samples.JSON_FIELDS)
    ] = Field("", description="JSON of the answer on success, field to type and meaning")
    errors: Annotated[
        tuple[ErrorResponse, ...],
        Table(
            "Status Code | Error Code | Description | Retry?",
            label="Response (Error)",
            default=(
                "400 | VALIDATION_ERROR | | No",
                "404 | NOT_FOUND | | No",
                "500 | INTERNAL_ERROR | | Yes",
            ),
        ),
    ] = ()


class EndpointFamily(Group):
    """Endpoints that belong together."""

    name: Annotated[Line, Elsewhere()] = Field("", description="Endpoint group")
    endpoints: Annotated[
        tuple[Endpoint, ...], Repeated("{method} {path}", bold=True, each="endpoint")
    ] = ()


class Integration(Group):
    """One external service that is called."""

    name: Annotated[Line, Elsewhere()] = Field("", description="External service name")
    purpose: Annotated[Text, Property("Purpose")] = Field("", description="Why it is called")
    auth_mechanism: Annotated[Text, Property("Auth Mechanism")] = Field(
        "", description="How we prove who we are"
    )
    rate_limits: Annotated[Text, Property("Rate Limits")] = Field(
        "", description="What it allows us"
    )
    sla: Annotated[Text, Property("SLA")] = Field("", description="Availability it promises")
    fallback: Annotated[tuple[Line, ...], Bullets(label="Failure Fallback")] = Field(
        (), description="What is done while it is unavailable"
    )


class ApiDesign(Group):
    """Endpoints offered and services called."""

    internal: Annotated[
        tuple[EndpointFamily, ...],
        Heading(
            "Internal APIs",
            (
                "Internal API",
                "API Endpoints",
                "Endpoints",
                "REST API",
                "REST Endpoints",
                "Internal Endpoints",
                "API Reference",
                "HTTP API",
                "API Contracts",
            ),
        ),
        Repeated("{name}", each="endpoint group"),
    ] = ()
    external: Annotated[
        tuple[Integration, ...],
        Heading(
            "External Integrations",
            (
                "External APIs",
                "Integrations",
                "External Services",
                "Third-Party Integrations",
                "External Systems",
            ),
        ),
        Repeated("{name}", each="external service"),
    ] = ()


class Algorithm(Group):
    """One algorithm or process."""

    name: Annotated[Line, Elsewhere()] = Field("", description="Algorithm or process name")
    purpose: Annotated[Line, Labelled("Purpose")] = Field("", description="Which problem it solves")
    inputs: Annotated[
        tuple[Parameter, ...], RowBullets("Parameter | Description", label="Inputs")
    ] = ()
    outputs: Annotated[
        tuple[Parameter, ...], RowBullets("Parameter | Description", label="Outputs")
    ] = ()
    steps: Annotated[tuple[Line, ...], Bullets(label="Algorithm (Step-by-Step)", ordered=True)] = (
        Field((), description="What is done next")
    )
    pseudocode: Annotated[Verbatim, Fence(label="Pseudocode", sample=samples.PSEUDOCODE)] = Field(
        "", description="The steps as pseudocode"
    )
    decision_tree: Annotated[
        Verbatim, Fence(label="Decision Tree", sample=samples.DECISION_TREE)
    ] = Field("", description="Decisions as a tree of lines with ├── and └──")
    edge_cases: Annotated[
        tuple[EdgeCase, ...], Table("Edge Case | Behavior | Rationale", label="Edge Cases")
    ] = ()
