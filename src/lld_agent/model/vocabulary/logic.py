"""Algorithms and machine learning."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Code, Col, Measure, Row, YesNo


class EdgeCase(Row):
    """An unusual input or situation and what is done."""

    edge_case: Annotated[Text, Col("Edge Case", ("Case", "Scenario", "Condition"), key=True)] = (
        Field("", description="The case")
    )
    behavior: Annotated[
        Text,
        Col("Behavior", ("Behaviour", "Handling", "Expected Behavior", "Response")),
    ] = Field("", description="What happens")
    rationale: Annotated[Text, Col("Rationale", ("Reason", "Why"))] = Field("", description="Why")


class DeploymentStage(Row):
    """A stage of a model's deployment."""

    stage: Annotated[Text, Col("Stage", ("Step", "Phase"), key=True)] = Field(
        "", description="Stage"
    )
    duration: Annotated[Text, Measure("time"), Col("Duration", ("Expected Time", "Time"))] = Field(
        "", description="Expected time"
    )
    rollback_point: Annotated[YesNo, Col("Rollback Point", ("Rollback",))] = Field(
        "", description="Whether one can go back from here"
    )
    validation: Annotated[Text, Col("Validation", ("Check", "Checks"))] = Field(
        "", description="What is checked"
    )


class ModelParameter(Row):
    """A parameter of a model's configuration."""

    parameter: Annotated[Code, Col("Parameter", ("Setting", "Name"), key=True)] = Field(
        "", description="Name"
    )
    source: Annotated[Text, Col("Source", ("Origin",))] = Field(
        "", description="Calculated, from the user, ..."
    )
    default: Annotated[Text, Col("Default", ("Default Value",))] = Field("", description="Default")
    constraints: Annotated[Text, Col("Constraints", ("Constraint", "Range"))] = Field(
        "", description="Bounds"
    )


class RoutingRule(Row):
    """Where a request goes, and when."""

    condition: Annotated[Text, Col("Condition", ("When", "Rule"), key=True)] = Field(
        "", description="When it applies"
    )
    route_to: Annotated[Text, Col("Route To", ("Destination", "Target", "Route"))] = Field(
        "", description="Where the request goes"
    )
    rationale: Annotated[Text, Col("Rationale", ("Reason", "Why"))] = Field("", description="Why")


class TokenLimit(Row):
    """A token count and its limit."""

    metric: Annotated[Text, Col("Metric", ("Tokens",), key=True)] = Field(
        "", description="What is counted"
    )
    calculation: Annotated[Text, Col("Calculation", ("How Counted", "Method"))] = Field(
        "", description="How it is counted"
    )
    enforcement: Annotated[Text, Col("Limit Enforcement", ("Enforcement", "Limit"))] = Field(
        "", description="What happens at the limit"
    )


class HardwareRule(Row):
    """How a kind of hardware is found and given out."""

    hardware: Annotated[
        Text, Col("Hardware Type", ("Hardware", "Accelerator", "Device"), key=True)
    ] = Field("", description="Hardware")
    detection: Annotated[Text, Col("Detection Method", ("Detection",))] = Field(
        "", description="How it is found"
    )
    allocation: Annotated[Text, Col("Allocation Strategy", ("Allocation",))] = Field(
        "", description="How it is given out"
    )


class TuningParameter(Row):
    """A parameter that trades one quality for another."""

    parameter: Annotated[Text, Col("Parameter", ("Setting", "Optimization"), key=True)] = Field(
        "", description="Name"
    )
    impact: Annotated[Text, Col("Impact", ("Effect",))] = Field("", description="What it affects")
    trade_off: Annotated[Text, Col("Trade-off", ("Tradeoff", "Cost"))] = Field(
        "", description="What it costs"
    )


class Benchmark(Row):
    """A measured quality of inference."""

    metric: Annotated[Text, Col("Metric", ("Measure",), key=True)] = Field("", description="Name")
    definition: Annotated[Text, Col("Definition", ("Description",))] = Field(
        "", description="What is measured"
    )
    target: Annotated[Text, Col("Target", ("Goal", "Value"))] = Field(
        "", description="Target value"
    )


class GuardrailCheck(Row):
    """A check on what goes into a model."""

    check: Annotated[Text, Col("Check", ("Validation", "Guardrail"), key=True)] = Field(
        "", description="What is checked"
    )
    implementation: Annotated[Text, Col("Implementation", ("Method", "How"))] = Field(
        "", description="How"
    )
    action: Annotated[Text, Col("Action on Failure", ("Action", "On Failure"))] = Field(
        "", description="Reject, flag, modify"
    )


class OutputFilter(Row):
    """A filter on what comes out of a model."""

    filter: Annotated[Text, Col("Filter", ("Check",), key=True)] = Field(
        "", description="What is filtered"
    )
    trigger: Annotated[Text, Col("Trigger Condition", ("Trigger", "Condition"))] = Field(
        "", description="When it applies"
    )
    response: Annotated[Text, Col("Response", ("Action",))] = Field("", description="What happens")
