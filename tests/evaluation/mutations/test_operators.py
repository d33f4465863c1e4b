"""Operators on designs of ours: exactly one edit each, killed where rules are to find it, silent where not."""

from functools import cache
from pathlib import Path

import pytest

from lld_agent.errors import InternalError, UsageError
from lld_agent.evaluation.mutations.base import Edit, Kind, Operator, Patch, mutate
from lld_agent.evaluation.mutations.figures import figures, reasons
from lld_agent.evaluation.mutations.registry import OPERATORS, named
from lld_agent.evaluation.mutations.run import Plan, designs, judge, load, measure, mutants
from lld_agent.model.design import Design
from lld_agent.model.finding import Tier
from lld_agent.model.source import SourceText, Span
from lld_agent.rules.registry import TABLE, all_rules
from lld_agent.template.reader import read_design

ROOT = Path(__file__).parents[3]
MODULE = "evals/golden/quota-ledger/golden.md"
SERVICE = "evals/golden/payout-batches/golden.md"


@cache
def design(path: str) -> Design:
    return load(str(ROOT / path)).design


def by_id(name: str) -> Operator:
    return next(operator for operator in OPERATORS if operator.id == name)


def test_ids_are_unique_and_expect_rules_that_exist():
    ids = [operator.id for operator in OPERATORS]
    assert len(ids) == len(set(ids))
    for operator in OPERATORS:
        assert set(operator.expect) <= set(TABLE), operator.id
        assert {rule for rule in operator.also if rule != "*"} <= set(TABLE), operator.id
        assert operator.expect or operator.kind in {Kind.CRITICS, Kind.NONE}, operator.id


def test_every_operator_of_the_design_is_there():
    assert {f"MU{number:02}" for number in range(1, 67)} <= {o.id for o in OPERATORS}


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.id)
@pytest.mark.parametrize("path", [MODULE, SERVICE])
def test_an_operator_makes_exactly_one_edit(operator: Operator, path: str):
    source = design(path).source
    for edit in list(operator.sites(design(path)))[:4]:
        mutant = mutate(operator, design(path), edit)
        if operator.everywhere:
            assert mutant.source.text != source.text
            continue
        (patch,) = edit.patches
        assert mutant.source.text.startswith(source.text[: patch.span.start])
        assert mutant.source.text.endswith(source.text[patch.span.end :])
        pairs = zip(source.lines, mutant.source.lines, strict=False)
        first = next(n for n, (one, other) in enumerate(pairs, 1) if one != other)
        assert min(mutant.lines) <= first <= max(mutant.lines) + 1


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (MODULE, "MU01"), (MODULE, "MU12"), (MODULE, "MU26"), (MODULE, "MU10"),
        (SERVICE, "MU05"), (SERVICE, "MU34"), (SERVICE, "MU55b"), (SERVICE, "MU45"),
    ],
)  # fmt: skip
def test_a_defect_is_killed_at_its_place(path: str, name: str):
    clean = load(str(ROOT / path))
    found = [judge(clean, mutant) for mutant in mutants(clean, [by_id(name)], 1, 1)]
    assert found
    assert all(outcome.killed for outcome in found)


def test_without_the_expected_rule_nothing_is_killed():
    clean = load(str(ROOT / SERVICE))
    (mutant,) = mutants(clean, [by_id("MU34")], 1, 1)
    blind = Operator("X", "", "", ("AIM001",), mutant.operator.sites)
    (seen,) = [
        judge(clean, mutate(blind, clean.design, edit))
        for edit in list(blind.sites(clean.design))[:1]
    ]
    assert not seen.killed
    assert [one.rule for one in seen.collateral] == ["ERR008"]


def test_a_finding_elsewhere_kills_nothing():
    text = "# A\n\n| Dependency | Type | Fallback |\n| --- | --- | --- |\n| Redis | Required | Reads go on |\n\n# B\n"
    clean = read_design(SourceText(text, "design.md"))
    edit = Edit((Patch(Span(2, 3), "C"),))
    mutant = mutate(by_id("EQ08"), clean, edit)
    assert mutant.lines == {1}
    assert mutant.counterpart == frozenset()
    assert (mutant.before, mutant.after) == ("# A", "# C")


@pytest.mark.parametrize("name", [o.id for o in OPERATORS if o.kind is Kind.NONE])
def test_what_is_no_defect_is_not_found(name: str):
    clean = load(str(ROOT / MODULE))
    for mutant in mutants(clean, [by_id(name)], 1, 1):
        outcome = judge(clean, mutant)
        assert outcome.collateral == (), mutant.after


def test_an_edit_that_is_none_is_refused():
    clean = read_design(SourceText("# A\n", "design.md"))
    with pytest.raises(InternalError, match="changes nothing"):
        mutate(by_id("MU01"), clean, Edit((Patch(Span(0, 3), "# A"),)))
    with pytest.raises(InternalError, match="2 edits"):
        mutate(by_id("MU01"), clean, Edit((Patch(Span(0, 1), "x"), Patch(Span(2, 3), "y"))))
    with pytest.raises(InternalError, match="outside"):
        mutate(by_id("MU01"), clean, Edit((Patch(Span(2, 9), "x"),)))
    with pytest.raises(InternalError, match="twice"):
        mutate(by_id("EQ01"), clean, Edit((Patch(Span(0, 2), "x"), Patch(Span(1, 3), "y"))))


def test_the_seed_decides_which_places():
    clean = load(str(ROOT / SERVICE))
    operator = [by_id("MU53")]

    def places(seed: int) -> list[frozenset[int]]:
        return [mutant.lines for mutant in mutants(clean, operator, 2, seed)]

    assert places(1) == places(1)
    assert any(places(1) != places(seed) for seed in range(2, 6))


def test_operators_are_named_by_patterns():
    assert named(("MU40*",)) == ("MU40", "MU40b")
    with pytest.raises(UsageError, match="no operator is called 'MU999'"):
        named(("MU999",))


def test_reasons_are_about_stable_rules():
    stable = {rule.id for rule in all_rules() if rule.tier is Tier.STABLE}
    assert set(reasons()) <= stable
    assert all(len(reason) > 20 for reason in reasons().values())


def test_only_the_expected_rules_run_when_only_kills_count():
    plan = Plan((str(ROOT / SERVICE),), ("MU34",), most=1, kills_only=True)
    (outcome,) = measure(plan)
    assert outcome.killed
    assert outcome.collateral == ()


@pytest.mark.parametrize("name", ["MU66", "MU66b"])
def test_orders_in_the_text_change_no_other_finding(name: str):
    clean = load(str(ROOT / SERVICE))
    found = [judge(clean, mutant) for mutant in mutants(clean, [by_id(name)], 2, 1)]
    assert found
    for outcome in found:
        assert [seen.rule for seen in outcome.killed] == ["TXT005"]
        assert outcome.collateral == ()


REACHED = 0.91
"""A floor: what the last whole run reached. The bar is 0.95 and is missed, see docs/measurements.md."""


@pytest.mark.long
def test_no_less_than_reached_is_killed_and_the_other_bars_hold_on_all_golden_designs():
    plan = Plan(designs(ROOT / "evals" / "golden"), most=2, jobs=2)
    found = figures(measure(plan), (), whole=True)
    assert found.deterministic.mutants >= 200
    assert found.deterministic.rate >= REACHED
    assert found.deterministic.noise <= 0.2
    assert found.equivalent.collateral + found.equivalent.preview == 0
    assert [rule for rule, reason in found.silent.items() if not reason] == []
    assert found.stale == ()
