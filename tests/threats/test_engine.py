"""The threat engine: model, prerequisites, matching, outcomes, ledger."""

import json
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.template.strategies import dense, documents

from lld_agent.language.lexicon import Lexicons
from lld_agent.model.source import SourceText
from lld_agent.model.threats import (
    Boundary,
    DataClass,
    ElementKind,
    Expected,
    Outcome,
    Stride,
    ThreatReport,
)
from lld_agent.report.data import json_report
from lld_agent.report.threats import threats_json, threats_markdown, threats_text
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.template.reader import read_design
from lld_agent.template.registry import TEMPLATES
from lld_agent.template.render import render
from lld_agent.text.mermaid.engine import Problem, parse
from lld_agent.threats.assess import assess
from lld_agent.threats.drawing import draw_model
from lld_agent.threats.prerequisites import PREREQUISITES
from lld_agent.threats.templates import templates

DESIGN = """# loans - Low-Level Design

## 1. Overview

### 1.2 Scope

**Out of Scope:**

- Role checks and RBAC (handled by the door-gateway)

## 2. Context

### 2.4 External Dependencies

| Dependency | Type | Failure Impact | Fallback Strategy |
|---|---|---|---|
| PostgreSQL | Required | No loans | none |
| Stripe | Required | No fines | none |
| members-service | Optional | No names | Cached names |
| Grandmother | Optional | No cake | none |

## 4. Data

#### 4.1.1 Loan

**Table:** `loan`

| Column | Type | Constraints | Description |
|---|---|---|---|
| `id` | UUID | PK | Id |
| `tenant_id` | UUID | NOT NULL | Library |
| `member_id` | UUID | FK | Who borrows |
| `email` | TEXT | NOT NULL | Where reminders go |

## 5. API

**`GET /loans/{id}`**

| Property | Value |
|---|---|
| **Authentication** | JWT |

**`POST /loans`**

| Property | Value |
|---|---|
| **Authentication** | JWT |

**Request:**
```json
{"member_id": "uuid", "callback_url": "string"}
```

**`GET /admin/loans`**

## 6. Flows

```mermaid
sequenceDiagram
    actor Member
    participant loans
    participant DB as Database
    Member->>loans: POST /loans
    loans->>DB: INSERT INTO loan
    DB-->>loans: id
    loans->>loans: log
```

## 9. Security

| Threat | Likelihood | Impact | Mitigation |
|---|---|---|---|
| Credential stuffing | High | High | Rate limiting, TLS |
| IDOR on loans | High | High | Look at the owner |
| Wet books | Low | Low | Umbrella |

## 14. Limitations

### 14.1 Known Limitations

| Limitation | Impact | Workaround |
|---|---|---|
| No audit trail | Nobody knows who did it | Ask around |
"""


@pytest.fixture(scope="module")
def report() -> ThreatReport:
    return assess(read_design(SourceText(DESIGN, "design.md")))


def of(report: ThreatReport, template: str) -> Expected:
    return next(one for one in report.expected if one.template.id == template)


def test_every_template_has_a_prerequisite_and_known_concepts():
    assert [one.id for one in templates()] == list(PREREQUISITES)
    assert len(templates()) == 28
    known = set(Lexicons().keys("attacks"))
    for one in templates():
        assert set(one.concepts) <= known, one.id
        assert one.controls, one.id


def test_no_concept_stands_unused():
    used = {concept for one in templates() for concept in one.concepts}
    # cross-site request forgery is a threat of browsers that no design invites by itself
    assert set(Lexicons().keys("attacks")) - used == {"csrf"}


def test_elements_have_kinds_and_stores_are_grouped(report: ThreatReport):
    kinds = {element.name: element.kind for element in report.model.elements}
    assert kinds == {
        "loans": ElementKind.PROCESS,
        "PostgreSQL": ElementKind.STORE,
        "Stripe": ElementKind.EXTERNAL,
        "members-service": ElementKind.PEER,
        "Grandmother": ElementKind.UNKNOWN,
        "Member": ElementKind.ACTOR,
    }
    assert [element.name for element in report.unknown] == ["Grandmother"]
    store = next(e for e in report.model.elements if e.name == "PostgreSQL")
    assert {DataClass.PERSONAL, DataClass.TENANT} <= store.data


