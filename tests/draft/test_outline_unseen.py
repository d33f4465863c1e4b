"""Where the outline puts what strangers' documents say, in texts of ours."""

import pytest

from lld_agent.draft.finish import Draft
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import review
from lld_agent.sources.brief import load_brief
from lld_agent.template.reader import read_design


def outline(text: str, template: str = "service") -> Draft:
    return draft_outline(load_brief(SourceText(text, "prd.md")), DraftOptions(template=template))


def section(draft: Draft, title: str) -> str:
    """Return what stands under a heading, as far as the next one."""
    lines = draft.markdown.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("#") and title in line)
    body = lines[start + 1 :]
    end = next((n for n, line in enumerate(body) if line.startswith("#")), len(body))
    return "\n".join(body[:end])


FEATURES = """# Wind club

## Features

### F1 — Wind map

- **Purpose:** Show pilots the wind of the hour.
- **Inputs:** Readings of all masts.
- **Outputs:** A map with arrows.
- **Edge cases:** no mast answers, two masts (near, far) disagree

### F2 — Winch

- **Purpose:** Pull a kite in.
- The winch must stop within 2 seconds of the bell.
"""


def test_labelled_parts_of_a_feature_fill_its_component():
    body = outline(FEATURES).markdown
    assert "| **Responsibility** | Show pilots the wind of the hour. |" in body
    assert "| Readings of all masts. |" in body
    assert "| A map with arrows. |" in body


def test_edge_cases_in_one_line_are_a_test_each():
    cases = section(outline(FEATURES), "Edge Case Coverage")
    assert "| no mast answers |" in cases
    assert "| two masts (near, far) disagree |" in cases


def test_behaviour_with_a_deadline_is_a_constraint_and_a_test_too():
    draft = outline(FEATURES)
    assert "within 2 seconds" in section(draft, "Constraints")
    assert "| within 2 seconds |" in section(draft, "Performance Tests")


def test_one_question_asks_about_all_parts_of_a_slot():
    draft = outline(FEATURES)
    asked = [q.text for q in draft.questions if q.slot.startswith("architecture.components")]
    assert len(asked) == 1
    assert "F1 — Wind map, F2 — Winch" in asked[0]
    assert len({q.text for q in draft.questions}) == len(draft.questions)


def test_a_question_about_many_parts_names_some_and_counts_the_rest():
    parts = "".join(
        f"### Part {name}\n\nThe part must work.\n\n"
        for name in ("one", "two", "three", "four", "five", "six")
    )
    draft = outline(f"# Club\n\n## Features\n\n{parts}")
    (asked,) = [q for q in draft.questions if q.slot == "architecture.components"]
    assert "Part four and 2 more" in asked.text


def test_what_a_section_on_dependencies_lists_is_a_dependency():
    draft = outline(
        "# Club\n\n## Requirements\n\nIt must fly.\n\n## Technology Stack\n\n- Frontend: a map in TypeScript\n"
        "- Weather office of the county\n"
    )
    table = section(draft, "External Dependencies")
    assert "| Frontend: a map in TypeScript |" in table
    assert "| Weather office of the county |" in table
    assert "Technology Stack" not in section(draft, "Scope")


def test_risks_of_a_table_keep_what_helps_apart():
    draft = outline(
        "# Club\n\n## Requirements\n\nIt must fly.\n\n## Risks\n\n| Risk | Impact | Mitigation |\n|---|---|---|\n"
        "| No wind | No race | Wait a day |\n| A stolen badge opens the shed | High | Lock it |\n"
    )
    assert "| No wind | No race | Wait a day |" in draft.markdown
    threats = section(draft, "Threat Model")
    assert "stolen badge" in threats
    assert "No wind" not in threats


def test_what_is_tested_is_a_test_whatever_it_is_about():
    draft = outline(
        "# Club\n\n## Requirements\n\nIt must fly.\n\n## Testing\n\n- Unit tests must cover the password check.\n"
        "- The login must be tested with the shed.\n"
    )
    assert "password check" in section(draft, "Unit Tests")
    assert "login must be tested" in section(draft, "Integration Tests")
    assert "password" not in section(draft, "Authentication")


def test_a_label_in_a_column_of_its_own_is_not_repeated():
    draft = outline("# Club\n\n## Constraints\n\n- Colours: the flag must be red.\n")
    assert "| Colours | the flag must be red. |" in draft.markdown


def test_a_role_says_what_it_may_do():
    draft = outline(
        "# Club\n\n## Users\n\n### Pilot\n\n- **Goals:** calm\n- **Actions:** start and land\n\n"
        "## Requirements\n\nIt must fly.\n"
    )
    assert "| Pilot | Actions: start and land |" in section(draft, "Authorization")


def test_open_questions_in_a_list_of_assumptions_are_asked():
    draft = outline(
        "# Club\n\n## Requirements\n\nIt must fly.\n\n## Assumptions and open questions\n\n"
        "- Open question: who pays?\n- Everybody has a badge.\n"
    )
    assert draft.questions[0].text == "Open question: who pays?"
    assert "who pays" not in section(draft, "Business Assumptions")


@pytest.mark.parametrize("template", ["service", "module"])
def test_ids_of_groups_and_mentions_are_no_unknown_requirements(template: str):
    text = (
        "# Club\n\n## Requirements\n\n**FR1: Flying**\n\n- FR1.1: Kites shall fly (see FR9)\n"
        "- FR1.2: Kites shall land\n"
    )
    brief = load_brief(SourceText(text, "prd.md"))
    draft = draft_outline(brief, DraftOptions(template=template))
    found = review(read_design(SourceText(draft.markdown, "design.md")), brief=brief).findings
    assert [f.message for f in found if f.rule == "REQ002"] == []


def test_a_module_tells_failures_deadlines_and_dependencies_apart():
    draft = outline(
        "# Winch module\n\n## Requirements\n\n- If the motor fails, the winch must stop.\n"
        "- The winch must answer within 2 seconds.\n- The winch must know its pilot.\n\n"
        "## Dependencies\n\n| System | Use |\n|---|---|\n| Mast | gives the wind |\n",
        "module",
    )
    slots = {row.text: row.slots for row in draft.trace.requirements}
    assert slots["If the motor fails, the winch must stop."] == (
        "algorithms[].name",
        "algorithms[].edge_cases",
    )
    assert slots["The winch must answer within 2 seconds."] == ("performance.targets",)
    assert slots["The winch must know its pilot."] == ("overview.rules",)
    assert "| Mast |" in draft.markdown
    assert "gives the wind" in draft.markdown
