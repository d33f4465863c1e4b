"""One edit of a person, one change of the requirements, and what must come of it."""

import pytest
from tests.draft.update.helpers import PRD, draft, recorded, swapped, updated

from lld_agent.draft.options import DraftOptions
from lld_agent.draft.update.tree import read_tree
from lld_agent.errors import InputError, UsageError

BASE = draft()
RECORD = recorded(BASE)
MARKDOWN = BASE.markdown
DRILL = "| Two members reserve the last drill at the same moment |  | one of them gets a waiting number. |"
BROKEN = "| A member returns a broken tool |  | the tool is blocked until it is repaired. |"
SEARCH = "95% of searches must be answered within 200 ms."


def test_what_the_requirements_change_is_changed_and_nothing_else():
    prd = swapped(PRD, "within 200 ms", "within 100 ms")
    done = updated(MARKDOWN, RECORD, prd)
    before, after = MARKDOWN.splitlines(), done.text.splitlines()
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert changed
    assert all(a.replace("200 ms", "100 ms") == b for a, b in changed)


def test_an_edited_cell_survives_a_change_elsewhere():
    mine = swapped(MARKDOWN, BROKEN, BROKEN.replace("|  |", "| by hand |"))
    done = updated(mine, RECORD, swapped(PRD, "within 200 ms", "within 100 ms"))
    assert "| A member returns a broken tool | by hand |" in done.text
    assert "within 100 ms" in done.text
    assert done.kinds == []
    human = {v.address for v in done.record.provenance if v.basis.value == "human"}
    assert human == {"testing.edge_cases/a-member-returns-a-broken-tool"}


def test_an_edited_cell_that_the_requirements_change_too_is_a_conflict():
    mine = swapped(MARKDOWN, "gets a waiting number", "is asked to wait")
    prd = swapped(PRD, "gets a waiting number", "gets the drill next week")
    done = updated(mine, RECORD, prd)
    assert done.kinds == ["changed"]
    assert "is asked to wait" in done.text
    assert "gets the drill next week. |" not in done.text.partition("## Design Record")[0]
    for said in ("is asked to wait", "gets the drill next week", "gets a waiting number"):
        assert said in done.conflicts
    [conflict] = done.update.conflicts
    assert conflict.conflict.where[:2] == ("Testing Strategy", "Edge Case Coverage")
    assert any(cause.startswith("R-") and "modified" in cause for cause in conflict.causes)


def test_the_same_change_on_both_sides_is_none():
    prd = swapped(PRD, "gets a waiting number", "gets the drill next week")
    mine = swapped(
        MARKDOWN, DRILL, DRILL.replace("gets a waiting number", "gets the drill next week")
    )
    assert updated(mine, RECORD, prd).kinds == []


def test_a_deleted_row_stays_deleted():
    mine = swapped(MARKDOWN, BROKEN + "\n", "")
    done = updated(mine, RECORD, swapped(PRD, "within 200 ms", "within 100 ms"))
    assert BROKEN not in done.text
    assert done.kinds == []
    assert not [v for v in done.record.provenance if "broken-tool" in v.address]
    again = updated(done.text, done.record, PRD)
    assert BROKEN not in again.text


def test_a_deleted_row_that_the_requirements_change_is_a_conflict_and_stays_deleted():
    mine = swapped(MARKDOWN, BROKEN + "\n", "")
    done = updated(mine, RECORD, swapped(PRD, "until it is repaired", "until it is replaced"))
    assert done.kinds == ["deleted"]
    assert "| A member returns a broken tool |" not in done.text
    assert "until it is replaced" in done.conflicts


def test_reordered_rows_keep_their_order_and_follow_their_requirements():
    mine = swapped(MARKDOWN, f"{DRILL}\n{BROKEN}", f"{BROKEN}\n{DRILL}")
    done = updated(mine, RECORD, swapped(PRD, "until it is repaired", "until it is replaced"))
    assert f"{BROKEN.replace('repaired', 'replaced')}\n{DRILL}" in done.text
    assert done.kinds == []


