"""Service template, section 7: services that deploy, run or operate models."""

from typing import Annotated, ClassVar

from pydantic import Field

from lld_agent.model.canonical import Verbatim
from lld_agent.model.vocabulary import (
    Benchmark,
    DeploymentStage,
    GuardrailCheck,
    HardwareRule,
    ModelParameter,
    OutputFilter,
    RoutingRule,
    TokenLimit,
    TuningParameter,
)
from lld_agent.template.kit import Fence, Group, Heading, Nested, Skippable, Table


class DeploymentPipeline(Group):
    """The stages of a model's deployment."""

    diagram: Annotated[Verbatim, Fence(diagram="flow")] = Field(
        "", description="Drawing of the stages of a model's deployment"
    )
    stages: Annotated[
        tuple[DeploymentStage, ...], Table("Stage | Duration | Rollback Point | Validation")
    ] = ()


class ModelDeployment(Group):
    """How a model is deployed and configured."""

    pipeline: Annotated[
        DeploymentPipeline, Heading("Deployment Pipeline", ("Pipeline",)), Nested()
    ] = DeploymentPipeline()
    parameters: Annotated[
        tuple[ModelParameter, ...],
        Heading("Model Configuration", ("Model Parameters",)),
        Table(
            "Parameter | Source | Default | Constraints",
            default=("max_model_len | | |", "tensor_parallel | | |", "batch_size | | |"),
        ),
    ] = ()


class Inference(Group):
    """How an inference request is handled."""

    diagram: Annotated[
        Verbatim,
        Heading("Request Flow", ("Inference Flow",)),
        Fence(diagram="sequence"),
    ] = Field("", description="Mermaid sequenceDiagram of an inference request")
    routing: Annotated[
        tuple[RoutingRule, ...],
        Heading("Request Routing Logic", ("Request Routing", "Routing", "Model Routing")),
        Table("Condition | Route To | Rationale"),
    ] = ()
    tokens: Annotated[
        tuple[TokenLimit, ...],
        Heading("Token Budget Management", ("Token Budget", "Token Management")),
        Table("Metric | Calculation | Limit Enforcement", fixed="Input tokens | Output tokens"),
    ] = ()


class ResourceCalculation(Group):
    """Formulas for memory and accelerators."""

    memory: Annotated[Verbatim, Fence(label="Memory Formula")] = Field(
        "", description="Formula for the memory that a model needs"
    )
    gpu_count: Annotated[Verbatim, Fence(label="GPU Count Formula")] = Field(
        "", description="Formula for the number of accelerators"
    )


class Hardware(Group):
    """How hardware is chosen and sized."""

    selection: Annotated[
        tuple[HardwareRule, ...],
        Heading(
            "GPU/Accelerator Selection", ("GPU Selection", "Accelerator Selection", "Hardware")
        ),
        Table(
            "Hardware Type | Detection Method | Allocation Strategy",
            fixed="NVIDIA GPU | Intel Gaudi | CPU",
        ),
    ] = ()
    calculation: Annotated[
        ResourceCalculation,
        Heading("Resource Calculation", ("Resource Sizing", "Memory Calculation")),
        Nested(),
    ] = ResourceCalculation()


class Optimization(Group):
    """What can be tuned and what is measured."""

    parameters: Annotated[
        tuple[TuningParameter, ...],
        Heading("Optimization Parameters", ("Tuning Parameters",)),
        Table("Parameter | Impact | Trade-off"),
    ] = ()
    benchmarks: Annotated[
        tuple[Benchmark, ...],
        Heading("Benchmarking Metrics", ("Benchmarks", "Performance Metrics")),
        Table(
            "Metric | Definition | Target",
            fixed="TTFT | TPOT | Throughput",
            default=(
                "TTFT | Time until the first token |",
                "TPOT | Time for each further token |",
                "Throughput | Tokens per second |",
            ),
        ),
    ] = ()


class Guardrails(Group):
    """What is checked before and after a model."""

    inputs: Annotated[
        tuple[GuardrailCheck, ...],
        Heading("Input Validation", ("Input Guardrails", "Prompt Validation")),
        Table("Check | Implementation | Action on Failure"),
    ] = ()
    outputs: Annotated[
        tuple[OutputFilter, ...],
        Heading("Output Filtering", ("Output Guardrails", "Output Validation")),
        Table("Filter | Trigger Condition | Response"),
    ] = ()


class MachineLearning(Skippable):
    """Deployment, inference, hardware, tuning and safety of models."""

    note: ClassVar[str] = (
        "*Only for services that run, deploy or operate models; others say here why it does not "
        "apply.*"
    )

    deployment: Annotated[
        ModelDeployment,
        Heading("Model Deployment Flow", ("Model Deployment", "Deployment Flow", "Model Serving")),
        Nested(),
    ] = ModelDeployment()
    inference: Annotated[
        Inference,
        Heading(
            "Inference Request Handling",
            ("Inference", "Request Handling", "Inference Handling", "Inference Pipeline"),
        ),
        Nested(),
    ] = Inference()
    hardware: Annotated[
        Hardware,
        Heading("Hardware Resource Allocation", ("Hardware Allocation", "Resource Allocation")),
        Nested(),
    ] = Hardware()
    optimization: Annotated[
        Optimization,
        Heading("Performance Optimization", ("Optimization", "Performance Optimisation")),
        Nested(),
    ] = Optimization()
    guardrails: Annotated[
        Guardrails,
        Heading(
            "Safety & Guardrails",
            ("Guardrails", "Safety", "AI Safety", "Safety and Guardrails", "Responsible AI"),
        ),
        Nested(),
    ] = Guardrails()
