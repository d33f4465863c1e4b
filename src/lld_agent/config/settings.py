"""What can be set: one model, from which the schema and the reference come."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lld_agent.model.finding import Severity

FailOn = Literal["error", "warning", "info", "never"]


def _dashed(name: str) -> str:
    return name.replace("_", "-")


class Settings(BaseModel):
    """All settings with their defaults. Keys are written with hyphens."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=_dashed, populate_by_name=True
    )

    select: tuple[str, ...] = Field((), description="Rules that run: ids, prefixes, names, ALL")
    ignore: tuple[str, ...] = Field((), description="Rules that do not run")
    extend_select: tuple[str, ...] = Field((), description="Rules that run in addition")
    preview: bool = Field(default=False, description="Run preview rules too")
    fail_on: FailOn = Field("error", description="Lowest severity that makes the exit code 1")
    min_severity: Severity = Field(Severity.INFO, description="Lowest severity that is shown")
    format: tuple[str, ...] = Field(
        ("text",), description="Output formats, each FORMAT or FORMAT:PATH"
    )
    exclude: tuple[str, ...] = Field(
        (), description="Patterns, as in .gitignore, of files to leave out"
    )
    llm: bool = Field(default=False, description="Ask language models in reviews")
    severity: dict[str, Severity] = Field(
        default_factory=dict, description="Severity of rules in place of their own"
    )
    template: Literal["service", "module", "auto"] = Field("auto", description="Template of drafts")
    author: str = Field("", description="Author of drafts")
    project: str = Field("", description="Project of drafts")
    reviewers: str = Field("", description="Reviewers of drafts")
