"""Which lines a comment speaks for; what becomes of findings is in the cases of STR011."""

import pytest

from lld_agent.model.source import SourceText
from lld_agent.rules.suppression import read_suppressions
from lld_agent.template.reader import read_design

MARK = "<!-- lld: ignore STR003 -- why -->"


def lines_of(text: str) -> list[tuple[int, int]]:
    found, faults = read_suppressions(read_design(SourceText(text)))
    assert not faults
    return [(one.first, one.last) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"a\nb {MARK}\nc\n", (2, 2), id="end of a line"),
        pytest.param(f"| a |\n|---|\n| b {MARK} |\n| c |\n", (3, 3), id="last cell of a row"),
        pytest.param(f"- a\n- b {MARK}\n- c\n", (2, 2), id="end of an item"),
        pytest.param(f"{MARK}\na\nb\n\nc\n", (2, 3), id="above a paragraph"),
        pytest.param(f"{MARK}\n\na\nb\n\nc\n", (3, 4), id="above, with a blank line"),
        pytest.param(f"a\n\n{MARK}\n- b\n- c\n  - d\n\ne\n", (4, 6), id="above a list"),
        pytest.param(f"{MARK}\n\n| a |\n|---|\n| b |\n\nc\n", (3, 5), id="above a table"),
        pytest.param(f"{MARK}\n<!-- more -->\n\na\n", (4, 4), id="above, with another comment"),
        pytest.param(f"{MARK}\n```\na\n```\nb\n", (2, 4), id="above a fence"),
        pytest.param(f"# A\n## B {MARK}\nb\n### C\nc\n## D\nd\n", (2, 5), id="on a heading"),
        pytest.param(f"# A\n\n{MARK}\n## B\nb\n### C\nc\n## D\nd\n", (4, 7), id="above a heading"),
        pytest.param(f"- a\n  {MARK}\n- b\n- c\n\nd\n", (3, 4), id="in a list"),
        pytest.param(f"a\n\n{MARK}\n", (1, 0), id="above nothing"),
        pytest.param("<!-- lld: ignore-file STR003 -- why -->\na\n\nb", (1, 4), id="file"),
        pytest.param("a\n\n<!--\nlld: ignore STR003\n-- why\n-->\nb\n", (7, 7), id="many lines"),
        pytest.param(f"a\r\n\r\n{MARK}\r\nb\r\nc\r\n", (4, 5), id="CRLF"),
    ],
)
def test_lines(text: str, expected: tuple[int, int]):
    assert lines_of(text) == [expected]


@pytest.mark.parametrize(
    ("comment", "rules", "reason"),
    [
        ("lld: ignore STR003, STR004 -- a -- b", ("STR003", "STR004"), "a -- b"),
        ("lld:ignore open-marker str004 — why", ("STR003", "STR004"), "why"),
        ("LLD: Ignore STR003 STR003 --  why\n so", ("STR003",), "why so"),
    ],
)
def test_ids_and_reason(comment: str, rules: tuple[str, ...], reason: str):
    found, _ = read_suppressions(read_design(SourceText(f"a <!-- {comment} -->\n")))
    assert [(one.rules, one.reason) for one in found] == [(rules, reason)]


@pytest.mark.parametrize(
    "text", ["`<!-- lld: ignore -->`\n", "```\n<!-- lld: ignore -->\n```\n", "<!-- lld -->\n"]
)
def test_what_is_no_directive(text: str):
    assert read_suppressions(read_design(SourceText(text))) == ((), ())


def test_an_unknown_rule_among_known_ones_does_not_take_them_down():
    text = "a <!-- lld: ignore STR003, STR999 -- why -->\n"
    found, faults = read_suppressions(read_design(SourceText(text)))
    assert [one.rules for one in found] == [("STR003",)]
    assert "STR999" in faults[0].message
