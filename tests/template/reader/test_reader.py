"""Every notation and quirk that real designs have, in documents of ours."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lld_agent.model import vocabulary as v
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.source import SourceText
from lld_agent.template.blank import blank
from lld_agent.template.reader import read_design, rewrite
from lld_agent.template.registry import TEMPLATES

SERVICE = """# lockers - Low-Level Design

## 1. Overview

## 2. System Context

### 2.3 External Dependencies

| Dependency | Type | Fallback |
|---|---|---|
| PostgreSQL | Required | None |

## 3. Architecture

## 4. Data Model

### 4.1 Database Schema

#### 4.1.1 locker_state Table

| Column | Type | Constraints |
|--------|------|-------------|
| `id` | UUID | PK |
| `state` | ENUM | FREE, HELD, etc. |

| Index Name | Columns | Type |
|---|---|---|
| ix_state | state | B-tree |

## 5. API Design

### 5.1 REST Endpoints

#### 5.1.1 POST /lockers/{id}/hold

**Authentication:** Bearer token

**Errors:**
| Status | Code | Description |
|---|---|---|
| 409 | HELD | Somebody was faster |

**`GET /lockers`** - list them

### 5.2 Other endpoints

| Method | Path | Description |
|---|---|---|
| DELETE | `/lockers/:id/hold` | Give it back |

## 6. Logic and Algorithms
## 7. GenAI Design
## 8. Configuration Management

- `LOCKER_TTL_SECONDS`: how long a hold lasts