def test_flows_are_merged_per_pair_and_cross_boundaries(report: ThreatReport):
    flows = {flow.name: flow for flow in report.model.flows}
    assert set(flows) == {
        "Member → loans",
        "loans → PostgreSQL",
        "loans → Stripe",
        "loans → members-service",
    }
    front = flows["Member → loans"]
    assert (front.boundary, front.auth) == (Boundary.INTERNET, "JWT")
    assert len(front.what) == 4
    assert flows["loans → Stripe"].boundary is Boundary.THIRD_PARTY
    assert flows["loans → members-service"].boundary is Boundary.PEER
    assert flows["loans → PostgreSQL"].what == ("INSERT INTO loan",)


def test_a_row_covers_by_its_threat(report: ThreatReport):
    covered = {one.template.id: one.row for one in report.of(Outcome.COVERED)}
    assert covered["T01"]["threat"].text == "Credential stuffing"
    assert covered["T07"]["threat"].text == "IDOR on loans"
    assert [row["threat"].text for row in report.other] == ["Wet books"]


def test_a_hit_in_the_mitigation_alone_is_weak_and_covers_nothing(report: ThreatReport):
    for template in ("T05", "T09"):
        one = of(report, template)
        assert one.outcome is Outcome.GAP
        assert [row["threat"].text for row in one.weak] == ["Credential stuffing"]


def test_what_is_out_of_scope_is_left_to_whom_the_document_names(report: ThreatReport):
    one = of(report, "T10")
    assert (one.outcome, one.reason) == (Outcome.ASSUMED, "out of scope, left to door-gateway")


def test_a_known_limitation_is_accepted(report: ThreatReport):
    one = of(report, "T06")
    assert (one.outcome, one.reason) == (Outcome.ACCEPTED, "known limitation No audit trail")


def test_a_false_prerequisite_is_named(report: ThreatReport):
    one = of(report, "T16")
    assert (one.outcome, one.reason) == (Outcome.NOT_APPLICABLE, "there is no upload of files")
    assert of(report, "L01").outcome is Outcome.NOT_APPLICABLE


def test_a_gap_quotes_its_ground_and_offers_a_row(report: ThreatReport):
    one = of(report, "T12")
    assert one.outcome is Outcome.GAP
    assert one.ground is not None
    assert DESIGN[one.ground.span.start : one.ground.span.end].startswith("**`POST /loans`**")
    assert one.proposal.startswith(
        "| Server-side requests to internal addresses through POST /loans |"
    )
    assert one.proposal.count("|") == 5


def test_gaps_come_with_the_most_urgent_first(report: ThreatReport):
    gaps = report.of(Outcome.GAP)
    assert [gap.priority for gap in gaps] == sorted((g.priority for g in gaps), reverse=True)
    assert gaps[0].template.id == "T12"


def test_the_ledger_answers_cells_or_leaves_them_open(report: ThreatReport):
    lines = {line.name: line for line in report.ledger}
    assert set(lines["PostgreSQL"].cells) == {
        Stride.TAMPERING,
        Stride.REPUDIATION,
        Stride.DISCLOSURE,
        Stride.DENIAL,
    }
    assert [one.template.id for one in lines["PostgreSQL"].cells[Stride.TAMPERING]] == ["T03"]
    assert lines["PostgreSQL"].cells[Stride.DENIAL] == ()
    assert set(lines["loans → Stripe"].cells) == {
        Stride.TAMPERING,
        Stride.DISCLOSURE,
        Stride.DENIAL,
    }
    assert "Grandmother" not in lines


