"""Forms that requirement documents of strangers take, each in a text of ours."""

import pytest

from lld_agent.model.brief import Brief, RequirementKind
from lld_agent.model.source import SourceText
from lld_agent.sources.brief import is_wordless, load_brief
from lld_agent.sources.brief.ids import identified, prefix, whole_id


def brief(text: str, path: str = "prd.md") -> Brief:
    return load_brief(SourceText(text, path))


def ids(text: str) -> list[str]:
    return [one.id for one in brief(text).requirements]


def texts(text: str) -> list[str]:
    return [one.text for one in brief(text).requirements]


@pytest.mark.parametrize(
    ("text", "own", "rest"),
    [
        ("RF-001: O barco deve flutuar", "RF-001", "O barco deve flutuar"),
        ("RF 01 — Contas", "RF 01", "Contas"),
        ("/F10/ Anmelden:", "F10", "Anmelden:"),
        ("[REQ-7] The kite must fly", "REQ-7", "The kite must fly"),
        ("N2.4: Die Uhr soll gehen", "N2.4", "Die Uhr soll gehen"),
        ("FR1.2 Each boat has a name", "FR1.2", "Each boat has a name"),
        ("STK-REQ-003 | x", "STK-REQ-003", "x"),
        ("UTF-8 is the encoding", "", "UTF-8 is the encoding"),
        ("SHA-256 hashes", "", "SHA-256 hashes"),
        ("A boat must float", "", "A boat must float"),
    ],
)
def test_ids_are_read_in_every_notation(text: str, own: str, rest: str):
    assert identified(text) == (own, rest)


def test_an_id_alone_and_its_letters():
    assert whole_id("NFR-12") == "NFR-12"
    assert whole_id("NFR-12 and more") == ""
    assert prefix("NFR-12 and more") == "NFR"


def test_the_id_of_a_heading_belongs_to_what_stands_below():
    found = brief(
        "# Kites\n\n## Requisitos\n\n### RF01 — Pipas\n\nO sistema deve contar as pipas.\n\n"
        "### RF02 — Linhas\n\nO sistema deve medir as linhas.\nO usuário deve ver a medida.\n"
    ).requirements
    assert [(r.id, r.title) for r in found] == [
        ("RF01", "Pipas"),
        ("RF02", "Linhas"),
        ("RF02-b", "Linhas"),
    ]


def test_the_id_of_the_whole_document_numbers_nothing():
    assert ids("# PROJ-12: Kites\n\n## Requirements\n\nThe kite must fly.\n") == ["R-1"]


def test_a_list_of_words_is_one_demand_with_its_lead():
    text = "# K\n\n## Requirements\n\nA kite must have:\n\n- a tail;\n- a line;\n- a name.\n"
    found = brief(text)
    assert [r.text for r in found.requirements] == ["A kite must have: a tail; a line; a name"]
    assert len(found.requirements[0].spans) == 4


def test_each_clause_of_a_list_is_a_demand_with_its_lead():
    assert texts(
        "# K\n\n## Requirements\n\nWhen the wind drops, the winch must:\n\n"
        "- pull in the line within 3 seconds;\n- ring the bell of the keeper twice.\n"
    ) == [
        "When the wind drops, the winch must: pull in the line within 3 seconds",
        "When the wind drops, the winch must: ring the bell of the keeper twice",
    ]


@pytest.mark.parametrize(
    "steps",
    [
        "- **GIVEN** a kite in the air\n- **WHEN** the wind drops\n- **THEN** the winch pulls",
        "- **WHEN** 风停了\n- **THEN** 绞盘收线",
    ],
)
def test_the_steps_of_a_scenario_are_one_criterion(steps: str):
    (found,) = brief(f"# K\n\n## Requirements\n\n### Scenario: no wind\n\n{steps}\n").requirements
    assert found.kind is RequirementKind.ACCEPTANCE
    assert "THEN" in found.text
    assert len(found.spans) == steps.count("\n") + 1


