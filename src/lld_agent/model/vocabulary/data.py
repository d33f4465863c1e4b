"""Tables, columns, indexes and the life of data."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Code, Col, Measure, Row, YesNo


class Column(Row):
    """A column of a table."""

    column: Annotated[
        Code, Col("Column", ("Field", "Column Name", "Name", "Attribute"), key=True)
    ] = Field("", description="Name of the column")
    type: Annotated[Code, Col("Type", ("Data Type", "Column Type"))] = Field(
        "", description="Data type"
    )
    nullable: Annotated[YesNo, Col("Nullable", ("Null", "Null?", "Nullable?"))] = Field(
        "", description="Yes or No"
    )
    default: Annotated[Code, Col("Default", ("Default Value",))] = Field(
        "", description="Default value or expression"
    )
    constraints: Annotated[Text, Col("Constraints", ("Constraint", "Key"))] = Field(
        "", description="PK, FK → table(column), UNIQUE, NOT NULL, ..."
    )
    description: Annotated[Text, Col("Description", ("Notes", "Comment", "Purpose", "Meaning"))] = (
        Field("", description="Meaning")
    )


class Index(Row):
    """An index of a table."""

    name: Annotated[Code, Col("Index Name", ("Index", "Name"), key=True)] = Field(
        "", description="Name of the index"
    )
    columns: Annotated[Code, Col("Columns", ("Column", "Column(s)", "Fields"))] = Field(
        "", description="Columns in order, separated by commas"
    )
    type: Annotated[Text, Col("Type", ("Index Type", "Method"))] = Field(
        "", description="B-tree, GIN, Partial (WHERE ...), ..."
    )
    purpose: Annotated[Text, Col("Purpose", ("Rationale", "Description", "Reason", "Use"))] = Field(
        "", description="Which query needs it"
    )


class LifecycleStage(Row):
    """A stage in the life of data."""

    stage: Annotated[Text, Col("Stage", ("State", "Phase"), key=True)] = Field(
        "", description="Stage"
    )
    location: Annotated[Text, Col("Location", ("Storage", "Where"))] = Field(
        "", description="Where the data is"
    )
    retention: Annotated[
        Text, Measure("time"), Col("Retention", ("Retention Period", "How Long", "TTL"))
    ] = Field("", description="How long it is kept")
    transition: Annotated[Text, Col("Transition Trigger", ("Transition", "Trigger", "Next"))] = (
        Field("", description="What moves it on")
    )


class CacheLayer(Row):
    """A cache and how it stays fresh."""

    layer: Annotated[
        Text, Col("Cache Layer", ("Cache", "Layer", "Data", "Cache Type"), key=True)
    ] = Field("", description="What is cached")
    technology: Annotated[Text, Col("Technology", ("Store", "Storage", "Backend"))] = Field(
        "", description="Redis, memory, ..."
    )
    ttl: Annotated[Text, Measure("time"), Col("TTL", ("Expiry", "Time to Live", "Expiration"))] = (
        Field("", description="How long an entry lives")
    )
    invalidation: Annotated[Text, Col("Invalidation Strategy", ("Invalidation", "Eviction"))] = (
        Field("", description="When and how an entry is dropped")
    )


class StateTransition(Row):
    """An allowed change of state."""

    source: Annotated[Code, Col("From", ("From State", "Current State", "Source"), key=True)] = (
        Field("", description="State before")
    )
    target: Annotated[Code, Col("To", ("To State", "Next State", "Target"))] = Field(
        "", description="State after"
    )
    trigger: Annotated[Code, Col("Trigger", ("Event", "Action"))] = Field(
        "", description="What causes it"
    )
    guard: Annotated[Text, Col("Guard Condition", ("Guard", "Condition"))] = Field(
        "", description="What must hold"
    )
    side_effect: Annotated[Text, Col("Side Effect", ("Side Effects", "Effect", "Actions"))] = Field(
        "", description="What else happens"
    )