@pytest.mark.parametrize(
    ("threat", "template"),
    [
        ("Força bruta no login", "T01"),
        ("Fremde Daten über die Nummer", "T07"),
        ("Denegación de servicio", "T09"),
        ("Escalada de privilegios", "T10"),
        ("Filtración de datos", "T14"),
    ],
)
def test_threats_in_other_languages_cover(threat: str, template: str):
    text = DESIGN.replace("Wet books", threat).replace(
        "- Role checks and RBAC (handled by the door-gateway)", "- Cake"
    )
    assert of(assess(read_design(SourceText(text, "d.md"))), template).outcome is Outcome.COVERED


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("Requests are rate limited per member.", Outcome.CONTROL_ONLY),
        ("There is no rate limiting.", Outcome.GAP),
        ("[Q-3] Which rate limits apply?", Outcome.ASSUMED),
        ("Rate limiting is enforced at the edge gateway.", Outcome.ASSUMED),
    ],
)
def test_controls_count_where_they_are_stated(line: str, outcome: Outcome):
    text = DESIGN.replace("## 6. Flows\n", f"## 6. Flows\n\n{line}\n")
    assert of(assess(read_design(SourceText(text, "d.md"))), "T09").outcome is outcome


HOSTILE = 'x"] --> y; <script>alert(1)</script> | `end` #quot; subgraph'


@pytest.mark.skipif(
    isinstance(parse("flowchart LR\n    a --> b"), Problem),
    reason="the engine has no wheel for this platform",
)
@pytest.mark.parametrize("name", ["Grandmother", HOSTILE, "end", "subgraph", "漢字"])
def test_the_drawing_parses_with_boundaries_as_subgraphs(name: str):
    text = DESIGN.replace("Grandmother", name.replace("|", "\\|"))
    drawn = draw_model(assess(read_design(SourceText(text, "d.md"))).model)
    parsed = parse(drawn)
    assert not isinstance(parsed, Problem), parsed
    titles = {group["title"] for group in parsed["subgraphs"]}
    assert {
        "Internet",
        "This design",
        "Stores",
        "Services of the platform",
        "Third parties",
    } <= titles
    assert "<script" not in drawn


def test_surfaces_name_gaps_reasons_and_the_ledger(report: ThreatReport):
    design = read_design(SourceText(DESIGN, "design.md"))
    text = threats_text(design, report)
    assert "  T16 a malicious file through ...: there is no upload of files" in text
    assert "D: not considered" in text
    data = json.loads(threats_json(design, report))
    assert {one["outcome"] for one in data["expected"]} == set(Outcome)
    gap = next(one for one in data["expected"] if one["id"] == "T12")
    assert gap["quote"] == "**`POST /loans`**"
    assert "## Ledger" in threats_markdown(design, report)


def test_review_explains_threats_and_takes_suppressions():
    text = DESIGN.replace(
        "**`POST /loans`**", "<!-- lld: ignore SEC017 -- next year -->\n**`POST /loans`**"
    )
    design = read_design(SourceText(text, "design.md"))
    chosen = ReviewSettings(Selection(select=("SEC017",)), explain_threats=True)
    result = review(design, chosen)
    assert result.threats is not None
    one = of(result.threats, "T12")
    assert (one.outcome, one.reason) == (Outcome.ACCEPTED, "next year")
    assert json.loads(json_report([result]))["threats"][0]["path"] == "design.md"
    assert review(design, ReviewSettings(Selection(select=("SEC017",)))).threats is None


@pytest.mark.parametrize("name", sorted(TEMPLATES))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_design_breaks_the_engine(name: str, data: st.DataObject):
    markdown = render(data.draw(documents(TEMPLATES[name].model)))
    design = read_design(SourceText(markdown, "d.md"))
    report = assess(design)
    names = {element.name for element in report.model.elements}
    assert all({flow.source, flow.target} <= names for flow in report.model.flows)
    assert len(report.expected) == 28
    threats_text(design, report)
    assert not isinstance(parse(draw_model(report.model)), Problem) or not report.model.elements


@pytest.mark.parametrize("name", sorted(TEMPLATES))
@pytest.mark.parametrize("seed", range(10))
def test_no_whole_design_breaks_the_engine(name: str, seed: int):
    markdown = render(dense(TEMPLATES[name].model, Random(seed)))
    design = read_design(SourceText(markdown, "d.md"))
    report = assess(design)
    threats_markdown(design, report)
    assert not isinstance(parse(draw_model(report.model)), Problem)
