"""What a brief says, in five languages, in documents of ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lld_agent.model.brief import Brief, RequirementKind, Role
from lld_agent.model.source import SourceText
from lld_agent.sources.brief import load_brief
from lld_agent.sources.brief.segment import sentences

PRD = """# PRD: Seed Library

## Purpose

Members borrow seeds and bring some back after harvest. This service keeps track of both.

## Scope

In scope:

- Lending seeds

Out of scope:

- Selling seeds

## Functional requirements

| ID | Requirement | Priority |
|---|---|---|
| SL-1 | A member must return a tenth of the harvest. | Must |
| SL-2 | The system should remind a member after 9 months. | Should |

### Catalogue

The catalogue must answer within 400 ms.

- Search by species
- **SL-7** Show photos of each plant

`GET /seeds/{id}` returns one packet.

## Data

A packet has these fields:

| Field | Type | Rules |
|---|---|---|
| id | UUID | unique |
| species | text | required |

## Assumptions

- Everybody has a member card.

## Acceptance criteria

- Given a packet that is lent, when another member asks for it, then the system offers a waiting list.

## Open questions

- Who cleans the seeds?

## Glossary

- **Packet**: one envelope of seeds.
"""


def load(text: str) -> Brief:
    return load_brief(SourceText(text, "brief.md"))


def texts(brief: Brief, kind: RequirementKind) -> list[str]:
    return [r.text for r in brief.requirements if r.kind is kind]


def test_requirements_have_their_own_ids_kinds_and_priorities():
    brief = load(PRD)
    by_id = {r.id: r for r in brief.requirements}
    assert by_id["SL-1"].text == "A member must return a tenth of the harvest."
    assert (by_id["SL-1"].priority, by_id["SL-2"].priority) == ("Must", "Should")
    assert by_id["SL-7"].own_id
    assert texts(brief, RequirementKind.SCOPE_IN) == ["Lending seeds"]
    assert texts(brief, RequirementKind.SCOPE_OUT) == ["Selling seeds"]
    assert texts(brief, RequirementKind.ASSUMPTION) == ["Everybody has a member card."]
    assert len(texts(brief, RequirementKind.ACCEPTANCE)) == 1
    assert texts(brief, RequirementKind.NON_FUNCTIONAL) == []
    assert [q.raw for q in by_id["R-4"].quantities] == ["within 400 ms"] or any(
        r.quantities for r in brief.requirements
    )


def test_structure_is_read():
    brief = load(PRD)
    assert (brief.title, brief.language, brief.kind) == ("Seed Library", "en", "prd")
    assert [(e.name, [a.name for a in e.attributes]) for e in brief.entities] == [
        ("Packet", ["id", "species"])
    ]
    assert [(e.method, e.path, e.description) for e in brief.endpoints] == [
        ("GET", "/seeds/{id}", "returns one packet.")
    ]
    assert [(pair.left, pair.right) for pair in brief.glossary] == [
        ("Packet", "one envelope of seeds.")
    ]
    summary = [span.text for span in brief.spans if span.id in brief.summary]
    assert summary[0] == "Members borrow seeds and bring some back after harvest."


def test_questions_and_glossary_are_no_requirements():
    brief = load(PRD)
    assert not any("cleans" in r.text or "envelope" in r.text for r in brief.requirements)


def test_every_normative_span_belongs_to_a_requirement_and_quotes_are_the_documents_words():
    brief = load(PRD)
    owned = {span for r in brief.requirements for span in r.spans}
    assert {span.id for span in brief.spans if span.normative} <= owned
    for span in brief.spans:
        assert brief.source.slice(span.span).strip()
        assert brief.source.line_of(span.span.start) == span.line


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("# Verleih\n\n## Anforderungen\n\nDas System muss jede Ausleihe bestätigen. Ein Mitglied darf nicht mehr als 5 Päckchen haben. Das Haus ist alt.\n", "de", 2),
        ("# Préstamo\n\n## Requisitos\n\nEl sistema debe confirmar cada préstamo. Las socias no pueden tener más de 5 sobres. La casa es antigua.\n", "es", 2),
        ("# Empréstimo\n\n## Requisitos\n\nO sistema deve confirmar cada empréstimo em até 3 segundos. A casa é antiga e não muda.\n", "pt", 1),
        ("# 种子借阅\n\n## 功能需求\n\n系统必须确认每一次借阅。会员不得超过五包。这栋房子很老。\n", "zh", 2),
        ("# Lending\n\n## Requirements\n\nThe system must confirm every loan. The house is old.\n", "en", 1),
    ],
)  # fmt: skip
def test_normative_sentences_in_five_languages(text: str, language: str, count: int):
    brief = load(text)
    assert brief.language == language
    assert sum(span.normative for span in brief.spans) == count


def test_user_stories_name_roles():
    brief = load(
        "# P\n\n## User stories\n\n- As a librarian, I want to print labels so that packets look alike.\n- Als Mitglied möchte ich suchen.\n- 作为管理员，我需要导出数据。\n"
    )
    assert [role.text for role in brief.roles] == ["librarian", "Mitglied", "管理员"]


def test_rfc_sections():
    brief = load(
        "# RFC 3: Stars\n\n## Motivation\n\nWhy.\n\n## Drawbacks\n\nSlow.\n\n## Alternatives\n\n- **Do nothing**: cheap today\n\n## Decisions\n\n- We keep both.\n"
    )
    assert brief.kind == "rfc"
    assert [(pair.left, pair.right) for pair in brief.alternatives] == [
        ("Do nothing", "cheap today")
    ]
    assert [pair.left for pair in brief.decisions] == ["We keep both."]


def test_a_second_use_of_an_id_is_told_apart():
    brief = load(
        "# P\n\n## Requirements\n\n- FR-1 It must open.\n- FR-1 It must close.\n- It must stay.\n"
    )
    assert [r.id for r in brief.requirements] == ["FR-1", "FR-1-b", "R-1"]


def test_sentences_survive_abbreviations_versions_and_code():
    raw = "Use e.g. Redis 7.2. It must not fail, i.e. retry. See https://example.org/a.b for `x.y`. End."
    assert [raw[a:b] for a, b in sentences(raw)] == [
        "Use e.g. Redis 7.2.",
        "It must not fail, i.e. retry.",
        "See https://example.org/a.b for `x.y`.",
        "End.",
    ]


def test_sections_have_roles():
    brief = load(PRD)
    roles = {
        span.headings[-1]: span.role
        for span in brief.spans
        if span.kind != "heading" and span.headings
    }
    assert roles["Purpose"] is Role.OVERVIEW
    assert roles["Open questions"] is Role.META


PIECES = [
    "# PRD", "## Requirements", "- it must x", "| ID | Requirement |\n|---|---|\n| FR-1 | must |\n| | |", "**Bold:**", "1. **A**:\n   - b must c",
    "Given x, when y, then z.", "```json\n{}\n```", "POST /a", "> quote must", "A b has a c and a d (E, F).", "系统必须。", "", "\x00", "|a|", "?:：",
]  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=12))
def test_any_text_becomes_a_brief(parts: list[str]):
    brief = load("\n\n".join(parts))
    ids = [r.id for r in brief.requirements]
    assert len(ids) == len(set(ids))
