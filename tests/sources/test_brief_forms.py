"""The forms in which people state what they want, and what only looks like one."""

import pytest

from lld_agent.model.brief import Brief
from lld_agent.model.source import SourceText
from lld_agent.sources.brief import load_brief


def brief(text: str) -> Brief:
    return load_brief(SourceText(text, "prd.md"))


def demands(text: str) -> list[str]:
    return [span.text for span in brief(text).spans if span.normative]


@pytest.mark.parametrize(
    "sentence",
    [
        "The relay server will drop messages older than a day.",
        "A basket may hold at most 40 seeds.",
        "Only librarians may delete a loan.",
        "The importer is responsible for removing duplicates.",
        "Ein Beet darf höchstens 12 Pflanzen haben.",
        "Nur der Gärtner darf ein Beet sperren.",
        "Un socio no puede reservar dos veces.",
        "O sistema nao pode apagar registros.",
        "Somente administradores apagam registros.",
        "借阅记录最多保留30天。",
    ],
)
def test_a_sentence_demands_by_its_words(sentence: str):
    assert demands(f"# Notes\n\n## About\n\n{sentence}\n") == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "This document describes how members must be served.",
        "Last year the library moved to a new hall.",
        "Must the catalogue be public?",
        "Purpose:",
    ],
)
def test_a_sentence_that_demands_nothing(sentence: str):
    assert demands(f"# Notes\n\n## About\n\n{sentence}\n") == []


@pytest.mark.parametrize(
    "heading",
    [
        "Responsibilities",
        "Core features",
        "User stories",
        "Funktionale Anforderungen",
        "Requisitos no funcionales",
        "Requisitos nao funcionais",
        "Criterios de aceitacao",
        "功能需求",
    ],
)
def test_items_demand_under_a_heading_of_demands(heading: str):
    assert demands(f"# Seeds\n\n## {heading}\n\n- Lend seeds to members\n") == [
        "Lend seeds to members"
    ]


@pytest.mark.parametrize(
    "heading", ["Success metrics", "KPIs", "Alternatives", "Drawbacks", "Future work", "Glossary"]
)
def test_nothing_demands_where_something_else_is_said(heading: str):
    row = "| Loans must grow | 10 % a year |"
    assert demands(f"# PRD: Seeds\n\n## {heading}\n\n| What | How much |\n|---|---|\n{row}\n") == []


def test_numbered_rows_demand_wherever_they_stand():
    rows = "".join(f"| CA-00{n} | The door stays shut case {n} | by hand |\n" for n in range(1, 4))
    found = brief(f"# Door\n\n## Notes\n\n| ID | What | How |\n|---|---|---|\n{rows}")
    assert [requirement.id for requirement in found.requirements] == ["CA-001", "CA-002", "CA-003"]


def test_two_rows_with_a_code_are_no_series():
    rows = "| A-1 | Blue pipe of steel | left |\n| B-2 | Red pipe of steel | right |\n"
    assert demands(f"# Pipes\n\n## Parts\n\n| Code | What | Where |\n|---|---|---|\n{rows}") == []


def test_steps_as_headings_are_demands():
    text = "# Lend\n\n## Step 1: the member scans the card\n\n## Step 2: the desk hands out the seeds\n"
    assert len(demands(text)) == 2


def test_the_name_of_the_document_says_nothing_about_its_sections():
    text = "# Loan workflow\n\n## Team\n\n- Ann and Bob of branch four\n"
    assert demands(text) == []


def test_a_proposal_demands_by_saying_how_things_are_done():
    text = "# RFC 4: Relay\n\n## Design\n\nPayloads over 256 KB are refused.\n\n## Drawbacks\n\nRetries are slow.\n"
    assert demands(text) == ["Payloads over 256 KB are refused."]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("## Users\n\n- Gardener: waters beds\n- Guest\n", ["Gardener", "Guest"]),
        ("## Stories\n\n- As a gardener, I want to water beds\n", ["gardener"]),
        ("## Rights\n\n| Role | May |\n|---|---|\n| Gardener | water |\n", ["Gardener"]),
        ("## Publico-alvo\n\n| Perfil | Uso |\n|---|---|\n| Jardineiro | rega |\n", ["Jardineiro"]),
        ("## Flow\n\nAs a result, beds are watered twice.\n", []),
    ],
)
def test_roles_are_who_does_things(text: str, roles: list[str]):
    assert [role.text for role in brief(f"# Garden\n\n{text}").roles] == roles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Fields of a loan:\n\n| Field | Type |\n|---|---|\n| id | uuid |\n| due | date |\n",
            ("Loan", ["id", "due"]),
        ),
        (
            "A shelf has the following fields: number, floor, capacity.\n",
            ("Shelf", ["number", "floor", "capacity"]),
        ),
        (
            "```python\n@dataclass\nclass Book:\n    isbn: str\n    copies: int = 1\n```\n",
            ("Book", ["isbn", "copies"]),
        ),
        (
            "```ts\nexport interface Member {\n  id: string;\n  email?: string;\n}\n```\n",
            ("Member", ["id", "email"]),
        ),
        (
            "```sql\nCREATE TABLE branch (id uuid PRIMARY KEY, city text);\n```\n",
            ("branch", ["id", "city"]),
        ),
    ],
)
def test_entities_in_every_notation(text: str, expected: tuple[str, list[str]]):
    found = brief(f"# Library\n\n## Data model\n\n{text}").entities
    assert [(entity.name, [a.name for a in entity.attributes]) for entity in found] == [expected]


def test_services_are_no_entities():
    text = "# L\n\n```python\nclass LoanService:\n    name: str\n    store: Store\n```\n"
    assert brief(text).entities == ()


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Tempo de resposta abaixo de 2 s.", []),
        ("Traces go to Tempo and Loki.", ["Loki", "Tempo"]),
        ("React to alarms within 5 s.", []),
        ("PostgreSQL keeps the loans.", ["PostgreSQL"]),
    ],
)
def test_a_word_of_the_language_is_no_product(sentence: str, names: list[str]):
    found = brief(f"# X\n\n## Notes\n\n{sentence}\n").technologies
    assert sorted(mention.text for mention in found) == names


@pytest.mark.parametrize(
    ("sentence", "used"),
    [
        ("No WhatsApp. I know marketing will ask.", []),
        ("The service must not use Kafka.", []),
        ("State is kept in PostgreSQL, not in Redis.", ["PostgreSQL"]),
        ("Der Dienst läuft ohne Redis und nicht auf Kubernetes.", []),
        ("不使用 Kafka，状态存放在 PostgreSQL。", ["PostgreSQL"]),
        ("Not only PostgreSQL but also Redis is used.", ["PostgreSQL", "Redis"]),
        ("No event may be lost when Kafka is down.", ["Kafka"]),
        ("There is no reason to leave Kafka.", ["Kafka"]),
        ("If PostgreSQL is not available, Redis answers.", ["PostgreSQL", "Redis"]),
    ],
)
def test_a_technology_that_is_excluded_is_not_named_as_used(sentence: str, used: list[str]):
    found = brief(f"# X\n\n## Requirements\n\n- {sentence}\n").technologies
    assert [one.name for one in found] == used


def test_technologies_out_of_scope_are_not_used():
    text = "# X\n\n## Out of scope\n\n- Moving data out of MongoDB\n\n## Requirements\n\n- State is in PostgreSQL.\n"
    assert [one.name for one in brief(text).technologies] == ["PostgreSQL"]
