"""Runs every case of tests/rules/*.md, and proves that every rule has cases and a page."""

import re
from pathlib import Path

import pytest
from tests.rules.harness import Case, complaint, read_cases, run

from lld_agent.rules.base import Rule
from lld_agent.rules.registry import RETIRED, TABLE, all_rules, rule

HERE = Path(__file__).parent
CASES = [case for path in sorted(HERE.glob("*.md")) for case in read_cases(path)]
HEADINGS = [
    "What it checks",
    "Why",
    "Fires when",
    "Incorrect",
    "Correct",
    "Known false positives",
    "Sections read",
    "Source",
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case):
    marks, result = run(case)
    problem = complaint(case, marks, result)
    assert not problem, problem


@pytest.mark.parametrize("one", all_rules(), ids=lambda one: one.id)
def test_every_rule_has_cases_of_both_kinds(one: Rule):
    own = [case for case in CASES if case.rules[0] == one.id]
    assert sum(case.fires for case in own) >= 2
    assert sum(not case.fires for case in own) >= 2


@pytest.mark.parametrize("one", all_rules(), ids=lambda one: one.id)
def test_every_rule_has_a_page(one: Rule):
    page = type(one).__doc__ or ""
    assert re.findall(r"^ *## (.+)$", page, re.MULTILINE) == HEADINGS
    for body in re.split(r"^ *## .+$", page, flags=re.MULTILINE):
        assert body.strip(), f"{one.id} has an empty part in its page"


def test_case_files_are_named_after_their_rule():
    for path in sorted(HERE.glob("*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0]
        found = rule(path.stem)
        assert found, path.name
        assert title.startswith(f"# {found.id} {found.name}")


def test_ids_are_forever():
    known = (HERE / "ids.txt").read_text(encoding="utf-8").split()
    assert known == sorted(known)
    gone = [rule_id for rule_id in known if rule_id not in TABLE and rule_id not in RETIRED]
    assert not gone, "a rule that goes away is listed in RETIRED with the one that took over"
    new = [rule_id for rule_id in TABLE if rule_id not in known]
    assert not new, f"add {new} to tests/rules/ids.txt"
