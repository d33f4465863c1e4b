"""Endpoints and their errors."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Code, Col, Row


class EndpointRow(Row):
    """An endpoint that stands as one row of a table."""

    method: Annotated[Code, Col("Method", ("HTTP Method", "Verb"))] = Field(
        "", description="HTTP method"
    )
    path: Annotated[
        Code,
        Col("Path", ("Endpoint", "Route", "URL", "URI", "API", "Resource"), key=True),
    ] = Field("", description="Path")
    description: Annotated[Text, Col("Description", ("Purpose", "Summary", "Action"))] = Field(
        "", description="What it does"
    )
    authentication: Annotated[
        Text,
        Col("Authentication", ("Auth", "Authentication Required", "Auth Required")),
    ] = Field("", description="What a caller must present")
    rate_limit: Annotated[Text, Col("Rate Limit", ("Rate Limits", "Limit"))] = Field(
        "", description="Requests per time"
    )
    timeout: Annotated[Text, Col("Timeout")] = Field("", description="How long a caller waits")


class ErrorResponse(Row):
    """An error that an endpoint answers with."""

    status: Annotated[
        Code,
        Col(
            "Status Code",
            ("Status", "HTTP Status", "HTTP Code", "HTTP Status Code", "Code (HTTP)"),
            key=True,
        ),
    ] = Field("", description="HTTP status")
    code: Annotated[Code, Col("Error Code", ("Code", "Error", "Error Type"))] = Field(
        "", description="Machine-readable code"
    )
    description: Annotated[
        Text, Col("Description", ("Meaning", "Message", "Cause", "Condition"))
    ] = Field("", description="When it happens")
    retry: Annotated[Text, Col("Retry?", ("Retry", "Retryable", "Retryable?"))] = Field(
        "", description="Whether a client may try again"
    )