def test_added_rows_of_both_stand_beside_each_other():
    own = "| Power cut |  | the list is printed. |"
    mine = swapped(MARKDOWN, BROKEN, f"{BROKEN}\n{own}")
    prd = swapped(
        PRD,
        "- A member returns a broken",
        "- A member moves away: the account closes.\n- A member returns a broken",
    )
    done = updated(mine, RECORD, prd)
    new = "| A member moves away |  | the account closes. |"
    assert f"{DRILL}\n{new}\n{BROKEN}\n{own}" in done.text
    assert done.kinds == []
    assert any(
        v.address == "testing.edge_cases/power-cut" and v.basis.value == "human"
        for v in done.record.provenance
    )


def test_two_rows_of_one_name_are_a_conflict():
    mine = swapped(MARKDOWN, BROKEN, f"{BROKEN}\n| A member moves away | ours | nothing happens. |")
    prd = swapped(
        PRD,
        "- A member returns a broken",
        "- A member moves away: the account closes.\n- A member returns a broken",
    )
    done = updated(mine, RECORD, prd)
    assert done.kinds == ["added"]
    assert done.text.count("| A member moves away |") == 1
    assert "the account closes." in done.conflicts


def test_a_requirement_that_goes_takes_its_row_along():
    done = updated(
        MARKDOWN,
        RECORD,
        swapped(
            PRD, "- A member returns a broken tool: the tool is blocked until it is repaired.\n", ""
        ),
    )
    assert "broken tool" not in done.text
    [past] = done.record.past
    assert (past.status.value, "broken tool" in past.text) == ("retired", True)


def test_a_requirement_that_goes_leaves_what_a_person_made_of_it():
    mine = swapped(MARKDOWN, BROKEN, BROKEN.replace("|  |", "| by hand |"))
    done = updated(
        mine,
        RECORD,
        swapped(
            PRD, "- A member returns a broken tool: the tool is blocked until it is repaired.\n", ""
        ),
    )
    assert done.kinds == ["orphaned"]
    assert "| A member returns a broken tool | by hand |" in done.text
    assert any("removed" in cause for cause in done.update.conflicts[0].causes)


def test_a_renamed_heading_keeps_its_name_and_its_content_follows():
    mine = swapped(MARKDOWN, "### 13.3 Edge Case Coverage", "### 13.3 Corner Cases We Know")
    mine = swapped(mine, "## 13. Testing Strategy", "## 13. How We Test")
    done = updated(mine, RECORD, swapped(PRD, "until it is repaired", "until it is replaced"))
    assert "### 13.3 Corner Cases We Know" in done.text
    assert "## 13. How We Test" in done.text
    assert "until it is replaced. |" in done.text
    assert done.kinds == []


def test_a_renamed_heading_gets_its_new_number():
    prd = swapped(
        PRD,
        "## Edge cases",
        "### Loan\n\n| Attribute | Type | Notes |\n|---|---|---|\n| id | UUID | unique |\n| due | date | required |\n\n## Edge cases",
    )
    number = next(
        line for line in MARKDOWN.splitlines() if line.endswith("Entity Relationship Diagram")
    ).split()[1]
    mine = swapped(MARKDOWN, f"{number} Entity Relationship Diagram", f"{number} The Picture")
    done = updated(mine, RECORD, prd)
    found = next(
        line
        for line in draft(prd).markdown.splitlines()
        if line.endswith("Entity Relationship Diagram")
    ).split()[1]
    assert found != number
    assert f"#### {found} The Picture" in done.text


def test_a_moved_section_stays_where_it_is_and_follows():
    head, _, rest = MARKDOWN.partition("## 13. Testing Strategy")
    section, _, tail = rest.partition("## 14.")
    first, _, others = head.partition("## 2.")
    mine = f"{first}## 13. Testing Strategy{section}## 2.{others}## 14.{tail}"
    done = updated(mine, RECORD, swapped(PRD, "until it is repaired", "until it is replaced"))
    assert done.text == swapped(mine, "until it is repaired", "until it is replaced").replace(
        "until it is repaired", "until it is replaced"
    )


def test_a_section_of_their_own_stays_to_the_byte():
    own = "\n## Rollout  \n\n*  odd   spacing\n\t- nested\n\n~~~python\nx = 1\n~~~\n\n<div>raw</div>\n\n"
    mine = swapped(MARKDOWN, "## 13. Testing Strategy", f"{own}## 13. Testing Strategy")
    done = updated(mine, RECORD, swapped(PRD, "until it is repaired", "until it is replaced"))
    assert own in done.text
    assert "until it is replaced. |" in done.text


