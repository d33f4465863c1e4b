"""AIM005."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.token_counts import token_counts

_KILO = 1.024
"""8k of a context may be 8192."""


class ContextOverrun(Rule):
    """Input and output fit into the context of the model.

    ## What it checks
    The most input and output tokens against the context length.

    ## Why
    The longest prompts that are allowed are refused by the runtime, or their answers are cut.

    ## Fires when
    Input plus output is above the context length, or one of them is.

    ## Incorrect
        Input at most 8k tokens, output at most 4k, max_model_len 8192

    ## Correct
        Input at most 4k tokens, output at most 4k, max_model_len 8192

    ## Known false positives
    Limits of different models in one table.

    ## Sections read
    Token budget, model parameters, variables.

    ## Source
    vLLM documentation, Engine Arguments, max-model-len.
    """

    id: ClassVar[str] = "AIM005"
    name: ClassVar[str] = "context-overrun"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        counts = token_counts(design)
        whole = counts.get("context")
        parts = [counts[kind] for kind in ("input", "output") if kind in counts]
        if whole is None or not parts:
            yield Skipped("needs a context length, and the most input or output tokens")
            return
        total = sum(part.limit for part in parts)
        if total > whole.limit * (_KILO if whole.kilo else 1.0):
            texts = " + ".join(f"{part.name} {part.raw}" for part in parts)
            yield Hit(
                message=f"{texts} is {total}, above {whole.name} {whole.raw}",
                places=(*(Place(part.span) for part in parts), Place(whole.span, "the context")),
                subject="tokens",
                object=whole.name,
                hint="lower a limit, or use a longer context",
            )
