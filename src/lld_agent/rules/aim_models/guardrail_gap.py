"""AIM007."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import GuardrailCheck, OutputFilter
from lld_agent.rules.aim_models.about import is_about_models
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared
from lld_agent.rules.unfilled import any_unfilled
from lld_agent.rules.wording import listed

_INFERENCE = re.compile(
    r"/(?:chat/completions|completions|generate|chat|messages|responses)\Z", re.IGNORECASE
)
_MODEL = re.compile(r"\bLLMs?\b|language model|\bprompts?\b|completion", re.IGNORECASE)
_GUARDED = re.compile(
    r"guard-?rail|moderat|content (?:filter|safety|polic)|prompt[- ]injection|jailbreak|toxicity|llama[- ]?guard"
    r"|safety (?:filter|classifier)",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"secur|threat|guard|safety|machine learning|\bML\b", re.IGNORECASE)
_INPUT = re.compile(
    r"input (?:guardrail|validation|check|filter|safety)|prompt[- ]injection|jailbreak",
    re.IGNORECASE,
)
_OUTPUT = re.compile(
    r"output (?:guardrail|filter|validation|check|safety|moderation)|response (?:filter|moderation)|outgoing",
    re.IGNORECASE,
)


class GuardrailGap(Rule):
    """What goes into a model and what comes out of it is checked, and a failed check has a consequence.

    ## What it checks
    Tables of input checks and output filters; endpoints that hand user text to a model.

    ## Why
    A check of one side lets the other through: injected prompts in, personal data out.

    ## Fires when
    One of the two tables is there and the document says nothing of the other side, the action of a row is blank, or
    an inference endpoint is served and no word of guardrails is said.

    ## Incorrect
        Input checks, and no output filter

    ## Correct
        | Personal data | Any e-mail address in the answer | Masked |

    ## Known false positives
    Guardrails of a gateway that the document does not name. Documents without a part about security or models are exempt.

    ## Sections read
    Input checks, output filters, endpoints, text.

    ## Source
    OWASP Top 10 for LLM Applications 2025, LLM01 and LLM05.
    """

    id: ClassVar[str] = "AIM007"
    name: ClassVar[str] = "guardrail-gap"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit for sides and one for actions."""
        inputs = [row for row in design.of(GuardrailCheck) if row.confidence >= 0.5]
        outputs = [row for row in design.of(OutputFilter) if row.confidence >= 0.5]
        if not any(is_about_models(design, row) for row in (*inputs, *outputs)):
            inputs, outputs = [], []
        # A description without any part about security is no place where guardrails would stand.
        judged = any(section.level and _ABOUT.search(section.title) for section in design.sections)
        served = [
            e
            for e in declared(design)
            if e.method == "POST" and _INFERENCE.search(e.path.rstrip("/"))
        ]
        text = design.source.text
        if any_unfilled((*inputs, *outputs)) or not (
            inputs or outputs or (served and judged and _MODEL.search(text))
        ):
            yield Skipped("no guardrails, and no endpoint of a language model")
            return
        if inputs and not outputs and not _OUTPUT.search(text):
            yield _one_sided(
                inputs, "what goes into the model is checked, and nothing is said of what comes out"
            )
        elif outputs and not inputs and not _INPUT.search(text):
            yield _one_sided(
                outputs,
                "what comes out of the model is filtered, and nothing is said of what goes in",
            )
        elif not inputs and not outputs and not _GUARDED.search(text):
            first = served[0]
            yield Hit(
                message=f"{first.method} {first.path} hands text of users to a model, and the document names no guardrail",
                places=(Place(first.span),),
                subject=f"{first.method} {first.path}",
                object="guardrails",
                hint="say what is checked before and after, or which service does it",
            )
        blank = [r for r in inputs if _is_blank(r, "action")] + [
            r for r in outputs if _is_blank(r, "response")
        ]
        if blank:
            names = listed(row.key.text for row in blank)
            yield Hit(
                message=f"nothing happens when {names} fails",
                places=tuple(Place(row.span) for row in blank),
                subject="guardrails",
                object=names,
                hint="reject, mask or flag",
            )


def _one_sided(rows: list[ReadRow], message: str) -> Hit:
    return Hit(
        message=message,
        places=(Place(rows[0].span),),
        subject="guardrails",
        object=rows[0].kind.__name__,
        hint="add the other side, or say which service does it",
    )


def _is_blank(row: ReadRow, name: str) -> bool:
    return row[name].present and is_none(row[name].text) and not is_open(row[name].text)
