"""What mutants that were judged come to: kills, collateral, rules that fired and that did not."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lld_agent.evaluation.mutations.base import Kind, Operator
from lld_agent.evaluation.mutations.registry import OPERATORS
from lld_agent.evaluation.mutations.run import Outcome
from lld_agent.model.finding import Tier
from lld_agent.rules.registry import all_rules


@dataclass(frozen=True, slots=True)
class Tally:
    """Mutants of one operator, or of many.

    Attributes:
        mutants: how many. killed: found by an expected rule at the place.
        stable: of those, how many by a stable rule: what a person sees by default.
        collateral: findings beside those expected, of stable rules; preview: of the others.
        consequences: findings that are true of the defect, elsewhere.
    """

    mutants: int = 0
    killed: int = 0
    stable: int = 0
    collateral: int = 0
    preview: int = 0
    consequences: int = 0

    @property
    def rate(self) -> float:
        """Share of mutants that are killed; 0 without any."""
        return self.killed / self.mutants if self.mutants else 0.0

    @property
    def noise(self) -> float:
        """Collateral findings of stable rules per mutant."""
        return self.collateral / self.mutants if self.mutants else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a run.

    Attributes:
        operators: each operator with its tally, those without a place too.
        deterministic: all mutants of class D. either: of class D+L. critics: of class L.
        equivalent: those that are no defects; `collateral` is what must be 0.
        fired: stable rule → mutants that it killed.
        silent: stable rules that killed none, with the reason that is on file, "" for none.
        stale: rules that killed a mutant although a reason says that none can.
    """

    operators: tuple[tuple[Operator, Tally], ...]
    deterministic: Tally
    either: Tally
    critics: Tally
    equivalent: Tally
    fired: Mapping[str, int]
    silent: Mapping[str, str]
    stale: tuple[str, ...]


@cache
def reasons() -> Mapping[str, str]:
    """Return rule → why no operator can make it fire."""
    text = files("lld_agent.evaluation.mutations").joinpath("data/silent_rules.toml")
    return dict(tomllib.loads(text.read_text(encoding="utf-8"))["reasons"])


def figures(outcomes: Iterable[Outcome], operators: tuple[str, ...], *, whole: bool) -> Figures:
    """Return the figures of judged mutants.

    Args:
        outcomes: of the run.
        operators: ids that ran; empty: all.
        whole: all of it ran on the golden designs, so that a rule without a kill is silent.
    """
    known = list(outcomes)
    by_operator = [o for o in OPERATORS if not operators or o.id in operators]
    kinds = {o.id: o.kind for o in by_operator}
    fired = Counter(
        rule
        for outcome in known
        if kinds[outcome.operator] is not Kind.NONE
        for rule in {seen.rule for seen in outcome.killed if seen.stable}
    )
    stable = [rule.id for rule in all_rules() if rule.tier is Tier.STABLE]
    silent = {rule: reasons().get(rule, "") for rule in stable if whole and not fired[rule]}
    return Figures(
        tuple((o, _tally(x for x in known if x.operator == o.id)) for o in by_operator),
        _tally(x for x in known if kinds[x.operator] is Kind.RULES),
        _tally(x for x in known if kinds[x.operator] is Kind.EITHER),
        _tally(x for x in known if kinds[x.operator] is Kind.CRITICS),
        _tally(x for x in known if kinds[x.operator] is Kind.NONE),
        dict(sorted(fired.items())),
        silent,
        tuple(rule for rule in reasons() if fired[rule]),
    )


def _tally(outcomes: Iterable[Outcome]) -> Tally:
    known = list(outcomes)
    extra = [seen for outcome in known for seen in outcome.collateral]
    return Tally(
        len(known),
        sum(bool(outcome.killed) for outcome in known),
        sum(any(seen.stable for seen in outcome.killed) for outcome in known),
        sum(seen.stable for seen in extra),
        sum(not seen.stable for seen in extra),
        sum(len(outcome.consequences) for outcome in known),
    )
