"""The service template: fifteen numbered sections."""

from typing import Annotated, ClassVar

from pydantic import Field

from lld_agent.model.canonical import Line
from lld_agent.template.kit import Document, Elsewhere, Heading, Nested, Repeated
from lld_agent.template.record import DesignRecord
from lld_agent.template.service.api import Algorithm, ApiDesign
from lld_agent.template.service.architecture import Architecture
from lld_agent.template.service.closing import Appendix, Limits, Security
from lld_agent.template.service.context import Overview, SystemContext
from lld_agent.template.service.data import DataDesign
from lld_agent.template.service.ml import MachineLearning
from lld_agent.template.service.operations import (
    Configuration,
    Deployment,
    ErrorsAndLogging,
    Performance,
    Testing,
)


class ServiceDesign(Document):
    """A low-level design of a service."""

    title: ClassVar[str] = "{name} - Low-Level Design"
    ruled: ClassVar[bool] = True

    name: Annotated[Line, Elsewhere(given=True)] = Field("", description="Service name")
    overview: Annotated[
        Overview, Heading("Document Overview", ("Overview", "Introduction")), Nested()
    ] = Overview()
    context: Annotated[
        SystemContext,
        Heading(
            "System Context & Assumptions",
            ("System Context", "Context and Assumptions", "Context", "Assumptions"),
        ),
        Nested(),
    ] = SystemContext()
    architecture: Annotated[
        Architecture,
        Heading("Detailed Architecture", ("Architecture", "Architecture Design", "System Design")),
        Nested(),
    ] = Architecture()
    data: Annotated[
        DataDesign,
        Heading("Data Design", ("Data Model", "Data Architecture", "Database Design")),
        Nested(),
    ] = DataDesign()
    api: Annotated[
        ApiDesign,
        Heading(
            "API & Interface Design",
            ("API Design", "API", "Interface Design", "APIs and Interfaces", "API Specification"),
        ),
        Nested(),
    ] = ApiDesign()
    algorithms: Annotated[
        tuple[Algorithm, ...],
        Heading(
            "Logic & Algorithm Details",
            ("Logic and Algorithms", "Algorithms", "Business Logic", "Core Logic"),
        ),
        Repeated("{name}", each="algorithm or process"),
    ] = ()
    machine_learning: Annotated[
        MachineLearning,
        Heading(
            "GenAI/ML-Specific Design",
            ("GenAI-Specific Design", "ML-Specific Design", "AI/ML Design", "GenAI Design"),
        ),
        Nested(),
    ] = MachineLearning()
    configuration: Annotated[
        Configuration,
        Heading(
            "Configuration & Environment Design",
            (
                "Configuration & Environment",
                "Configuration Management",
                "Configuration",
                "Configuration Design",
                "Environment Configuration",
            ),
        ),
        Nested(),
    ] = Configuration()
    security: Annotated[
        Security,
        Heading("Security Design", ("Security", "Security Considerations", "Security Model")),
        Nested(),
    ] = Security()
    performance: Annotated[
        Performance,
        Heading(
            "Performance & Scalability",
            ("Performance Design", "Performance", "Scalability", "Performance and Scaling"),
        ),
        Nested(),
    ] = Performance()
    errors: Annotated[
        ErrorsAndLogging,
        Heading(
            "Error Handling & Logging",
            ("Error Handling", "Error Handling and Observability", "Logging", "Observability"),
        ),
        Nested(),
    ] = ErrorsAndLogging()
    deployment: Annotated[
        Deployment,
        Heading(
            "Deployment & Infrastructure",
            ("Deployment Design", "Deployment", "Infrastructure", "Operations"),
        ),
        Nested(),
    ] = Deployment()
    testing: Annotated[
        Testing,
        Heading("Testing Strategy", ("Testing", "Test Strategy", "Test Plan", "Testing Approach")),
        Nested(),
    ] = Testing()
    limits: Annotated[
        Limits,
        Heading(
            "Limitations & Future Enhancements",
            ("Known Limitations", "Limitations", "Limitations and Future Work", "Future Work"),
        ),
        Nested(),
    ] = Limits()
    appendix: Annotated[Appendix, Heading("Appendix", ("Appendices",)), Nested()] = Appendix()
    record: Annotated[
        DesignRecord,
        Heading("Design Record", numbered=False),
        Nested(optional=True, given=True),
    ] = DesignRecord()
