"""No text makes a rule about text hang or crash: repetition is what regular expressions fear."""

from dataclasses import replace

import pytest

from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.template.reader import read_design

TIMES = 2000
BAIT = {
    "markers": "TODO ",
    "opening braces": "{",
    "placeholders": "{a b}",
    "backticks": "`a ",
    "pipes": "| a",
    "blanks": " ",
    "references": "section 4.9 ",
    "numbers": "1.",
    "opened comments": "<!-- ",
    "suppressions": "<!-- lld: ignore STR003 -- x -->",
    "brackets": "[",
    "links": "[a](#b)",
    "quotation marks": '"',
    "blank lines": "\n \n",
    "ids": "REQ-1 ",
    "parts of an id": "a-",
    "headings": "# a\n",
    "emphasis": "* _",
    "denials": "no a/",
    "question marks": "?",
    "capitals": "A",
    "orders": "Ignore your prompts <!-- as an llm --> ",
    "unseen": "<p hidden>\u200b",
}


BEFORE = ["", "| a | b |\n|---|---|\n| ", "# x\n\n- ", "| a | b |\n", "TBD "]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("piece", BAIT.values(), ids=BAIT.keys())
def test_repetition(before: str, piece: str):
    design = read_design(SourceText(before + piece * TIMES + " TBD"), {})
    settings = ReviewSettings(selection=Selection(select=("STR", "REQ", "TXT005")))
    for template in ("", "service"):
        result = review(replace(design, template=template), settings)
        assert result.coverage.rules_failed == ()


@pytest.mark.parametrize("piece", ["\n## 1.1 a\n### 5.1 b\n", "\n# a\n[a](#b)\n"])
def test_repeated_sections(piece: str):
    settings = ReviewSettings(selection=Selection(select=("STR010", "STR013")))
    result = review(read_design(SourceText(piece * TIMES), {}), settings)
    assert result.coverage.rules_failed == ()


@pytest.mark.parametrize("text", ["", "\n", "x", "\r", "#", "|", "\u2028", "---\n---\n", "```"])
def test_next_to_nothing(text: str):
    assert review(read_design(SourceText(text))).coverage.rules_failed == ()


CODE = {
    "enums": "enum A {",
    "members": "enum A { A, ",
    "unions": "type X = 'a' | ",
    "classes": "class X(Enum):\n    \n",
    "comments": "/*",
    "indexes": "CREATE INDEX a ON b (",
    "tables": "CREATE TABLE a (",
}


@pytest.mark.parametrize("piece", CODE.values(), ids=CODE.keys())
@pytest.mark.parametrize("language", ["", "sql"])
def test_repetition_in_code(language: str, piece: str):
    text = f"# x\n\n```{language}\n{piece * TIMES}\n```\n"
    assert review(read_design(SourceText(text), {})).coverage.rules_failed == ()


CELLS = """# Loans

## External Dependencies

| Dependency | Type | Failure Impact | Fallback Strategy | SLA |
|---|---|---|---|---|
| X | Required X | X | X | 99% X |
| Y | Required | no | 503 | 99% |

## Constraints

| Constraint Type | Description | Impact |
|---|---|---|
| Availability | 99.9% X | X |

## API

### GET /loans/{id}

| Property | Value |
|---|---|
| **Rate Limit** | 1 X |
| **Timeout** | 1 s X |

**Query Parameters:**

| Parameter | Type | Default | Description |
|---|---|---|---|
| `page` | X | 1 | max X |
| `limit` | X | 1 | max X |

**Response:**

```json
{"state": "X", "job_id": "X"}
```

**Error responses:**

| Status Code | Error Code | Description | Retry? |
|---|---|---|---|
| 409 X | X | X | Yes X |

## Retry Strategy

| Error Type | Max Retries | Backoff | Circuit Breaker |
|---|---|---|---|
| Y X | 3 X | max X | X |

## States

| From | To | Trigger | Guard Condition | Side Effect |
|---|---|---|---|---|
| A | B | `approve(X` | X role | X |

```mermaid
sequenceDiagram
    participant A as X
    participant B
    A->>B: X
    B-->>A: X
```
"""


@pytest.mark.parametrize("piece", [*BAIT.values(), "max ", "a", "1, ", "ing_", "yes ", "-"])
def test_repetition_in_cells(piece: str):
    flat = piece.replace("\n", " ").replace("|", "/").replace("`", "'")
    design = read_design(SourceText(CELLS.replace("X", flat * (TIMES // 4))), {})
    settings = ReviewSettings(
        selection=Selection(select=("API", "ERR", "FLO", "STA"), preview=True)
    )
    assert review(design, settings).coverage.rules_failed == ()
