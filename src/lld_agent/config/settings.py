"""What can be set: one model, from which the schema and the reference come."""

from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lld_agent.model.finding import Severity

FailOn = Literal["error", "warning", "info", "never"]
Stage = Literal["extract", "spine", "section", "patch", "critic", "verify", "judge"]
"""The kinds of questions that models are asked."""


DESIGNS = (
    *(f"docs/{folder}/**/*.md" for folder in ("design", "designs", "rfc", "rfcs", "lld", "adr")),
    *(f"**/*{word}*.md" for word in ("design", "rfc", "lld")),
)
"""What the bot takes for designs when nobody says otherwise."""


def _address(value: str) -> str:
    """Return an address without the last slash; "" stays.

    The messages do not repeat the value: it may hold a password.
    """
    if not value:
        return value
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address like http://localhost:11434/v1")
    if parts.username or parts.password:
        raise ValueError("must hold no user and password: keys are read from the environment")
    return value.rstrip("/")


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
    baseline: str = Field("", description="File of known findings that reviews leave out")
    llm: bool = Field(
        default=False, description="Ask critics, which are language models, in reviews"
    )
    critics: tuple[str, ...] = Field(
        (), description="Critics that models are asked as, by key, id or name; all when empty"
    )
    critic_samples: int = Field(
        1,
        ge=1,
        le=3,
        description="How often `edge` and `contradiction` are asked: each reading finds other things",
    )
    critics_fail_on: FailOn = Field(
        "never",
        description="Lowest severity at which a finding of a model makes the exit code 1; rules have `fail-on`",
    )
    draft_critics: bool = Field(
        default=False,
        description="Let critics read a draft that a model wrote, and repair what they find",
    )
    rule_url: str = Field(
        "", description="Address of the pages of rules, with {id} for the id; reports link there"
    )
    severity: dict[str, Severity] = Field(
        default_factory=dict, description="Severity of rules in place of their own"
    )
    template: Literal["service", "module", "auto"] = Field("auto", description="Template of drafts")
    author: str = Field("", description="Author of drafts")
    project: str = Field("", description="Project of drafts")
    reviewers: str = Field("", description="Reviewers of drafts")
    model: str = Field("", description="Model to ask, as litellm names it (`openai/gpt-5.2`)")
    models: dict[Stage, str] = Field(
        default_factory=dict,
        description="Model of a stage in place of `model`: extract, spine, section, patch, critic, verify, judge",
    )
    fallbacks: tuple[str, ...] = Field(
        (), description="Models to ask, in this order, when one is not available"
    )
    base_url: Annotated[str, AfterValidator(_address)] = Field(
        "", description="Address of an OpenAI-compatible server, up to and including /v1"
    )
    structured: Literal["auto", "strict", "prompt"] = Field(
        "auto",
        description="How answers get their form: the schema constrains decoding (strict) or stands in the prompt",
    )
    jobs: int = Field(4, ge=1, le=64, description="Requests in flight at a time")
    timeout: float = Field(600.0, gt=0, description="Seconds that one request may take")
    max_cost: Decimal | None = Field(
        None, ge=0, allow_inf_nan=False, description="US dollars that a run may cost at most"
    )
    max_tokens: int | None = Field(
        None, ge=0, description="Tokens, of prompts and answers, that a run may use at most"
    )
    cache_dir: str = Field(
        "", description="Folder for answers of models; the user's cache folder when empty"
    )

    bot_include: tuple[str, ...] = Field(
        DESIGNS,
        description="Patterns, as in .gitignore, of files that the bot takes for designs; in whatever case",
    )
    bot_inline: int = Field(
        10, ge=0, le=25, description="Comments of the bot that may stand open on lines of a diff"
    )
    bot_drafts: bool = Field(default=False, description="Review pull requests that are drafts too")

    def model_for(self, stage: Stage) -> str:
        """Return the model of a stage, "" where none is set."""
        return self.models.get(stage) or self.model
