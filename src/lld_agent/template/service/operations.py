"""Service template, sections 8 and 10 to 13: configuration, load, errors, delivery, tests."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text, Verbatim
from lld_agent.model.rows import CpuMemory, Probes
from lld_agent.model.vocabulary import (
    Bottleneck,
    CachePolicy,
    ConcurrencyRule,
    EdgeCaseTest,
    EnvironmentDifference,
    EnvVar,
    ErrorClass,
    FeatureFlag,
    IntegrationTest,
    LoadMetric,
    LogLevel,
    PerformanceTest,
    PipelineStage,
    RetryPolicy,
    RollbackScenario,
    ScalingRule,
    Secret,
    Signal,
    UnitTest,
)
from lld_agent.template.kit import Fence, Group, Heading, Nested, Property, Table


class Configuration(Group):
    """Variables, flags, secrets and environments."""

    variables: Annotated[
        tuple[EnvVar, ...],
        Heading("Environment Variables", ("Environment", "Env Vars", "Configuration Variables")),
        Table("Variable | Required | Default | Description | Sensitive"),
    ] = ()
    flags: Annotated[
        tuple[FeatureFlag, ...],
        Heading("Feature Flags", ("Flags", "Feature Toggles")),
        Table("Flag | Default | Description | Rollout Strategy"),
    ] = ()
    secrets: Annotated[
        tuple[Secret, ...],
        Heading(
            "Secrets Management",
            ("Secrets", "Secret Management", "Credentials", "Credential Management"),
        ),
        Table("Secret | Storage | Rotation | Access"),
    ] = ()
    environments: Annotated[
        tuple[EnvironmentDifference, ...],
        Heading("Environment Differences", ("Environments", "Environment Configuration")),
        Table("Aspect | Development | Staging | Production"),
    ] = ()


class Performance(Group):
    """Load, bottlenecks, caches, concurrency, scaling."""

    load: Annotated[
        tuple[LoadMetric, ...],
        Heading(
            "Expected Load",
            (
                "Load",
                "Load Profile",
                "Capacity Planning",
                "Capacity",
                "Traffic",
                "Performance Targets",
            ),
        ),
        Table(
            "Metric | Normal | Peak | Burst",
            fixed="Requests/sec | Concurrent users | Data volume",
        ),
    ] = ()
    bottlenecks: Annotated[
        tuple[Bottleneck, ...],
        Heading("Bottlenecks", ("Known Bottlenecks", "Performance Bottlenecks")),
        Table("Bottleneck | Trigger Condition | Symptom | Mitigation"),
    ] = ()
    caches: Annotated[
        tuple[CachePolicy, ...],
        Heading("Caching Strategy", ("Caching", "Cache Strategy")),
        Table("Cache | Hit Rate Target | Eviction Policy | Warming Strategy"),
    ] = ()
    concurrency: Annotated[
        tuple[ConcurrencyRule, ...],
        Heading(
            "Concurrency Handling",
            (
                "Concurrency",
                "Concurrency Control",
                "Concurrency Model",
                "Concurrency & Thread Safety",
            ),
        ),
        Table("Resource | Concurrency Model | Lock Strategy | Deadlock Prevention"),
    ] = ()
    scaling: Annotated[
        tuple[ScalingRule, ...],
        Heading("Scaling Strategy", ("Scaling", "Scalability", "Scaling Approach", "Autoscaling")),
        Table(
            "Dimension | Trigger | Target | Cooldown",
            fixed="Horizontal (pods) | Vertical (resources)",
        ),
    ] = ()


class ErrorsAndLogging(Group):
    """Errors, retries, logs and signals."""

    classification: Annotated[
        tuple[ErrorClass, ...],
        Heading("Error Classification", ("Error Types", "Error Categories", "Error Handling")),
        Table(
            "Category | Severity | Retry | Alert",
            fixed="Validation errors | Transient failures | System failures",
            default=(
                "Validation errors | Low | No | No",
                "Transient failures | Medium | Yes | After N failures",
                "System failures | High | No | Immediately",
            ),
        ),
    ] = ()
    retries: Annotated[
        tuple[RetryPolicy, ...],
        Heading(
            "Retry Strategy",
            ("Retries", "Retry Policy", "Retry Logic", "Retry & Fallback Strategy", "Resilience"),
        ),
        Table("Error Type | Max Retries | Backoff | Circuit Breaker"),
    ] = ()
    logging: Annotated[
        tuple[LogLevel, ...],
        Heading(
            "Logging Standards",
            ("Logging", "Logging Strategy", "Log Levels", "Structured Logging", "Logs"),
        ),
        Table(
            "Level | Usage | Example",
            fixed="DEBUG | INFO | WARNING | ERROR",
            default=(
                "DEBUG | Details for finding faults |",
                "INFO | Events of the business |",
                "WARNING | Trouble that was overcome |",
                "ERROR | Failures that someone must look at |",
            ),
        ),
    ] = ()
    observability: Annotated[
        tuple[Signal, ...],
        Heading(
            "Observability",
            (
                "Monitoring",
                "Monitoring & Alerting",
                "Metrics",
                "Telemetry",
                "Monitoring and Observability",
                "Alerting",
                "Tracing",
            ),
        ),
        Table("Signal | Tool | Retention | Alert Threshold", fixed="Metrics | Traces | Logs"),
    ] = ()


class Container(Group):
    """What a container is made of and what it gets."""

    base_image: Annotated[Text, Property("Base Image", bold=False)] = Field(
        "", description="Image it is built from"
    )
    requests: Annotated[CpuMemory, Property("Resource Requests", bold=False)] = CpuMemory()
    limits: Annotated[CpuMemory, Property("Resource Limits", bold=False)] = CpuMemory()
    probes: Annotated[Probes, Property("Health Checks", bold=False)] = Probes()


class Deployment(Group):
    """Where it runs, how it gets there and back."""

    topology: Annotated[
        Verbatim,
        Heading("Deployment Topology", ("Deployment Architecture", "Topology", "Infrastructure")),
        Fence(diagram="flow"),
    ] = Field("", description="Drawing of where the parts run")
    container: Annotated[
        Container,
        Heading(
            "Container Specification",
            (
                "Container",
                "Resources",
                "Resource Requirements",
                "Container Configuration",
                "Health Checks",
            ),
        ),
        Nested(),
    ] = Container()
    pipeline: Annotated[
        tuple[PipelineStage, ...],
        Heading(
            "CI/CD Pipeline",
            (
                "CI/CD",
                "CI/CD Pipelines",
                "Deployment Pipeline",
                "Build Pipeline",
                "Build and Deployment",
                "Release Process",
            ),
        ),
        Table(
            "Stage | Trigger | Actions | Rollback",
            fixed="Build | Test | Deploy",
            default=("Build | | | N/A", "Test | | | N/A", "Deploy | | |"),
        ),
    ] = ()
    rollback: Annotated[
        tuple[RollbackScenario, ...],
        Heading(
            "Rollback Strategy",
            ("Rollback", "Rollback Plan", "Rollback Procedure", "Disaster Recovery"),
        ),
        Table("Scenario | Detection | Rollback Method | Recovery Time"),
    ] = ()


class Testing(Group):
    """What is tested, and how."""

    unit: Annotated[
        tuple[UnitTest, ...],
        Heading("Unit Tests", ("Unit Testing", "Unit Test Coverage", "Unit Test Plan")),
        Table("Module | Coverage Target | Mocking Strategy"),
    ] = ()
    integration: Annotated[
        tuple[IntegrationTest, ...],
        Heading(
            "Integration Tests",
            ("Integration Testing", "Integration Test Plan", "E2E Tests", "End-to-End Tests"),
        ),
        Table("Integration | Test Approach | Environment"),
    ] = ()
    edge_cases: Annotated[
        tuple[EdgeCaseTest, ...],
        Heading(
            "Edge Case Coverage",
            ("Edge Cases", "Edge Case Tests", "Edge Case Testing", "Boundary Tests"),
        ),
        Table("Edge Case | Test | Expected Behavior"),
    ] = ()
    performance: Annotated[
        tuple[PerformanceTest, ...],
        Heading("Performance Tests", ("Performance Testing", "Load Tests", "Load Testing")),
        Table("Test | Metric | Threshold | Frequency"),
    ] = ()
