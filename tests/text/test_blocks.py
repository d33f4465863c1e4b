"""Blocks tile the document, whatever it is, and keep what markdown-it drops."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lld_agent.model.blocks import BlockKind
from lld_agent.model.source import SourceText
from lld_agent.text.blocks import cell_ranges, parse_blocks

PIECES = [
    "# Title", "## 1.2 Part\n", "text with `code` and **bold**", "- item\n  - nested\n    | a | b |\n    |---|---|\n    | 1 | 2 |",
    "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n| x \\| y |", "```mermaid\nsequenceDiagram\n```", "```\nunclosed", "> quote\n> - list",
    "<!-- comment -->", "---", "\n\n", "1. one\n2. two", "***", "Setext\n===", "    indented", "\u200bzero\u200b width", "\u202ertl",
    "<div>\nhtml\n</div>", "\t- tab", "a | b\n--|--\n1 | 2", "\x00nul", "[a]: /b", "日本語のテキスト。", "|", "||", "\\", "`", "~~~\n", ">" * 40,
]  # fmt: skip
documents = st.lists(st.sampled_from(PIECES), max_size=12).flatmap(
    lambda parts: st.sampled_from(["\n", "\r\n", "\r", "\n\n"]).map(lambda end: end.join(parts))
)


def tiles(text: str) -> str:
    source = SourceText(text)
    return "".join(source.slice(block.span) for block in parse_blocks(source))


@given(documents | st.text(max_size=300))
def test_blocks_tile_the_document(text: str):
    assert tiles(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "- " * 2000 + "x",
        "> " * 3000 + "x",
        "\n".join("  " * n + "- a" for n in range(2000)),
        "x" * 1_000_000,
        "|" * 5000,
    ],
    ids=["lists", "quotes", "indented lists", "one line", "pipes"],
)
def test_deep_and_long_documents_are_read(text: str):
    assert tiles(text) == text


def test_rows_keep_missing_and_surplus_cells():
    source = SourceText("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n| 4 |\n")
    (table,) = parse_blocks(source)
    assert [[cell.raw for cell in row.cells] for row in table.rows] == [["1", "2", "3"], ["4"]]
    assert source.slice(table.rows[0].cells[2].span) == "3"


def test_a_table_may_follow_its_label_without_a_blank_line():
    kinds = [
        b.kind for b in parse_blocks(SourceText("**Inputs:**\n| a | b |\n|---|---|\n| 1 | 2 |\n"))
    ]
    assert kinds == [BlockKind.PARAGRAPH, BlockKind.TABLE]


def test_nested_tables_and_fences_are_reached():
    (block,) = parse_blocks(SourceText("- item\n\n  ```json\n  {}\n  ```\n"))
    assert block.items[0].text == "item"
    assert [child.kind for child in block.items[0].children] == [BlockKind.FENCE]
    assert block.items[0].children[0].text == "{}"


def test_spans_are_those_of_the_original_text_with_crlf_and_bom():
    source = SourceText("# A\r\n\r\n| k | v |\r\n|---|---|\r\n| ä | b |\r\n", bom=True)
    cell = parse_blocks(source)[1].rows[0].cells[1]
    place = source.locate(cell.span)
    assert (place.line, place.column, source.slice(cell.span)) == (5, 7, "b")
    assert source.encode()[place.byte_start : place.byte_end] == b"b"


@given(st.text(alphabet="|\\ ab`", min_size=1, max_size=30))
def test_cells_are_counted_as_markdown_it_counts_them(row: str):
    line = f"| {row} |"
    count = len(cell_ranges(line))
    header = "|" + " h |" * count
    text = f"{header}\n|{'---|' * count}\n{line}\n"
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    cells = [t for t in tokens if t.type == "td_open"]
    assert len(cells) == count