def test_a_paragraph_in_an_odd_place_stays_there():
    mine = swapped(
        MARKDOWN, "| Edge Case | Test |", "We tried these by hand.\n\n| Edge Case | Test |"
    )
    done = updated(mine, RECORD, swapped(PRD, "until it is repaired", "until it is replaced"))
    assert (
        "### 13.3 Edge Case Coverage\n\nWe tried these by hand.\n\n| Edge Case | Test |"
        in done.text
    )
    assert "until it is replaced. |" in done.text


def test_an_answered_question_is_no_conflict_when_it_is_asked_in_other_words():
    question = next(line for line in MARKDOWN.splitlines() if "What is missing for Tool: " in line)
    mine = swapped(MARKDOWN, question, "**Table:** tools")
    prd = swapped(
        PRD,
        "| shelf | text | optional |",
        "| shelf | text | optional |\n| bought | date | optional |",
    )
    done = updated(mine, RECORD, prd)
    assert "**Table:** tools" in done.text
    assert "`bought`" in done.text
    assert done.kinds == []


def test_formatting_of_a_changed_row_stays():
    wide = (
        "|  A member returns a broken tool   |    |   the tool is blocked until it is repaired.   |"
    )
    mine = swapped(MARKDOWN, BROKEN, wide)
    done = updated(mine, RECORD, swapped(PRD, "until it is repaired", "until it is replaced"))
    assert wide.replace("repaired", "replaced") in done.text


def test_a_column_of_their_own_stays_and_rows_follow():
    start = MARKDOWN.index("| Edge Case | Test |")
    table = MARKDOWN[start:].partition("\n\n")[0]
    lines = table.split("\n")
    more = "\n".join(
        [f"{lines[0]} Owner |", f"{lines[1]} --- |", *(f"{line} Ann |" for line in lines[2:])]
    )
    done = updated(
        swapped(MARKDOWN, table, more),
        RECORD,
        swapped(PRD, "until it is repaired", "until it is replaced"),
    )
    assert "the tool is blocked until it is replaced. | Ann |" in done.text
    assert done.kinds == []


def test_line_ends_of_windows_stay():
    mine = swapped(MARKDOWN, BROKEN, BROKEN.replace("|  |", "| by hand |")).replace("\n", "\r\n")
    prd = swapped(
        PRD,
        "- A member returns a broken",
        "- A member moves away: the account closes.\n- A member returns a broken",
    )
    done = updated(mine, RECORD, prd)
    assert "| by hand |" in done.text
    assert "| A member moves away |" in done.text
    assert done.text.count("\n") == done.text.count("\r\n")


def test_other_bullets_stay_one_list():
    scoped = swapped(PRD, "## Goals", "## In scope")
    made = draft(scoped)
    mine = swapped(
        made.markdown, "- Lend, return and reserve tools", "* Lend, return and reserve tools"
    )
    mine = swapped(mine, "- Remind people who are late", "* Remind people who are late, twice")
    done = updated(
        mine,
        recorded(made),
        swapped(scoped, "- Remind people", "- Show what is free\n- Remind people"),
    )
    assert (
        "* Lend, return and reserve tools\n* Show what is free\n* Remind people who are late, twice"
        in done.text
    )


def test_steps_are_numbered_through():
    prd = swapped(
        PRD, "- A member must return", "- A member must show a card.\n- A member must return"
    )
    mine = swapped(
        MARKDOWN,
        "1. A member can borrow a tool for 14 days.",
        "1. A neighbour can borrow a tool for 14 days.",
    )
    done = updated(mine, RECORD, prd)
    assert (
        "1. A neighbour can borrow a tool for 14 days.\n2. A member must show a card.\n3. A member must return"
        in done.text
    )


def test_a_section_that_a_person_deleted_is_not_brought_back():
    start = MARKDOWN.index("### 13.3 Edge Case Coverage")
    end = MARKDOWN.index("### 13.4")
    done = updated(
        MARKDOWN[:start] + MARKDOWN[end:],
        RECORD,
        swapped(PRD, "until it is repaired", "until it is replaced"),
    )
    assert "### 13.3 Edge Case Coverage" not in done.text
    assert done.kinds == ["deleted"]
    assert "until it is replaced" in done.conflicts


