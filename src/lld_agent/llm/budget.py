"""What a run may spend: asked before every request, so that the limit is never crossed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from lld_agent.errors import UsageError
from lld_agent.llm.prices import FREE, dollars, facts
from lld_agent.llm.request import Failure, FailureKind
from lld_agent.model.usage import NOTHING, Usage


@dataclass(slots=True)
class RunBudget:
    """Limits of money and tokens, and what of them is spent or set aside.

    A request is set aside at the most that it can cost: the whole prompt at the dearest price that
    can apply, and an answer of `max_output` tokens. Requests that run at the same time are all
    counted, so together they cannot cross a limit either.

    Attributes:
        max_cost: US dollars, None for no limit.
        max_tokens: prompts and answers together, None for no limit.
        base_url: as in `prices.facts`.
        spent: of all requests that are settled.
    """

    max_cost: Decimal | None = None
    max_tokens: int | None = None
    base_url: str = ""
    spent: Usage = NOTHING
    _held_tokens: int = field(default=0, init=False)
    _held_cost: Decimal = field(default=FREE, init=False)

    def require_prices(self, models: Iterable[str]) -> None:
        """Check, before the first request, that a limit of money can be kept.

        Raises:
            UsageError: `max_cost` is set and the price of one of the models is unknown.
        """
        if self.max_cost is None:
            return
        unknown = [name for name in dict.fromkeys(models) if self._most(name, 1, 1) is None]
        if unknown:
            raise UsageError(
                f"--max-cost cannot be kept: the price of {', '.join(unknown)} is unknown",
                "use --max-tokens, or a model whose price `lld-agent models` shows",
            )

    def reserve(self, model: str, tokens_in: int, max_output: int) -> Failure | None:
        """Set the most that a request can use aside.

        Returns:
            None where it fits; a failure, and nothing set aside, where it could cross a limit.
        """
        tokens = tokens_in + max_output
        most = self._most(model, tokens_in, max_output)
        failure = self._tokens_short(tokens) or self._money_short(model, most)
        if failure is None:
            self._held_tokens += tokens
            self._held_cost += most or FREE
        return failure

    def settle(self, model: str, tokens_in: int, max_output: int, usage: Usage) -> None:
        """Give back what `reserve` with the same numbers set aside, and count what was used.

        Where a provider did not say what it used, the prompt is counted as it was estimated: it
        may have been charged.
        """
        self._held_tokens -= tokens_in + max_output
        self._held_cost -= self._most(model, tokens_in, max_output) or FREE
        if not usage.complete and usage.tokens_in < tokens_in:
            cost = facts(model, self.base_url).cost(tokens_in, usage.tokens_out)
            usage = usage.model_copy(update={"tokens_in": tokens_in, "cost": cost})
        self.spent += usage

    def _most(self, model: str, tokens_in: int, max_output: int) -> Decimal | None:
        return facts(model, self.base_url).most(tokens_in, max_output)

    def _tokens_short(self, tokens: int) -> Failure | None:
        if self.max_tokens is None:
            return None
        left = self.max_tokens - self.spent.tokens_in - self.spent.tokens_out - self._held_tokens
        if tokens <= left:
            return None
        return Failure(
            FailureKind.BUDGET,
            f"the next request can use {tokens:,} tokens; {max(left, 0):,} of --max-tokens {self.max_tokens:,} are left",
            "raise --max-tokens and resume: what is done is kept",
        )

    def _money_short(self, model: str, most: Decimal | None) -> Failure | None:
        if self.max_cost is None:
            return None
        if most is None or self.spent.cost is None:
            return Failure(
                FailureKind.BUDGET,
                f"--max-cost cannot be kept: the price of {model} is unknown",
                "use --max-tokens, or a model whose price `lld-agent models` shows",
            )
        left = self.max_cost - self.spent.cost - self._held_cost
        if most <= left:
            return None
        rest = f"{dollars(max(left, FREE))} of --max-cost {dollars(self.max_cost)} is left"
        return Failure(
            FailureKind.BUDGET,
            f"the next request can cost {dollars(most)}; {rest}",
            "raise --max-cost and resume: what is done is kept",
        )
