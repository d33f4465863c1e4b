"""What critics are shown: every line, numbered, nothing hidden, nothing cut without a word."""

from hypothesis import given
from hypothesis import strategies as st
from tests.critics.scripts import DESIGN, THREATS

from lld_agent.critics import reading
from lld_agent.critics.candidates import Document
from lld_agent.critics.material import prefix
from lld_agent.critics.reading import Part, numbered, parts_for, visible_lines
from lld_agent.model.source import SourceText
from lld_agent.rules.critics import critics
from lld_agent.template.reader import read_design
from lld_agent.text.fence import fenced

EDGE, THREAT, ML = (next(c for c in critics() if c.key == key) for key in ("edge", "threat", "ml"))
SECURED = DESIGN + THREATS + "\n## Costs\n\nNobody asked.\n"


def words(text: str) -> int:
    return len(text.split())


def read(text: str):
    design = read_design(SourceText(text, "design.md"))
    return design, visible_lines(design)


def test_comments_are_not_shown_and_lines_keep_their_numbers():
    design, lines = read("# A\n\nOne <!-- hide\nthis --> two\n\n[//]: # (and this)\n\nlast\n")
    assert len(lines) == len(design.source.lines)
    assert [line.split() for line in lines[2:4]] == [["One"], ["two"]]
    assert lines[5] == ""
    assert lines[7] == "last"


def test_encoded_data_is_named_not_shown():
    _, lines = read(f"![x](data:image/png;base64,{'A' * 900})\n")
    assert lines[0] == "![x](data:image/png;base64,[900 characters of encoded data])"


def test_a_critic_of_the_whole_document_sees_every_line():
    design, lines = read(SECURED)
    (part,) = parts_for(EDGE, design, lines, words)
    assert part.lines == tuple(range(1, len(lines) + 1))[: len(part.lines)]
    assert len(part.lines) >= len(SECURED.splitlines())


def test_a_critic_of_sections_sees_those_and_the_ones_below():
    design, lines = read(SECURED)
    (part,) = parts_for(THREAT, design, lines, words)
    shown = numbered(lines, part)
    assert "Forged ticket" in shown
    assert "Nobody asked" not in shown
    assert shown.lstrip().startswith("1| ")
    assert parts_for(ML, design, lines, words) == ()


def test_a_critic_of_sections_reads_all_where_they_hold_too_little():
    design, lines = read(DESIGN + THREATS[:300] + DESIGN)
    (part,) = parts_for(THREAT, design, lines, words)
    assert len(part.lines) >= len(design.source.lines) - 1


def test_a_long_document_is_read_in_parts_that_hold_all_of_it(monkeypatch):
    monkeypatch.setattr(reading, "BUDGET", 40)
    design, lines = read(SECURED)
    found = parts_for(EDGE, design, lines, words)
    assert len(found) > 2
    assert [part.number for part in found] == list(range(1, len(found) + 1))
    assert {part.of for part in found} == {len(found)}
    seen = [line for part in found for line in part.lines]
    assert seen == sorted(set(seen))
    assert all(n in set(seen) for n, line in enumerate(lines, 1) if line.strip())
    said = prefix(Document(design), found[0])[1].content
    assert f"part 1 of {len(found)}" in said
    assert "Costs" in said


def test_the_same_sections_give_the_same_request_wherever_they_stand():
    design, lines = read(SECURED)
    moved, moved_lines = read(SECURED.replace("## Data", "More.\n\n## Data"))
    (one,), (other,) = (
        parts_for(THREAT, design, lines, words),
        parts_for(THREAT, moved, moved_lines, words),
    )
    assert one.lines != other.lines
    assert prefix(Document(design), one) == prefix(Document(moved), other)


@given(st.sets(st.integers(1, 60), min_size=1))
def test_labels_and_lines_are_each_others_inverse(lines: set[int]):
    part = Part(tuple(sorted(lines)))
    for line in range(1, 62):
        label = part.label(line)
        assert (label > 0) == (line in lines)
        assert not label or part.line(label) == line
    assert part.line(0) == min(lines)
    assert part.line(999) == max(lines)


@given(st.text())
def test_no_text_closes_its_own_fence(text: str):
    first, *inside, last = fenced("x", text).split("\n")
    assert last not in inside
    assert first.rpartition(" ")[2] == last.removesuffix(" DATA>>>")
