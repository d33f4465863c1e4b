"""Module template, sections 4 to 8: endpoints, algorithms, flows, states, errors."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Line, Verbatim
from lld_agent.model.rows import AsCode, Complexity
from lld_agent.model.vocabulary import (
    EdgeCase,
    ErrorClass,
    ErrorResponse,
    Parameter,
    StateTransition,
)
from lld_agent.template import samples
from lld_agent.template.endpoint import EndpointGroup
from lld_agent.template.kit import (
    Elsewhere,
    Fence,
    Group,
    Heading,
    Labelled,
    Repeated,
    RowBullets,
    Table,
)


class Endpoint(EndpointGroup):
    """One endpoint of the contract."""

    summary: Annotated[Line, Labelled("Summary")] = Field("", description="What it does")
    authentication: Annotated[Line, Labelled("Authentication", optional=True)] = Field(
        "", description="What a caller must present"
    )
    path_parameters: Annotated[
        tuple[Parameter, ...],
        Table(
            "Parameter | Type | Description",
            label="Path Parameters",
            optional=True,
            default=("id | UUID |",),
        ),
    ] = ()
    query_parameters: Annotated[
        tuple[Parameter, ...],
        Table(
            "Parameter | Type | Default | Description",
            label="Query Parameters",
            optional=True,
            default=(
                "page | integer | 1 | Number of the page, from 1",
                "limit | integer | 20 | Items on a page, 100 at most",
                "sort | string | createdAt:desc | Field and direction of the order",
            ),
            more=True,
        ),
    ] = ()
    request: Annotated[
        Verbatim, Fence("json", label="Request Body", optional=True, sample=samples.JSON_BODY)
    ] = Field("", description="Example JSON of the request body; empty when there is none")
    success_status: Annotated[Line, Elsewhere()] = Field(
        "", description="Status on success, for example 201 Created"
    )
    response: Annotated[
        Verbatim,
        Fence("json", label="Success Response — {success_status}", sample=samples.JSON_BODY),
    ] = Field("", description="Example JSON of the answer on success")
    errors: Annotated[
        tuple[ErrorResponse, ...],
        Table(
            "Status | Code | Description",
            label="Error Responses",
            optional=True,
            default=(
                "400 | VALIDATION_ERROR | The body is not valid",
                "401 | UNAUTHORIZED | No token, or one that is not valid",
                "403 | FORBIDDEN | The caller may not do this",
                "404 | NOT_FOUND |",
                "409 | CONFLICT |",
                "422 | BUSINESS_RULE_VIOLATION |",
                "500 | INTERNAL_ERROR | Something else went wrong",
            ),
        ),
    ] = ()


class ApiContract(Group):
    """Endpoints of the module."""

    base_path: Annotated[Line, AsCode(), Labelled("Base Path")] = Field(
        "", description="Path that all endpoints begin with"
    )
    endpoints: Annotated[
        tuple[Endpoint, ...], Repeated("{method} {path}", numbered=False, times=3, each="endpoint")
    ] = ()


class Algorithm(Group):
    """One algorithm."""

    name: Annotated[Line, Elsewhere()] = Field("", description="Algorithm name")
    purpose: Annotated[Line, Labelled("Purpose")] = Field("", description="What it does")
    complexity: Annotated[Complexity, Labelled("Complexity")] = Complexity()
    pseudocode: Annotated[Verbatim, Fence(sample=samples.PSEUDOCODE_CAPS)] = Field(
        "", description="The algorithm as pseudocode"
    )
    edge_cases: Annotated[
        tuple[EdgeCase, ...],
        RowBullets(
            "Edge Case | Behavior",
            label="Edge Cases",
            fixed="Empty input | Single item | Maximum items",
        ),
    ] = ()


class SequenceFlow(Group):
    """One flow as a sequence diagram."""

    name: Annotated[Line, Elsewhere()] = Field("", description="Flow name, without the word Flow")
    diagram: Annotated[
        Verbatim, Fence("mermaid", diagram="sequence", sample=samples.SEQUENCE_CAPS)
    ] = Field("", description="Mermaid sequenceDiagram of the flow")


class States(Group):
    """The states of an entity and what moves it between them."""

    diagram: Annotated[Verbatim, Fence("mermaid", diagram="state", sample=samples.STATE_CAPS)] = (
        Field("", description="Mermaid stateDiagram-v2; empty when nothing changes state")
    )
    transitions: Annotated[
        tuple[StateTransition, ...],
        Table(
            "From | To | Trigger | Guard Condition | Side Effect",
            label="State Transition Rules",
            example=("DRAFT", "PENDING", "ACTIVE", "SUSPENDED"),
        ),
    ] = ()


class ErrorStrategy(Group):
    """How errors are classed, answered and retried."""

    classification: Annotated[
        tuple[ErrorClass, ...],
        Heading("Error Classification", ("Error Types", "Error Categories")),
        Table(
            "Error Type | HTTP Status | Retry? | Log Level | Alert?",
            fixed=(
                "ValidationError | UnauthorizedError | ForbiddenError | NotFoundError | "
                "ConflictError | ExternalServiceError | DatabaseError | UnexpectedError"
            ),
            default=(
                "ValidationError | 400 | No | INFO | No",
                "UnauthorizedError | 401 | No | WARN | No",
                "ForbiddenError | 403 | No | WARN | Suspicious patterns only",
                "NotFoundError | 404 | No | INFO | No",
                "ConflictError | 409 | No | WARN | No",
                "ExternalServiceError | 502 | Yes (3x) | ERROR | Yes (if sustained)",
                "DatabaseError | 500 | Yes (1x) | ERROR | Yes",
                "UnexpectedError | 500 | No | ERROR | Yes",
            ),
        ),
    ] = ()
    response_format: Annotated[
        Verbatim,
        Heading(
            "Error Response Format (RFC 7807)",
            ("Error Response Format", "Error Format", "Problem Details"),
        ),
        Fence("json", sample=samples.PROBLEM),
    ] = Field("", description="Example JSON of an error answer, as RFC 7807 has it")
    retry: Annotated[
        Verbatim,
        Heading("Retry & Fallback Strategy", ("Retry Strategy", "Retry and Fallback")),
        Fence(sample=samples.RETRY),
    ] = Field("", description="What is retried, how often, how slowly, and what comes then")