## 9. Security
## 10. Performance
## 11. Error Handling
## 12. Deployment
## 13. Testing
## 14. Limitations
## 15. Appendix
"""


def read(text: str, **more: str):
    return read_design(SourceText(text, "x.md"), more or None)


def test_a_drifted_service_design_is_recognised():
    design = read(SERVICE)
    assert design.template == "service"
    slots = {section.title: section.slot for section in design.sections}
    assert slots["API Design"] == "api"
    assert slots["External Dependencies"] == "context.dependencies"
    assert slots["Security"] == "security"


def test_endpoints_in_all_notations():
    design = read(SERVICE)
    assert [(e.method, e.path, e.notation) for e in design.endpoints] == [
        ("POST", "/lockers/{id}/hold", "heading"),
        ("GET", "/lockers", "bold"),
        ("DELETE", "/lockers/:id/hold", "table"),
    ]
    hold = design.endpoints[0]
    assert hold.properties["authentication"].text == "Bearer token"
    assert [row["code"].text for row in hold.errors] == ["HELD"]
    assert design.endpoints[2].properties["description"].text == "Give it back"


def test_entities_indexes_enums_and_variables():
    design = read(SERVICE)
    (entity,) = design.entities
    assert (entity.name, [c["column"].text for c in entity.columns]) == (
        "locker_state Table",
        ["id", "state"],
    )
    assert [index["columns"].text for index in entity.indexes] == ["state"]
    (enum,) = design.enums
    assert ([value.text for value in enum.values], enum.open) == (["FREE", "HELD"], True)
    assert [row["variable"].text for row in design.of(v.EnvVar)] == ["LOCKER_TTL_SECONDS"]


@pytest.mark.parametrize(
    ("kind", "description", "values"),
    [
        ("open / closed / lost", "", [["open", "closed", "lost"]]),
        ("text", "OPEN, CLOSED", [["OPEN", "CLOSED"]]),
        ("text", "One of: OPEN, CLOSED", [["OPEN", "CLOSED"]]),
        ("string | null", "", []),
        ("text", "shown while the door is OPEN/CLOSED", []),
    ],
)
def test_a_list_of_values_is_an_enum_where_it_is_all_that_is_said(kind, description, values):
    table = "| Column | Type | Constraints | Description |\n|---|---|---|---|"
    design = read(f"# D\n\n### Table: door\n\n{table}\n| state | {kind} | | {description} |\n")
    assert [[value.text for value in enum.values] for enum in design.enums] == values


def test_a_mention_is_no_declaration():
    design = read("# Notes\n\n## Background\n\nThe app calls POST /lockers/{id}/hold every time.\n")
    assert design.endpoints == ()


def test_external_endpoints_are_not_owned():
    design = read("# D\n\n## External API\n\n### GET /rates\n\ntext\n")
    assert [e.owned for e in design.endpoints] == [False]


def test_tables_are_typed_wherever_they_stand_and_in_other_languages():
    text = "# D\n\n## Ameaças\n\n| Ameaça | Probabilidade | Impacto | Mitigação |\n|---|---|---|---|\n| Força bruta | Alta | Alto | Bloqueio |\n"
    rows = read(text).of(v.Threat)
    assert [(row["threat"].text, row["mitigation"].text) for row in rows] == [
        ("Força bruta", "Bloqueio")
    ]


def test_a_table_of_something_else_stays_verbatim():
    design = read("# D\n\n| Fruit | Colour |\n|---|---|\n| pear | green |\n")
    assert design.tables[0].kind is None
    assert design.rows == ()


def test_sql_is_read():
    text = "# D\n\n```sql\nCREATE TABLE loan (\n  id uuid PRIMARY KEY,\n  book_id uuid REFERENCES book(id)\n);\nCREATE TYPE loan_state AS ENUM ('OPEN', 'RETURNED');\n```\n"
    design = read(text)
    assert [(e.name, [c["column"].text for c in e.columns]) for e in design.entities] == [
        ("loan", ["id", "book_id"])
    ]
    assert [[value.text for value in enum.values] for enum in design.enums] == [
        ["OPEN", "RETURNED"]
    ]
    column = design.entities[0].columns[1]["column"]
    assert text[column.span.start : column.span.end] == "book_id"


def test_mermaid_without_a_tag_and_beside_an_image():
    text = "# D\n\n```\nstateDiagram-v2\n[*] --> A\n```\n\n![flow](images/flow.png)\n"
    design = read(
        text, **{"diagrams/flow.mmd": "sequenceDiagram\nA->>B: GET /x\n", "images/flow.png": ""}
    )
    assert [d.kind for d in design.diagrams] == [DiagramKind.STATE, DiagramKind.SEQUENCE]
    assert design.diagrams[1].origin == "diagrams/flow.mmd"
    assert design.neighbours == {"diagrams/flow.mmd", "images/flow.png"}


def test_open_questions_and_header_fields():
    text = "---\nstatus: draft\n---\n# D\n\n**Author:** Ada  \n**Reviewers:** Bob\n\n## Scope\n\n[Q-4] What is in scope?\n"
    design = read(text)
    assert {name: cell.text for name, cell in design.header.items()} == {
        "status": "draft",
        "author": "Ada",
        "reviewers": "Bob",
    }
    assert [(mark.target, mark.text) for mark in design.questions] == [("Q-4", "What is in scope?")]
    assert [s.open_question for s in design.sections if s.title == "Scope"] == ["Q-4"]


def test_bullets_become_rows():
    text = "# D\n\n## Merge\n\n**Edge Cases:**\n\n- Empty input: nothing happens\n- Two at once: the first wins\n\n**Key test scenarios:**\n\n- Merge of nothing\n"
    design = read(text)
    assert [(r["edge_case"].text, r["behavior"].text) for r in design.of(v.EdgeCase)] == [
        ("Empty input", "nothing happens"),
        ("Two at once", "the first wins"),
    ]
    assert [r["scenario"].text for r in design.of(v.TestScenario)] == ["Merge of nothing"]


def test_malformed_rows_lose_confidence():
    design = read(
        "# D\n\n## Environment Variables\n\n| Variable | Required | Default |\n|---|---|---|\n| `A_B` | Yes |\n| `C_D` | No | 1 |\n"
    )
    assert [row.confidence < 0.5 for row in design.of(v.EnvVar)] == [True, False]


def test_both_blank_templates_are_recognised_and_lose_no_word():
    for name, template in TEMPLATES.items():
        text = blank(template)
        design = read(text)
        assert (design.template, design.template_confidence) == (name, 1.0)
        assert words(rewrite(design)) == words(text)


PIECES = [
    "# T", "## 5. API", "### GET /a/{b}", "**`POST /x`**", "**Table:** `t`", "text [Q-1] what?", "- `A_B`: c\n- d: e",
    "| Column | Type |\n|---|---|\n| id | uuid | 3 |\n| x |", "| Threat | Impact |\n|---|---|\n| a \\| b | - |",
    "| Method | Path |\n|---|---|\n| GET | /a |", "```sql\nCREATE TABLE a (b int", "```\nsequenceDiagram\nA->>B: GET /x\n```",
    "![x](y.png)", "<!-- c -->", "---", "> | a | b |\n> |---|---|\n> | 1 | 2 |", "| | |\n|-|-|\n| | |", "\x00\u2028", "é日本", "||||",
]  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=15), st.sampled_from(["\n\n", "\n", "\r\n\r\n"]))
def test_any_mix_is_read_tiles_and_keeps_its_words(parts: list[str], gap: str):
    text = gap.join(parts)
    design = read(text)
    assert "".join(design.source.slice(block.span) for block in design.blocks) == text
    assert "".join(design.source.slice(section.span) for section in design.sections) == text
    assert words(rewrite(design)) == words(text)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)