def test_a_scenario_in_one_sentence_is_a_criterion():
    (found,) = brief(
        "# K\n\n## Historia\n\nDado un barrilete en el aire\nCuando cae el viento\n"
        "Entonces el sistema recoge la línea.\n"
    ).requirements
    assert found.kind is RequirementKind.ACCEPTANCE


def test_requirements_in_a_fence_of_words_are_read():
    text = (
        "# K\n\n## Requirements\n\n```text\nKT-1  The kite shall fly.\nKT-2  The line shall hold 40 kg.\n```\n\n"
        '```json\n{"must": 1}\n```\n\n```\n7 root_id root_pwd 123 Address\n8 test_id test_pwd 12 Address\n```\n'
    )  # fmt: skip
    found = brief(text)
    assert [r.id for r in found.requirements] == ["KT-1", "KT-2"]
    assert [s.kind for s in found.spans].count("fence") == 2


def test_lines_that_only_look_like_a_list_are_apart():
    found = brief(
        "*Roles:\n-Como piloto quiero ver el viento.\n-Como juez quiero parar la carrera.\n"
    )
    assert [role.name for role in found.roles] == ["piloto", "juez"]
    assert len(found.requirements) == 2


def test_a_hyphen_within_a_word_stays():
    (found,) = texts("# K\n\n## Requisitos\n\nO código-fonte deve ser guardado.\n")
    assert found == "O código-fonte deve ser guardado."


def test_checkboxes_are_no_words():
    assert texts("# K\n\n## Acceptance criteria\n\n- [ ] The bell rings twice\n") == [
        "The bell rings twice"
    ]


def test_goals_personas_and_plans_of_a_prd_demand_nothing():
    text = (
        "# Product Requirements Document\n\n## Goals\n\n- Provide a calm sky for every pilot\n\n## Target Market\n\n"
        "- Pilots who fly on weekends\n\n## Requirements\n\n- Show the wind on a map\n\n## Release Plan\n\n- Start with a small club\n"
    )  # fmt: skip
    assert texts(text) == ["Show the wind on a map"]


def test_what_is_wrong_today_is_no_demand():
    text = "# K\n\n## Problem\n\nPilots cannot see the wind and have to guess.\n\nThe system must show the wind.\n"
    assert texts(text) == ["The system must show the wind."]


def test_a_long_label_sets_what_is_out_apart():
    text = "# K\n\n## Scope\n\nThe following things are left out of scope on purpose:\n\n- Selling kites\n"
    assert [r.kind for r in brief(text).requirements] == [RequirementKind.SCOPE_OUT]


def test_roles_are_headings_below_users_or_names_in_a_table():
    text = "# K\n\n## Users\n\n### 2.1 Pilot\n\n- **Goals:** a calm flight\n- **Actions:** start and land\n"
    assert [role.name for role in brief(text).roles] == ["Pilot"]
    table = "# K\n\n## Personas\n\n| ID | Persona name | Needs |\n|---|---|---|\n| PER-1 | Race judge | a clock |\n"
    assert [role.name for role in brief(table).roles] == ["Race judge"]


def test_labels_of_metadata_demand_nothing():
    text = "# K\n\n## Features\n\n### Wind map\n\n- Purpose: shows the wind of the hour\n- Dependencies: the weather office\n- Priority: high for all pilots\n"
    assert texts(text) == ["Purpose: shows the wind of the hour"]


def test_prices_demand_nothing():
    text = "# K\n\n## Requirements\n\n| Part | Price |\n|---|---|\n| Winch with motor | 400 EUR |\n"
    assert texts(text) == []


def test_columns_that_only_refer_are_no_words_of_a_requirement():
    text = (
        "# K\n\n## Requirements\n\n| ID | Requirement | Priority (MoSCoW) | PRD Ref | Covers |\n|---|---|---|---|---|\n"
        "| K-1 | The kite shall fly | Must | PRD 3 | GOAL-1 |\n"
    )
    (found,) = brief(text).requirements
    assert (found.id, found.text, found.priority) == ("K-1", "The kite shall fly", "Must")


