"""Load, errors, deployment and operation."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Code, Col, Level, Measure, Row


class LoadMetric(Row):
    """Expected load."""

    metric: Annotated[Text, Col("Metric", ("Measure",), key=True)] = Field(
        "", description="What is counted"
    )
    normal: Annotated[Text, Col("Normal", ("Average", "Typical", "Baseline"))] = Field(
        "", description="On a normal day"
    )
    peak: Annotated[Text, Col("Peak", ("Max", "Maximum"))] = Field(
        "", description="At the daily or weekly peak"
    )
    burst: Annotated[Text, Col("Burst", ("Spike",))] = Field(
        "", description="For seconds or minutes"
    )


class Bottleneck(Row):
    """Where it gets slow first."""

    bottleneck: Annotated[Text, Col("Bottleneck", ("Component", "Area"), key=True)] = Field(
        "", description="Where"
    )
    trigger: Annotated[Text, Col("Trigger Condition", ("Trigger", "Condition", "Cause"))] = Field(
        "", description="When"
    )
    symptom: Annotated[Text, Col("Symptom", ("Detection", "Symptoms"))] = Field(
        "", description="How one sees it"
    )
    mitigation: Annotated[Text, Col("Mitigation", ("Solution", "Fix"))] = Field(
        "", description="What helps"
    )


class CachePolicy(Row):
    """How well a cache should do."""

    cache: Annotated[Text, Col("Cache", ("Cache Name", "Cache Layer"), key=True)] = Field(
        "", description="Which cache"
    )
    hit_rate: Annotated[
        Text, Measure("ratio"), Col("Hit Rate Target", ("Hit Rate", "Target Hit Rate"))
    ] = Field("", description="Share of hits")
    eviction: Annotated[Text, Col("Eviction Policy", ("Eviction",))] = Field(
        "", description="What is dropped first"
    )
    warming: Annotated[Text, Col("Warming Strategy", ("Warming", "Warm-up"))] = Field(
        "", description="How it is filled"
    )


class ConcurrencyRule(Row):
    """How a shared resource is protected."""

    resource: Annotated[Text, Col("Resource", ("Shared Resource",), key=True)] = Field(
        "", description="What is shared"
    )
    model: Annotated[Text, Col("Concurrency Model", ("Model",))] = Field(
        "", description="async, threads, ..."
    )
    lock: Annotated[Text, Col("Lock Strategy", ("Locking", "Lock"))] = Field(
        "", description="optimistic, pessimistic, ..."
    )
    deadlock: Annotated[Text, Col("Deadlock Prevention", ("Deadlock",))] = Field(
        "", description="How deadlock is prevented"
    )


class ConcurrencyConcern(Row):
    """A race and what prevents it."""

    concern: Annotated[Text, Col("Concern", ("Issue", "Risk"), key=True)] = Field(
        "", description="The race"
    )
    scenario: Annotated[Text, Col("Scenario", ("Description", "Situation"))] = Field(
        "", description="How it happens"
    )
    mitigation: Annotated[Text, Col("Mitigation", ("Solution", "Prevention"))] = Field(
        "", description="What prevents it"
    )


class ScalingRule(Row):
    """When and how it scales."""

    dimension: Annotated[Text, Col("Dimension", ("Type", "Scaling"), key=True)] = Field(
        "", description="What scales"
    )
    trigger: Annotated[Text, Col("Trigger", ("Trigger Condition", "Metric"))] = Field(
        "", description="When"
    )
    target: Annotated[Text, Col("Target", ("Range", "Limits", "Min/Max"))] = Field(
        "", description="From where to where"
    )
    cooldown: Annotated[
        Text, Measure("time"), Col("Cooldown", ("Cool-down", "Cooldown Period"))
    ] = Field("", description="Pause between two steps")


class PerformanceTarget(Row):
    """What an operation must reach."""

    operation: Annotated[Text, Col("Operation", ("Endpoint", "Metric", "Scenario"), key=True)] = (
        Field("", description="Which operation")
    )
    target: Annotated[
        Text,
        Measure("time"),
        Col("Target (p99)", ("Target", "p99", "Target Latency", "Goal")),
    ] = Field("", description="Target")
    baseline: Annotated[Text, Col("Current Baseline", ("Baseline", "Current"))] = Field(
        "", description="What it reaches today"
    )
    optimization: Annotated[Text, Col("Optimization", ("Optimisation", "Approach", "Strategy"))] = (
        Field("", description="What makes it reach the target")
    )


class ErrorClass(Row):
    """A class of errors and how it is handled."""

    category: Annotated[
        Text,
        Col(
            "Category",
            ("Error Type", "Error Class", "Error Category", "Error", "Type"),
            key=True,
        ),
    ] = Field("", description="Class")
    http_status: Annotated[Code, Col("HTTP Status", ("Status", "Status Code", "HTTP Code"))] = (
        Field("", description="HTTP status")
    )
    severity: Annotated[Level, Col("Severity")] = Field("", description="High, Medium or Low")
    retry: Annotated[Text, Col("Retry", ("Retry?", "Retryable", "Retry Strategy"))] = Field(
        "", description="Yes or No, with how often"
    )
    log_level: Annotated[Text, Col("Log Level", ("Level", "Logging"))] = Field(
        "", description="Level it is logged at"
    )
    alert: Annotated[Text, Col("Alert", ("Alert?", "Alerting"))] = Field(
        "", description="Whether and when someone is called"
    )


class RetryPolicy(Row):
    """How often and how fast something is tried again."""

    error_type: Annotated[
        Text,
        Col("Error Type", ("Operation", "Dependency", "Error", "Target"), key=True),
    ] = Field("", description="What is retried")
    max_retries: Annotated[Text, Col("Max Retries", ("Retries", "Attempts", "Max Attempts"))] = (
        Field("", description="How often")
    )
    backoff: Annotated[Text, Col("Backoff", ("Backoff Strategy", "Delay", "Interval"))] = Field(
        "", description="How long between"
    )
    circuit_breaker: Annotated[Text, Col("Circuit Breaker", ("Breaker",))] = Field(
        "", description="When to stop trying"
    )


class LogLevel(Row):
    """What a log level is for."""

    level: Annotated[Text, Col("Level", ("Log Level",), key=True)] = Field("", description="Level")
    usage: Annotated[Text, Col("Usage", ("Use", "When", "Description"))] = Field(
        "", description="What is logged at it"
    )
    example: Annotated[Text, Col("Example", ("Examples",))] = Field("", description="A line of it")


class Signal(Row):
    """What is observed, with what."""

    signal: Annotated[Text, Col("Signal", ("Type", "Telemetry"), key=True)] = Field(
        "", description="Metrics, traces, logs"
    )
    tool: Annotated[Text, Col("Tool", ("System", "Technology"))] = Field(
        "", description="With what"
    )
    retention: Annotated[Text, Measure("time"), Col("Retention", ("Retention Period",))] = Field(
        "", description="How long it is kept"
    )
    alert_threshold: Annotated[Text, Col("Alert Threshold", ("Threshold", "Alert", "Alerts"))] = (
        Field("", description="When someone is called")
    )


class PipelineStage(Row):
    """A stage of the delivery pipeline."""

    stage: Annotated[Text, Col("Stage", ("Step",), key=True)] = Field("", description="Stage")
    trigger: Annotated[Text, Col("Trigger", ("When",))] = Field("", description="What starts it")
    actions: Annotated[Text, Col("Actions", ("Action", "Steps"))] = Field(
        "", description="What it does"
    )
    rollback: Annotated[Text, Col("Rollback", ("Rollback Method",))] = Field(
        "", description="How it is undone"
    )


class RollbackScenario(Row):
    """When and how one goes back."""

    scenario: Annotated[Text, Col("Scenario", ("Trigger", "Situation"), key=True)] = Field(
        "", description="What went wrong"
    )
    detection: Annotated[Text, Col("Detection", ("Detected By",))] = Field(
        "", description="How one knows"
    )
    method: Annotated[Text, Col("Rollback Method", ("Method", "Rollback", "Action"))] = Field(
        "", description="How one goes back"
    )
    recovery_time: Annotated[Text, Measure("time"), Col("Recovery Time", ("RTO", "Time"))] = Field(
        "", description="How long it takes"
    )
