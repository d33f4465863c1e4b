"""A small review with everything a report can show, and a hostile document."""

from lld_agent.model.review import ReviewResult
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.template.reader import read_design

DESIGN = """# Bells - Low-Level Design

Ünïcode: the tone is TBD, loudness is TBD <!-- lld: ignore STR003 -- in May -->

The colour is TBD. Errors follow RFC 7807.

## Limits

## Strike

```mermaid
sequenceDiagram
    participant Rope
    participant Bell
    Rope->>Bell: pull
    Bell-->>Rope: 200 OK
```

| Variable | Required | Default | Description | Sensitive |
|---|---|---|---|---|
| `BELL_SECRET` | No | `changeme` | Signs pulls | Yes |
"""

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[data](data:text/html;base64,PHNjcmlwdD4=)",
    "![pixel](https://evil.example/p.png)",
    "<svg onload=alert(1)><foreignObject><iframe src=//evil.example></iframe></foreignObject></svg>",
    "</script><script>alert(2)</script>",
    "]]> --> {{7*7}} ${7*7} ::error::x",
    "\x1b[31mred \u202eright to left",
    '" autofocus onfocus="alert(3)',
    "@someone #12 https://evil.example",
)

HOSTILE = (
    "# Bells "
    + PAYLOADS[0]
    + "\n\n"
    + "\n\n".join(f"The tone is TBD: {p}" for p in PAYLOADS)
    + """

| Variable | Required | Default | Description | Sensitive |
|---|---|---|---|---|
"""
    + "".join(f"| `SECRET_{n}` | No | `changeme` | {p} | Yes |\n" for n, p in enumerate(PAYLOADS))
    + """
```mermaid
flowchart LR
    A["<script>alert(4)</script>"] --> B["<img src=x onerror=alert(5)>"]
    click A href "javascript:alert(6)"
    style A fill:url(https://evil.example/x)
```
"""
)


def reviewed(text: str = DESIGN, path: str = "docs/bell design.md", *select: str) -> ReviewResult:
    chosen = Selection(select=select or ("STR003", "STR004", "CFG002"))
    return review(read_design(SourceText(text, path)), ReviewSettings(selection=chosen))
