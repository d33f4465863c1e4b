"""Quotes are found where they stand, however they are marked up; what does not stand is not found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.critics.scripts import DESIGN

from lld_agent.critics.evidence import _NUMBERED, SLACK, Pages, is_enough, normal, says_nothing
from lld_agent.critics.numbers import unfounded

PAGES = Pages(tuple(DESIGN.split("\n")))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=60)
LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60
)


@pytest.mark.parametrize(
    ("quote", "near", "place"),
    [
        ("A held booking expires after 10 minutes", (21, 21), (21, 21)),
        ("a HELD booking expires", (21, 21), (21, 21)),
        ("**A held** booking `expires` after", (21, 21), (21, 21)),
        ("3. A held booking expires after 10 minutes", (21, 21), (21, 21)),
        ("21| 3. A held booking expires", (21, 21), (21, 21)),
        ("A held booking expires", (1, 1), (21, 21)),  # the wrong line is put right
        ("| `bay` | INTEGER | NOT NULL |", (14, 14), (14, 14)),
        ("bay INTEGER NOT NULL Number", (14, 14), (14, 14)),
        ("without payment.\n4. The driver pays", (21, 22), (21, 22)),
        ("without payment. The driver pays", (21, 22), (21, 22)),
        ("A held booking … payment", (21, 21), None),
        ("A held booking expires after 12 minutes", (21, 21), None),
        ("booking", (21, 21), None),  # too short to prove anything
        ("", (1, 1), None),
    ],
)
def test_quotes(quote: str, near: tuple[int, int], place: tuple[int, int] | None):
    assert PAGES.find(quote, near) == place


def test_a_quote_in_chinese_needs_fewer_characters():
    pages = Pages(("预订在十分钟后过期。",))
    assert pages.find("预订在十分钟", (1, 1)) == (1, 1)
    assert pages.find("十分钟", (1, 1)) is None


def test_of_several_places_the_claimed_one_then_the_nearest():
    pages = Pages(("the same words here", "", "", "", "", "", "the same words here", "x"))
    assert pages.find("the same words here", (7, 7)) == (7, 7)
    assert pages.find("the same words here", (5, 5)) == (7, 7)
    assert pages.find("the same words here", (2, 2)) == (1, 1)


@given(st.text("abcdefg hijk", max_size=40))
def test_marks_of_markdown_make_no_difference(text: str):
    for marked in (
        f"**{text}**",
        f"_{text}_",
        f"- {text}",
        f"`{text}`",
        f"| {text} |",
        f"  {text}\n",
    ):
        assert normal(marked) == normal(text)


@given(st.lists(LINE, min_size=1, max_size=8), st.data())
def test_every_line_that_is_long_enough_is_found_in_its_document(
    lines: list[str], data: st.DataObject
):
    pages = Pages(tuple(lines))
    at = data.draw(st.integers(0, len(lines) - 1))
    found = pages.find(lines[at], (at + 1, at + 1))
    # The number of a line may stand before it: what is left of "12| x" is looked for.
    wanted = normal(_NUMBERED.sub("", lines[at]))
    assert (found is not None) == is_enough(wanted)
    assert found is None or abs(found[0] - at - 1) <= SLACK


@given(WORDS.filter(lambda text: is_enough(normal(text))))
def test_a_document_without_the_words_does_not_hold_them(text: str):
    assert (
        Pages(("Nothing of the kind.", "")).find(text, (1, 1)) is None
        or normal(text) in "nothing of the kind."
    )


@pytest.mark.parametrize(
    ("lines", "first", "last", "expected"),
    [
        (["# Head", "text"], 1, 1, True),
        (["# Head", "text"], 1, 2, False),
        (["| A | B |", "|---|---|", "| 1 | 2 |"], 1, 2, True),
        (["| A | B |", "|---|---|", "| 1 | 2 |"], 3, 3, False),
    ],
)
def test_headings_and_headers_say_nothing(lines: list[str], first: int, last: int, expected: bool):
    assert (
        says_nothing(lines, first, last, frozenset({1} if lines[0][0] == "#" else ())) is expected
    )


@pytest.mark.parametrize("run", ["_", "-", "*", "|", "#", "1.", "- ", "> ", "1) ", "<br", " ", "~"])
def test_long_runs_end(run: str):
    """What is more than linear would not end here."""
    text = f"a{run * 60_000}b"
    assert len(normal(text)) <= len(text)
    assert not says_nothing([text], 1, 1, frozenset())
    assert Pages((text,)).find(text, (1, 1)) in {None, (1, 1)}
    assert unfounded(text, [text]) == ()


@pytest.mark.parametrize(
    ("claim", "sources", "lost"),
    [
        ("It waits 10 minutes.", ["expires after 10 minutes"], ()),
        ("It waits 600 s.", ["expires after 10 minutes"], ()),
        ("It waits 0.2 s.", ["within 200 ms"], ()),
        ("3 retries of 5 s take 15 s.", ["3 retries", "a timeout of 5 s"], ()),
        ("There are 5 minutes between them.", ["after 10 minutes", "after 15 minutes"], ()),
        ("It waits 12 minutes.", ["expires after 10 minutes"], ("12",)),
        ("Two of 1,000 fail.", ["1000 rows"], ()),
        ("See lines 12-14 and 99.", ["nothing"], ()),
        ("Step 4 comes before step 3 of section 6.2.1.", ["nothing"], ()),
        ("The job has 4 steps.", ["nothing"], ("4",)),
        ("p99 and SHA-256 are named.", ["nothing"], ()),
        ("2 drivers, 1 bay", ["nothing"], ()),
        ("409 is missing", ["409"], ()),
        ("409 is missing", ["404"], ("409",)),
    ],
)
def test_numbers(claim: str, sources: list[str], lost: tuple[str, ...]):
    assert unfounded(claim, sources) == lost


@given(WORDS, st.lists(WORDS, max_size=3))
def test_numbers_of_the_sources_are_always_founded(text: str, more: list[str]):
    assert unfounded(text, [text, *more]) == ()