def test_ids_stay_and_are_never_used_again():
    prd = swapped(
        PRD, "- A member can borrow", "- A member must pay 5 euros a year.\n- A member can borrow"
    )
    first = updated(MARKDOWN, RECORD, prd)
    ids = {r.text: r.requirement for r in RECORD.requirements}
    new = {r.text: r.requirement for r in first.record.requirements}
    assert {text: new[text] for text in ids} == ids
    fresh = new["A member must pay 5 euros a year."]
    assert fresh not in ids.values()
    gone = updated(first.text, first.record, PRD)
    last = updated(gone.text, gone.record, prd.replace("5 euros", "nothing but respect"))
    assert fresh not in {r.requirement for r in last.record.requirements}
    assert fresh in {past.requirement for past in last.record.past}


def test_a_reworded_requirement_keeps_its_id_and_its_old_words_are_remembered():
    done = updated(
        MARKDOWN, RECORD, swapped(PRD, "borrow a tool for 14 days", "borrow one tool for 21 days")
    )
    [change] = done.update.plan.changes.requirements
    assert change.change.value == "modified"
    [past] = done.record.past
    assert (past.requirement, past.status.value) == (change.requirement, "superseded")
    assert past.text == "A member can borrow a tool for 14 days."


def test_a_moved_requirement_is_moved_and_reaches_nothing():
    line = "- Librarians should be able to block a member.\n"
    prd = swapped(swapped(PRD, line, ""), "- A member can borrow", f"{line}- A member can borrow")
    plan = updated(MARKDOWN, RECORD, prd).update.plan
    assert [change.change.value for change in plan.changes.requirements] == ["moved"]
    assert plan.impact == ()


def test_questions_keep_their_ids():
    prd = swapped(PRD, "## Glossary", "## Open questions\n\n- Who cleans the tools?\n\n## Glossary")
    done = updated(MARKDOWN, RECORD, prd)
    before = {q.text: q.id for q in RECORD.questions}
    after = {q.text: q.id for q in done.record.questions}
    assert {text: after[text] for text in before} == before
    assert after["Who cleans the tools?"] == f"Q-{len(before) + 1}"


def test_an_id_that_a_person_gave_is_not_given_again():
    mine = MARKDOWN + "\nSee [Q-77] as well.\n"
    prd = swapped(PRD, "## Glossary", "## Open questions\n\n- Who cleans the tools?\n\n## Glossary")
    done = updated(mine, RECORD, prd)
    assert {q.text: q.id for q in done.record.questions}["Who cleans the tools?"] == "Q-78"


def test_header_fields_stay_when_they_are_not_given_again():
    prd, options = (
        swapped(PRD, "200 ms", "100 ms"),
        DraftOptions(template="module", author="Ann", date="2026-01-02"),
    )
    from lld_agent.draft.pipeline import draft_outline  # noqa: PLC0415
    from lld_agent.model.source import SourceText  # noqa: PLC0415
    from lld_agent.sources.brief import load_brief  # noqa: PLC0415

    made = draft_outline(load_brief(SourceText(PRD, "prd.md")), options)
    done = updated(made.markdown, recorded(made), prd)
    assert "**Author:** Ann" in done.text
    assert "**Date:** 2026-01-02" in done.text
    assert "Requirements: " not in done.text
    dated = updated(done.text, done.record, PRD, DraftOptions(date="2026-03-04"))
    assert "| 2026-03-04 |  | Requirements: 1 modified |" in dated.text
    assert "**Author:** Ann" in dated.text


def test_another_document_is_refused():
    with pytest.raises(InputError, match="not the design"):
        updated("# Something else\n\n## One\n\ntext\n\n## Two\n", RECORD, PRD + "\n")


def test_another_template_is_refused():
    with pytest.raises(UsageError, match="service template"):
        updated(MARKDOWN, RECORD, PRD + "\n", DraftOptions(template="module"))


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "text", "# H", "a\n\nb\r\n\r\nc", "-\n  late item\n- two\n", "| a |\n|---|", "| a |\n|-|\n| b",
        "**L:** x\nmore\n**M:** y", "> q\n\n---\n", "```\nopen", "1. a\n   - b\n2. c\n\n\n", "\x0b\x0c\u2028", "- a\n\n- b\n\n  p\n",
    ],
)  # fmt: skip
def test_any_text_is_a_tree_of_itself(text: str):
    assert read_tree(text).text == text
