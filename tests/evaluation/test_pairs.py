"""Pairs of documents around a repair: what counts as caught, and what counts against it."""

import json
from pathlib import Path

import pytest

from lld_agent.cli.run import run
from lld_agent.errors import InputError
from lld_agent.evaluation.pairs import Pair, changed, figures, load_pairs, measure
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings
from lld_agent.rules.selection import Selection

STR3 = ReviewSettings(Selection(select=("STR003", "STR004")))
BEFORE = "# Hubs\n\nBoxes: TBD\n\n## Codes\n\nSix digits.\n\n## Fees\n\nTBD\n"


def pair(after: str, before: str = BEFORE) -> Pair:
    return Pair(id="x", doc_before=before, doc_after=after, category="gap")


def test_caught_is_what_ends_on_a_changed_line():
    found = measure(pair(BEFORE.replace("Boxes: TBD", "Boxes: 40")), Path(), STR3)
    assert [f.location.line for f in found.caught] == [3]
    assert found.elsewhere == found.new == ()


def test_what_stays_is_not_caught():
    found = measure(pair(BEFORE.replace("Boxes: TBD", "All boxes: TBD")), Path(), STR3)
    assert found.caught == found.elsewhere == found.new == ()


def test_what_comes_counts_against_it():
    found = measure(pair(BEFORE + "\n## Limits\n"), Path(), STR3)
    assert [f.rule for f in found.new] == ["STR004"]
    assert found.caught == ()


def test_an_empty_section_that_is_filled_is_caught_beside_the_insertion():
    before = "# Hubs\n\nThey lend bikes.\n\n## Codes\n## Fees\n\nNone, as agreed.\n"
    after = before.replace("## Codes\n", "## Codes\nSix digits.\n")
    found = measure(pair(after, before), Path(), STR3)
    assert [f.rule for f in found.caught] == ["STR004"]


def test_a_finding_with_two_places_may_end_at_one():
    before = "# Hubs\n\n## Codes\n\n### Length\n\n### Letters\n"
    after = before.replace("### Length\n", "### Length\n\nSix.\n")
    found = measure(pair(after, before), Path(), STR3)
    assert [f.rule for f in found.caught] == ["STR004"]


@pytest.mark.parametrize(
    ("before", "after", "regions"),
    [
        ("a\nb\nc", "a\nx\nc", [(range(2, 3), range(2, 3))]),
        ("a\nb\nc", "a\nb\nnew\nc", [(range(2, 4), range(3, 4))]),
        ("a\nb\nc", "a\nc", [(range(2, 3), range(1, 3))]),
        ("a", "a", []),
    ],
)
def test_changed_lines(before: str, after: str, regions: list):
    found = changed(SourceText(before), SourceText(after))
    assert [(region.before, region.after) for region in found] == regions


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/1.md").write_text(BEFORE, encoding="utf-8")
    (tmp_path / "docs/2.md").write_text(BEFORE.replace("Boxes: TBD", "Boxes: 40"), encoding="utf-8")
    rows = [
        {
            "id": "b",
            "category": "data",
            "doc_before": BEFORE,
            "doc_after": BEFORE + "\n## Limits\n",
        },
        {"id": "a", "category": "gap", "doc_before": "docs/1.md", "doc_after": "docs/2.md", "x": 1},
    ]
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return path


def test_halves_are_by_id_and_make_the_whole(file: Path):
    halves = [load_pairs(file, half) for half in "AB"]
    assert [[pair.id for pair in half] for half in halves] == [["a"], ["b"]]
    assert len(load_pairs(file)) == 2


def test_figures_by_category(file: Path):
    measured = [measure(one, file.parent, STR3) for one in load_pairs(file)]
    assert [(f.category, f.pairs, f.caught, f.new) for f in figures(measured)] == [
        ("data", 1, 0, 1),
        ("gap", 1, 1, 0),
        ("all", 2, 1, 1),
    ]


def test_on_the_command_line(file: Path, capsys: pytest.CaptureFixture[str]):
    command = ["eval", "pairs", str(file), "--select", "STR003,STR004"]
    assert run([*command, "--findings"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("a caught: line 3 STR003 ")
    assert "| all | 2 | 1 | 0 | 1 |\n\ncaught less new: 0 of 2\n" in out
    assert run([*command, "--format", "json", "--half", "A"]) == 0
    assert json.loads(capsys.readouterr().out)["caught"] == ["a"]
    assert run([*command, "--half", "C"]) == 2


@pytest.mark.parametrize("line", ["{", '{"id": "x"}', "[]"])
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str):
    path = tmp_path / "pairs.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"pairs\.jsonl:2 is no pair"):
        load_pairs(path)
