"""What is tested, and how."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Code, Col, Measure, Row


class UnitTest(Row):
    """What is tested by itself."""

    module: Annotated[Text, Col("Module", ("Component", "Area"), key=True)] = Field(
        "", description="Module"
    )
    coverage: Annotated[Text, Measure("ratio"), Col("Coverage Target", ("Coverage", "Target"))] = (
        Field("", description="Share covered")
    )
    mocking: Annotated[Text, Col("Mocking Strategy", ("Mocking", "Mocks"))] = Field(
        "", description="What is replaced"
    )


class IntegrationTest(Row):
    """What is tested together."""

    integration: Annotated[
        Text, Col("Integration", ("Component", "System", "Dependency"), key=True)
    ] = Field("", description="Integration")
    approach: Annotated[Text, Col("Test Approach", ("Approach", "Method"))] = Field(
        "", description="How"
    )
    environment: Annotated[Text, Col("Environment", ("Env", "Where"))] = Field(
        "", description="Where it runs"
    )


class EdgeCaseTest(Row):
    """The test of an edge case."""

    edge_case: Annotated[Text, Col("Edge Case", ("Case", "Scenario"), key=True)] = Field(
        "", description="The case"
    )
    test: Annotated[Text, Col("Test", ("Test Case", "Test Name"))] = Field(
        "", description="Name or description of the test"
    )
    expected: Annotated[
        Text,
        Col("Expected Behavior", ("Expected Behaviour", "Expected", "Expected Result")),
    ] = Field("", description="What should happen")


class PerformanceTest(Row):
    """A test of a measured quality."""

    test: Annotated[Text, Col("Test", ("Test Name", "Scenario"), key=True)] = Field(
        "", description="Name"
    )
    metric: Annotated[Text, Col("Metric", ("Measure",))] = Field("", description="What is measured")
    threshold: Annotated[Text, Col("Threshold", ("Target", "Pass Criteria"))] = Field(
        "", description="Value that passes"
    )
    frequency: Annotated[Text, Col("Frequency", ("When", "Schedule"))] = Field(
        "", description="When it runs"
    )


class TestSuite(Row):
    """A kind of test, its tool and place."""

    test_type: Annotated[Text, Col("Test Type", ("Type", "Level"), key=True)] = Field(
        "", description="Kind"
    )
    tool: Annotated[Text, Col("Tool", ("Tools", "Framework"))] = Field("", description="With what")
    coverage: Annotated[Text, Col("Coverage Target", ("Coverage",))] = Field(
        "", description="How much is covered"
    )
    location: Annotated[Code, Col("Location", ("Path", "Where"))] = Field(
        "", description="Where it stands"
    )


class TestScenario(Row):
    """A situation that is tested, as one bullet."""

    scenario: Annotated[Text, Col("Scenario", ("Test Scenario", "Test Case"), key=True)] = Field(
        "", description="What is tested, and what should come of it"
    )
