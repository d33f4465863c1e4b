"""Escapes are exact inverses, and what they protect stays in its place."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lld_agent.model.canonical import canonical
from lld_agent.text import escape

PARTS = [
    *"|\\`<>br/ \n#*-=_~:[]!ab1.é日😀\u202e",
    "<br>",
    "<!--",
    "-->",
    "{{x}}",
    "<|endoftext|>",
    "**Inputs:**",
    "---|---",
]
HOSTILE = st.lists(st.sampled_from(PARTS), max_size=40).map(
    lambda parts: str(canonical("".join(parts)))
)


@given(HOSTILE)
def test_cells_come_back(value: str):
    assert escape.decode_cell(escape.encode_cell(value)) == value


@given(HOSTILE)
def test_a_cell_stays_one_cell(value: str):
    text = f"| a | b |\n|---|---|\n| {escape.encode_cell(value)} | end |\n"
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    cells = [tokens[n + 1].content for n, t in enumerate(tokens) if t.type == "td_open"]
    assert len(cells) == 2
    assert cells[1] == "end"


@given(HOSTILE)
def test_prose_comes_back(value: str):
    assert escape.unescape_prose(escape.escape_prose(value, ("Inputs",)), ("Inputs",)) == value


@given(HOSTILE)
def test_prose_starts_no_heading_table_fence_or_html(value: str):
    tokens = MarkdownIt("commonmark").enable("table").parse(escape.escape_prose(value))
    top = {t.type for t in tokens if t.level == 0}
    assert not top & {"heading_open", "table_open", "fence", "html_block", "blockquote_open", "hr"}


@given(HOSTILE.filter(lambda text: text and "\n" not in text))
def test_code_spans_come_back(value: str):
    assert escape.uncode_span(escape.code_span(value)) == value


def test_labels_are_escaped_only_where_they_are_known():
    assert escape.escape_prose("**Inputs:** x", ("Inputs",)) == "\\**Inputs:** x"
    assert escape.escape_prose("**Note:** x", ("Inputs",)) == "**Note:** x"


def test_a_long_run_of_backslashes_is_linear():
    value = "\\" * 100_000 + "a"
    assert escape.decode_cell(escape.encode_cell(value)) == value
