"""Requirements that a model adds are proved by their quotes, or dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.draft.stages import extract
from lld_agent.draft.stages.extract import Contradiction, Extraction, Missing, NotRequirement
from lld_agent.model.brief import Brief
from lld_agent.model.source import SourceText
from lld_agent.sources.brief import load_brief

PRD = """# Locker

Parcels wait in lockers – never longer than three days.

## Requirements

- A reservation must expire after 45 minutes.
- LR-9 The courier must be able to cancel.
"""


@pytest.fixture
def brief() -> Brief:
    return load_brief(SourceText(PRD, "prd.md"))


def missing(brief: Brief, text: str, quote: str, **more: str) -> Missing:
    span = next(s.id for s in brief.spans if "Parcels wait" in s.text)
    found = {"kind": "business_rule", "priority": "", **more}
    return Missing(text=text, spans=[span], quote=quote, **found)  # type: ignore[arg-type]


def applied(brief: Brief, *entries: Missing) -> extract.Extracted:
    answer = Extraction(missing=list(entries), not_requirements=[], contradictions=[])
    return extract.apply(brief, [answer])


def test_a_proved_demand_gets_the_next_id(brief: Brief):
    before = {r.id for r in brief.requirements}
    found = applied(
        brief, missing(brief, "Parcels stay at most three days.", "never longer than three days")
    )
    (new,) = [r for r in found.brief.requirements if r.id not in before]
    assert new.id.startswith("R-")
    assert new.kind.value == "business_rule"
    assert not found.dropped


@pytest.mark.parametrize(
    "quote",
    [
        "Parcels wait in lockers - never",
        "Parcels  wait in\nlockers – never",
        "PARCELS WAIT in lockers",
    ],
)
def test_dashes_blanks_and_case_of_a_quote_do_not_matter(brief: Brief, quote: str):
    assert not applied(brief, missing(brief, "Parcels wait.", quote)).dropped


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Parcels stay at most three days.", "no longer than three days"),
        ("Parcels stay at most three days.", ""),
        ("Parcels stay at most 3 days.", "never longer than three days"),  # a number nobody wrote
    ],
)
def test_what_its_quote_does_not_carry_is_dropped(brief: Brief, text: str, quote: str):
    found = applied(brief, missing(brief, text, quote))
    assert found.brief.requirements == brief.requirements
    assert len(found.dropped) == 1


def test_a_demand_is_not_added_twice(brief: Brief):
    entry = missing(brief, "Parcels stay at most three days.", "never longer than three days")
    found = applied(brief, entry, entry)
    assert len(found.brief.requirements) == len(brief.requirements) + 1


def test_own_ids_of_the_document_stay(brief: Brief):
    own = next(r.id for r in brief.requirements if r.own_id)
    other = next(r.id for r in brief.requirements if not r.own_id)
    rows = [NotRequirement(id=own, reason="x"), NotRequirement(id=other, reason="x")]
    answer = Extraction(missing=[], not_requirements=rows, contradictions=[])
    left = {r.id for r in extract.apply(brief, [answer]).brief.requirements}
    assert own in left
    assert other not in left


def test_contradictions_become_questions_where_both_sides_exist(brief: Brief):
    first, second = [r.id for r in brief.requirements][:2]
    rows = [
        Contradiction(first=first, second=second, why="one ends what the other keeps"),
        Contradiction(first=first, second="R-99", why="x"),
    ]
    answer = Extraction(missing=[], not_requirements=[], contradictions=rows)
    (point,) = extract.apply(brief, [answer]).open_points
    assert first in point
    assert point.endswith("?")


@given(st.integers(1, 400), st.integers(1, 60))
def test_parts_of_a_long_brief_leave_nothing_out(sentences: int, words: int):
    text = "# T\n\n" + "\n\n".join(
        f"## H{n // 9}\n\nIt must do {'word ' * words}{n}." for n in range(sentences)
    )
    brief = load_brief(SourceText(text, "prd.md"))
    parts = extract.chunks(brief, lambda text: len(text) // 4)
    assert [span for part in parts for span in part] == list(brief.spans)
    assert all(part for part in parts)
