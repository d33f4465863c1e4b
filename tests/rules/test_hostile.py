"""No text makes a rule about text hang or crash: repetition is what regular expressions fear."""

from dataclasses import replace

import pytest

from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.template.reader import read_design

TIMES = 2000
BAIT = {
    "markers": "TODO ",
    "opening braces": "{",
    "placeholders": "{a b}",
    "backticks": "`a ",
    "pipes": "| a",
    "blanks": " ",
    "references": "section 4.9 ",
    "numbers": "1.",
    "opened comments": "<!-- ",
    "suppressions": "<!-- lld: ignore STR003 -- x -->",
    "brackets": "[",
    "links": "[a](#b)",
    "quotation marks": '"',
    "blank lines": "\n \n",
    "ids": "REQ-1 ",
    "parts of an id": "a-",
    "headings": "# a\n",
    "emphasis": "* _",
    "denials": "no a/",
    "question marks": "?",
    "capitals": "A",
}


BEFORE = ["", "| a | b |\n|---|---|\n| ", "# x\n\n- ", "| a | b |\n", "TBD "]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("piece", BAIT.values(), ids=BAIT.keys())
def test_repetition(before: str, piece: str):
    design = read_design(SourceText(before + piece * TIMES + " TBD"), {})
    settings = ReviewSettings(selection=Selection(select=("STR", "REQ")))
    for template in ("", "service"):
        result = review(replace(design, template=template), settings)
        assert result.coverage.rules_failed == ()


@pytest.mark.parametrize("text", ["", "\n", "x", "\r", "#", "|", "\u2028", "---\n---\n", "```"])
def test_next_to_nothing(text: str):
    assert review(read_design(SourceText(text))).coverage.rules_failed == ()


CODE = {
    "enums": "enum A {",
    "members": "enum A { A, ",
    "unions": "type X = 'a' | ",
    "classes": "class X(Enum):\n    \n",
    "comments": "/*",
    "indexes": "CREATE INDEX a ON b (",
    "tables": "CREATE TABLE a (",
}


@pytest.mark.parametrize("piece", CODE.values(), ids=CODE.keys())
@pytest.mark.parametrize("language", ["", "sql"])
def test_repetition_in_code(language: str, piece: str):
    text = f"# x\n\n```{language}\n{piece * TIMES}\n```\n"
    assert review(read_design(SourceText(text), {})).coverage.rules_failed == ()
