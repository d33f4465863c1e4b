"""Words, links and code spans of inline Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.model.source import SourceText
from lld_agent.text.blocks import parse_blocks
from lld_agent.text.comments import find_comments
from lld_agent.text.inline import code_spans, links, masked_code, plain


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("**Responsibility**", "Responsibility"),
        ("`id` and ``a`b``", "id and a`b"),
        ("[PRD](../prd.md) of *today*", "PRD of today"),
        ("a<br>b &amp; c", "a b & c"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (r"\*not\* bold", "*not* bold"),
        ("<https://example.org/x>", "https://example.org/x"),
        ("a < b and c > d", "a < b and c > d"),
        ("![alt text](x.png)", "alt text"),
        ("`*code*` *em*", "*code* em"),
        ("unclosed `tick", "unclosed `tick"),
    ],
)
def test_plain(raw: str, words: str):
    assert plain(raw) == words


@given(st.text(alphabet="`*_[]()<>\\&!ab \n", max_size=80))
def test_no_text_breaks_the_scanner(raw: str):
    plain(raw)
    assert len(masked_code(raw)) == len(raw)
    for code in code_spans(raw):
        assert raw[code.start] == raw[code.end - 1] == "`"


def test_links_have_their_places():
    raw = "see [a](x.md#y) and `[no](n.md)` and https://example.org/p."
    found = list(links(raw, 10))
    assert [(link.text, link.target) for link in found] == [
        ("a", "x.md#y"),
        ("https://example.org/p",) * 2,
    ]
    assert raw[found[0].span.start - 10 : found[0].span.end - 10] == "[a](x.md#y)"


@pytest.mark.parametrize(
    "bait",
    ["[" * 20_000, "](" * 20_000, "`" * 20_000, "*" * 20_000, "<a" * 20_000, "[a](" * 10_000],
)
def test_bait_is_read_in_linear_time(bait: str):
    # A quadratic scanner would need minutes for these.
    plain(bait)
    list(links(bait))


def test_comments_in_code_are_none():
    text = "a <!-- one --> `<!-- no -->`\n\n```\n<!-- no -->\n```\n\n| x | <!-- two --> |\n|---|---|\n\n<!-- three -->\n"
    source = SourceText(text)
    found = find_comments(source, parse_blocks(source))
    assert [comment.text for comment in found] == ["one", "two", "three"]
    assert source.slice(found[0].span) == "<!-- one -->"
