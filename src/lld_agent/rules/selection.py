"""Which rules run, and how severe they are: selectors as people know them from ruff."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from lld_agent.errors import UsageError
from lld_agent.model.finding import Severity, Tier
from lld_agent.rules.base import Rule
from lld_agent.rules.registry import RETIRED

_EXACT = 100  # more specific than any prefix is long
_FAMILY = re.compile(r"[A-Z]{3}\d{0,3}")


@dataclass(frozen=True, slots=True)
class Selection:
    """What `--select`, `--ignore`, `--extend-select`, `--preview` and the settings say.

    Attributes:
        select: selectors; empty means every stable rule.
        ignore: selectors of rules that do not run.
        extend_select: selectors of rules that run in addition.
        preview: whether selectors of more than one rule take in preview rules.
        severities: selector to severity, in place of the rule's own.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preview: bool = False
    severities: Mapping[str, Severity] = field(default_factory=dict)


def choose(selection: Selection, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """Return the rules that a selection leaves, in the order given.

    A selector is `ALL`, a prefix of ids (`API`, `API0`), an id or a name. The more specific of
    `select` and `ignore` wins (`--select API001 --ignore API` runs API001); between equals,
    `ignore` does. A preview rule runs when it is named itself, or with `preview`.

    Raises:
        UsageError: a selector fits no rule; the hint names the nearest that would.
    """
    wanted = [*(selection.select or ("ALL",)), *selection.extend_select]
    _prove_known([*wanted, *selection.ignore, *selection.severities], rules)

    def runs(rule: Rule) -> bool:
        yes = max(specificity(selector, rule) for selector in wanted)
        no = max((specificity(selector, rule) for selector in selection.ignore), default=-1)
        if rule.tier is Tier.PREVIEW and yes < _EXACT and not selection.preview:
            return False
        return yes > no

    return tuple(rule for rule in rules if runs(rule))


def severity_of(rule: Rule, severities: Mapping[str, Severity]) -> Severity | None:
    """Return the severity that the most specific fitting selector gives a rule, or None."""
    fitting = [(specificity(s, rule), severity) for s, severity in severities.items()]
    best = max(fitting, key=lambda pair: pair[0], default=(-1, None))
    return best[1] if best[0] >= 0 else None


def specificity(selector: str, rule: Rule) -> int:
    """Return how closely a selector names a rule: -1 not at all, 0 as one of all, 100 itself."""
    text = selector.strip().upper()
    text = RETIRED.get(text, text)
    if text == "ALL":
        return 0
    if text == rule.id or text == rule.name.upper():
        return _EXACT
    return len(text) if _FAMILY.fullmatch(text) and rule.id.startswith(text) else -1


def _prove_known(selectors: Iterable[str], rules: Sequence[Rule]) -> None:
    for selector in selectors:
        if any(specificity(selector, rule) >= 0 for rule in rules):
            continue
        raise UsageError(f"no rule fits the selector {selector!r}", _suggestion(selector, rules))


def _suggestion(selector: str, rules: Sequence[Rule]) -> str:
    families = sorted({rule.id[:3] for rule in rules})
    names = {name.upper(): name for rule in rules for name in (rule.id, rule.name)}
    names |= {family: family for family in families}
    near = get_close_matches(selector.strip().upper(), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean {names[near[0]]}?"
    return f"families are {', '.join(families)}; `lld-agent rules` lists all rules"
