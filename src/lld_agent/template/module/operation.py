"""Module template, sections 9 to 13 and approval: running, depending, configuring, testing."""

from typing import Annotated

from lld_agent.model.vocabulary import (
    Bottleneck,
    Dependency,
    PerformanceTarget,
    TestScenario,
    TestSuite,
)
from lld_agent.template.kit import Group, Heading, RowBullets, Table


class PerformanceTargets(Group):
    """What operations must reach, and what is slow."""

    targets: Annotated[
        tuple[PerformanceTarget, ...],
        Table(
            "Operation | Target (p99) | Current Baseline | Optimization",
            example=("Bulk import (1000 items)",),
        ),
    ] = ()
    bottlenecks: Annotated[
        tuple[Bottleneck, ...],
        RowBullets("Bottleneck | Mitigation", label="Known bottlenecks"),
    ] = ()


class Dependencies(Group):
    """What the module needs."""

    internal: Annotated[
        tuple[Dependency, ...],
        Heading("Internal Dependencies", ("Internal", "Internal Services"), numbered=False),
        Table("Dependency | Type | Purpose | Fallback if unavailable"),
    ] = ()
    external: Annotated[
        tuple[Dependency, ...],
        Heading("External Dependencies", ("External", "External Services"), numbered=False),
        Table(
            "Dependency | Version | Purpose | Fallback if unavailable",
            default=("PostgreSQL | | |", "Redis | | |"),
            more=True,
        ),
    ] = ()


class TestingApproach(Group):
    """What is tested, with what, where."""

    suites: Annotated[
        tuple[TestSuite, ...],
        Table(
            "Test Type | Tool | Coverage Target | Location",
            fixed="Unit tests | Integration tests | Contract tests",
            default=(
                "Unit tests | Jest / Vitest | |",
                "Integration tests | Supertest + TestContainers | Key flows |",
                "Contract tests | Pact | All public APIs |",
            ),
        ),
    ] = ()
    scenarios: Annotated[
        tuple[TestScenario, ...],
        RowBullets("Scenario", label="Key test scenarios"),
    ] = ()
