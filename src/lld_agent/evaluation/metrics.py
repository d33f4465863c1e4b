"""The metrics of a draft: what each is called, which way is better, and who may fail by it."""

from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]
Unit = Literal["share", "count", "ratio", "seconds", "dollars"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure about one run on one document.

    Attributes:
        name: in files and on the command line.
        title: for people.
        better: which way. A crashed run scores 0 where higher is better.
        unit: how it is printed.
        margin: by how much a change may be worse and still pass the gate; None: not gated.
        hard: the value that every run must have, without statistics; None: no such demand.
    """

    name: str
    title: str
    better: Better = "higher"
    unit: Unit = "share"
    margin: float | None = None
    hard: float | None = None


METRICS: tuple[Metric, ...] = (
    Metric("rendered", "Document rendered", hard=1.0),
    Metric("schema.first_try", "Answers valid at once"),
    Metric("schema.after_reask", "Answers valid after a re-ask", hard=1.0),
    Metric("rows.precision", "Row precision", margin=0.03),
    Metric("rows.recall", "Row recall", margin=0.03),
    Metric("rows.f1", "Row F1", margin=0.03),
    Metric("rows.agreement", "Agreement of matched rows", margin=0.05),
    Metric("rows.grey", "Pairs that words cannot settle", "neither", "count"),
    Metric("coverage.all", "Requirements covered", margin=0.03),
    Metric("coverage.explicit", "- explicit", margin=0.03),
    Metric("coverage.non_functional", "- non-functional", margin=0.05),
    Metric("coverage.negative", "- negative (must not)", margin=0.05),
    Metric("grounding.broken_quotes", "Quotes that no source holds", "lower", "count", hard=0.0),
    Metric("grounding.sourced", "Figures and products sourced or marked", margin=0.01),
    Metric("grounding.assumptions", "Assumptions listed and marked", margin=0.01),
    Metric("leakage", "Examples of the template left", "lower", "count", margin=0.0),
    Metric("consistency.errors", "Errors by the rules per 1,000 words", "lower", "ratio", 0.1),
    Metric("consistency.findings", "Findings by the rules per 1,000 words", "lower", "ratio", 0.5),
    Metric("length", "Length : golden", "neither", "ratio"),
    Metric("duplicates", "Sentences said twice", "lower", margin=0.02),
    Metric("calls", "Requests to models", "lower", "count"),
    Metric("tokens.in", "Tokens of prompts", "lower", "count"),
    Metric("tokens.out", "Tokens of answers", "lower", "count"),
    Metric("cost", "US dollars", "lower", "dollars"),
    Metric("seconds", "Seconds", "lower", "seconds"),
)

BY_NAME = {metric.name: metric for metric in METRICS}
