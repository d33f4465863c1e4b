"""Overview, assumptions, dependencies and closing matter."""

from typing import Annotated

from pydantic import Field

from lld_agent.model.canonical import Text
from lld_agent.model.rows import Code, Col, Level, Row


class Audience(Row):
    """Who reads the design, and for what."""

    audience: Annotated[Text, Col("Audience", ("Reader", "Role"), key=True)] = Field(
        "", description="Who reads it"
    )
    needs: Annotated[Text, Col("What They Need", ("Needs", "Interest"))] = Field(
        "", description="What they look for in it"
    )


class ReferenceDoc(Row):
    """A document that the design rests on."""

    document: Annotated[Text, Col("Document", ("Reference", "Link", "Resource"), key=True)] = Field(
        "", description="Name or link of the document"
    )
    description: Annotated[Text, Col("Description", ("Purpose", "Notes"))] = Field(
        "", description="What it is good for"
    )


class Constraint(Row):
    """A limit that the design must respect."""

    kind: Annotated[Text, Col("Constraint Type", ("Constraint", "Type"), key=True)] = Field(
        "", description="Kind of limit, for example Latency"
    )
    description: Annotated[Text, Col("Description", ("Detail", "Requirement"))] = Field(
        "", description="The limit itself, with numbers where given"
    )
    impact: Annotated[Text, Col("Impact", ("Design Impact",))] = Field(
        "", description="What it means for the design"
    )


class Dependency(Row):
    """A service, system or library that the design needs."""

    dependency: Annotated[
        Text,
        Col(
            "Dependency",
            ("Service", "System", "Service/System", "External Service", "Component"),
            key=True,
        ),
    ] = Field("", description="Name")
    type: Annotated[Text, Col("Type", ("Required/Optional", "Kind", "Criticality"))] = Field(
        "", description="Required or Optional; or Synchronous, Library, ..."
    )
    version: Annotated[Code, Col("Version", ("Min Version",))] = Field("", description="Version")
    purpose: Annotated[Text, Col("Purpose", ("Usage", "Used For", "Description"))] = Field(
        "", description="What it is used for"
    )
    failure_impact: Annotated[
        Text, Col("Failure Impact", ("Impact", "Impact of Failure", "Failure Mode"))
    ] = Field("", description="What breaks when it fails")
    fallback: Annotated[
        Text,
        Col("Fallback Strategy", ("Fallback", "Fallback if unavailable", "Mitigation")),
    ] = Field("", description="What is done when it is unavailable")


class DocumentVersion(Row):
    """One line of the document history."""

    version: Annotated[Text, Col("Version", ("Rev", "Revision"), key=True)] = Field(
        "", description="Version"
    )
    date: Annotated[Text, Col("Date")] = Field("", description="Date")
    author: Annotated[Text, Col("Author", ("Authors", "By"))] = Field("", description="Author")
    changes: Annotated[Text, Col("Changes", ("Change", "Description", "Change Description"))] = (
        Field("", description="What changed")
    )


class Approval(Row):
    """Who signs."""

    role: Annotated[Text, Col("Role", key=True)] = Field("", description="Role")
    name: Annotated[Text, Col("Name")] = Field("", description="Name")
    date: Annotated[Text, Col("Date")] = Field("", description="Date")
    signature: Annotated[Text, Col("Signature", ("Sign-off",))] = Field("", description="Signature")


class Limitation(Row):
    """A known limit of the design."""

    limitation: Annotated[Text, Col("Limitation", ("Known Limitation", "Issue"), key=True)] = Field(
        "", description="The limit"
    )
    impact: Annotated[Text, Col("Impact")] = Field("", description="What it affects")
    workaround: Annotated[Text, Col("Workaround", ("Mitigation",))] = Field(
        "", description="What helps meanwhile"
    )


class TechnicalDebt(Row):
    """Work knowingly put off."""

    item: Annotated[Text, Col("Item", ("Debt", "Debt Item"), key=True)] = Field(
        "", description="What was put off"
    )
    priority: Annotated[Level, Col("Priority")] = Field("", description="High, Medium or Low")
    effort: Annotated[Text, Col("Effort", ("Estimate",))] = Field("", description="Estimate")
    tracking: Annotated[Text, Col("Tracking", ("Ticket", "Issue"))] = Field(
        "", description="Ticket"
    )


class Improvement(Row):
    """A planned improvement."""

    enhancement: Annotated[
        Text,
        Col("Enhancement", ("Improvement", "Planned Improvement", "Feature"), key=True),
    ] = Field("", description="What is planned")
    rationale: Annotated[Text, Col("Rationale", ("Reason", "Description"))] = Field(
        "", description="Why"
    )
    target_version: Annotated[Text, Col("Target Version", ("Target", "Timeline", "Version"))] = (
        Field("", description="When")
    )


class Term(Row):
    """A term and its meaning."""

    term: Annotated[Text, Col("Term", ("Acronym", "Abbreviation", "Name"), key=True)] = Field(
        "", description="The term"
    )
    definition: Annotated[Text, Col("Definition", ("Meaning", "Description"))] = Field(
        "", description="What it means"
    )


class Alternative(Row):
    """A design that was considered and not taken."""

    alternative: Annotated[Text, Col("Alternative", ("Option", "Approach"), key=True)] = Field(
        "", description="The alternative"
    )
    pros: Annotated[Text, Col("Pros", ("Advantages",))] = Field(
        "", description="What speaks for it"
    )
    cons: Annotated[Text, Col("Cons", ("Disadvantages",))] = Field(
        "", description="What speaks against it"
    )
    why_not: Annotated[Text, Col("Why Not Chosen", ("Rationale", "Reason", "Decision"))] = Field(
        "", description="Why it was not taken"
    )