def test_alternatives_may_be_headings_or_sentences():
    text = (
        "# RFC: kites\n\n## Motivation\n\nNo wind.\n\n## Alternatives\n\n### A balloon\n\nIt needs gas.\n\n### Doing nothing\n\nNobody flies.\n\n"
        "## Drawbacks\n\n- It is loud\n"
    )
    assert [(p.left, p.right) for p in brief(text).alternatives] == [
        ("A balloon", "It needs gas."),
        ("Doing nothing", "Nobody flies."),
    ]


@pytest.mark.parametrize(
    ("text", "path", "title"),
    [
        ("# Requirements Document\n\n## Introduction\n\nx y z w.\n", "specs/wind-map/requirements.md", "wind map"),
        ("# PRD.md — Product Requirements Document\n### Wind Map\n\ntext\n", "PRD.md", "Wind Map"),
        ("# Product Requirements Document (PRD)\n\n**Product Name**: WindMap\n", "PRD.md", "WindMap"),
        ("# Requirements — Wind Map\n\nx\n", "a.md", "Wind Map"),
        ("# Wind Map\n\nx\n", "a.md", "Wind Map"),
    ],
)  # fmt: skip
def test_the_title_names_the_thing(text: str, path: str, title: str):
    assert brief(text, path).title == title


def test_entities_may_be_a_list_behind_a_label():
    found = brief("# K\n\n## Daten\n\n- **Flug:** ID, Pilot, Beginn, Status (offen, zu)\n").entities
    assert [(e.name, [a.name for a in e.attributes]) for e in found] == [
        ("Flug", ["ID", "Pilot", "Beginn", "Status"])
    ]


def test_compounds_are_headings_too():
    text = "# Drachen\n\n## Systemanforderungen\n\n- Anzeige des Windes auf der Karte\n\n## Qualitätssicherung\n\n- Test mit Wind\n"
    assert texts(text) == ["Anzeige des Windes auf der Karte"]


def test_words_in_html_are_read_and_comments_are_not():
    text = (
        "# K\n\n## Requirements\n\n<p>The kite must <b>fly</b>.</p>\n\n<!-- The kite must sink. -->\n\n"
        "<table>\n<tr><td>K-2</td><td>The kite must land</td></tr>\n</table>\n"
    )
    assert [(r.id, r.text) for r in brief(text).requirements] == [
        ("R-1", "The kite must fly."),
        ("K-2", "The kite must land"),
    ]


def test_what_is_struck_out_is_withdrawn():
    text = "# K\n\n## Requirements\n\n~~The kite must sink.~~\n\n- ~~It must bark.~~\n- It must fly high.\n"
    assert texts(text) == ["It must fly high."]


def test_a_demand_with_a_list_of_its_own_is_no_heading():
    text = "# K\n\n## Requirements\n\n- The kite must fly.\n  - It must fly over the church.\n"
    assert texts(text) == ["The kite must fly.", "It must fly over the church."]


def test_requests_in_a_mail_are_demands():
    text = "Hi Ann,\n\nwe need a list of all pilots. Could you also make sure that it is printed at 6 pm? Who pays?\n"
    assert texts(text) == [
        "we need a list of all pilots.",
        "Could you also make sure that it is printed at 6 pm?",
    ]


@pytest.mark.parametrize(
    ("text", "wordless"),
    [
        ("---\ntitle: x\n---\n", True),
        ("<!-- nothing -->\n\n---\n", True),
        ("> " * 3000 + "x", False),
        ("Kites fly.\n", False),
    ],
)
def test_a_document_without_words_is_told_from_one_without_demands(text: str, wordless: bool):
    assert is_wordless(brief(text)) is wordless
