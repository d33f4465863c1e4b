"""Reports of evaluations: what they say, and that a page does nothing but show."""

import re
from pathlib import Path

import pytest
from tests.report.chromium import Page, find

from lld_agent.evaluation.draft_metrics import Details, Score
from lld_agent.evaluation.grounding import Named
from lld_agent.evaluation.report.html import html_report
from lld_agent.evaluation.report.shown import Shown
from lld_agent.evaluation.report.text import figure, markdown_report, summary
from lld_agent.evaluation.results import DocumentResult, Results, RunResult
from lld_agent.evaluation.reviews import (
    CleanDocument,
    CriticFigures,
    Defects,
    Dimension,
    Judged,
    Reviews,
)
from lld_agent.model.usage import Usage

HOSTILE = "<script>document.title='pwned'</script><img src=x onerror=alert(1)> | `x` \u202e"


def document(slug: str, f1: float, error: str = "") -> DocumentResult:
    details = Details(
        missing=(Named(slot="security.threats", text=HOSTILE),),
        extra=tuple(Named(slot="data.entities", text=f"row {n}") for n in range(60)),
        findings=(f"API001 error: {HOSTILE}",),
    )
    metrics = {
        "rendered": 1.0,
        "rows.f1": f1,
        "coverage.all": 0.5,
        "cost": None,
        "seconds": 2.0,
        "length": 1.2,
    }
    run = RunResult(
        repeat=0,
        error=error,
        score=Score(metrics=metrics, tables={"security.threats": (5, 6, 4)}, details=details),
    )
    return DocumentResult(
        slug=slug,
        template="service",
        domain=HOSTILE,
        language="en",
        split="development",
        runs=(run,),
    )


def results(name: str, *values: float, error: str = "") -> Results:
    documents = [document(f"doc-{n}", v, error if n == 0 else "") for n, v in enumerate(values)]
    return Results(generator="lld-agent test", drafter=name, repeats=1, documents=tuple(documents))


REVIEWS = Reviews(
    generator="lld-agent test",
    operators=(
        Defects(id="MU01", title="drop an error row", dimension="api", kind="D", defects=4, found=3, stable=3, fired={"API004": 3}, collateral=0),
        Defects(id="MU02", title=HOSTILE, dimension="security", kind="L", defects=2, found=0, stable=0, fired={}, collateral=1),
    ),
    dimensions=(Dimension(dimension="api", defects=4, found=3),),
    clean=(CleanDocument(document="doc-0", words=2000, findings=1, rules=("SEC001",)),),
    equivalent=(6, 0),
    critics=CriticFigures(
        model="openai/test", repeats=2, clean=(CleanDocument(document="doc-0", words=2000, findings=3),),
        defects=(Defects(id="MU56", title="negate", dimension="contradiction", kind="L", defects=4, found=1, stable=0, fired={"CRI002": 1}, collateral=0),),
        stability=0.5, failures=1, usage=Usage(requests=40, cost=None),
    ),
    judged=(Judged(rule="API004", severity="error", judged=10, true=9),),
)  # fmt: skip


@pytest.fixture
def shown() -> Shown:
    return Shown(
        results(HOSTILE, 0.5, 0.6, 0.7, error=f"RuntimeError: {HOSTILE}"),
        results("base", 0.5, 0.62, 0.7),
        REVIEWS,
    )


def test_markdown_holds_gate_changes_figures_and_reviews(shown: Shown):
    text = markdown_report(shown)
    for heading in ("## Gate: fail", "## Changes", "## Drafts", "## Reviews"):
        assert heading in text
    assert "| Row F1 | 0.600 | 0.352 to 0.848 | 3 |" in text  # 0.6 ± 4.303 · 0.1 / √3
    assert "3 of 4 defects that rules are to find were found" in text
    assert "9 of 10 true (0.900, 0.60 to 0.98)" in text
    assert "1 of 4 defects for readers found (0.250, 0.05 to 0.70)" in text
    assert "3 findings, 1.500 per 1,000 words; overlap of 2 runs 0.500" in text
    assert "40 requests, cost unknown, 1 questions without an answer" in text
    for line in text.split("\n"):
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in {4, 5, 6, 8}


def test_a_summary_names_crashes():
    assert "crashed: doc-0 run 1: no luck" in summary(results("x", 0.1, error="no\nluck"))


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(None, "share", "-"), (float("inf"), "ratio", "-"), (0.12345, "share", "0.123"), (1234.0, "count", "1,234"), (0.005, "dollars", "0.01"), (3.14, "seconds", "3.1")],
)  # fmt: skip
def test_figures(value, unit, said):
    assert figure(value, unit) == said


def test_the_page_escapes_what_documents_say(shown: Shown):
    page = html_report(shown)
    assert "<script" not in page
    assert "<img" not in page
    assert "onerror" in page
    assert "style=" not in page.split("</head>")[1]
    assert "default-src &#39;none&#39;" in page
    assert "\u202e" not in page
    assert "and 20 more, in the results file" in page


def test_a_page_of_one_part_alone():
    page = html_report(Shown(reviews=REVIEWS))
    assert "Findings by defect" in page
    assert "overlap of 2 runs 0.500" in page
    assert "Metric by document" not in page
    assert 'href="#gate"' not in html_report(Shown(results("x", 0.4)))


@pytest.mark.skipif(find() is None, reason="no Chromium")
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_in_a_browser(shown: Shown, tmp_path: Path, dark: bool):
    path = tmp_path / "report.html"
    path.write_text(html_report(shown), encoding="utf-8")
    with Page(find(), dark=dark, width=420) as page:
        page.open(path)
        assert page.run("document.title").startswith("Evaluation")
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        asked = [
            e["params"]["request"]["url"]
            for e in page.events
            if e["method"] == "Network.requestWillBeSent"
        ]
        assert all(url.startswith("file:") for url in asked)
        assert len(asked) == 1
        assert not [
            e for e in page.events if e["method"] in {"Log.entryAdded", "Runtime.exceptionThrown"}
        ]
        colour = page.run("getComputedStyle(document.body).backgroundColor")
        assert colour == ("rgb(15, 19, 24)" if dark else "rgb(255, 255, 255)")
        assert page.run(CONTRAST) >= 4.5


CONTRAST = """
(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255).map((c) => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const rgb = parse(getComputedStyle(node).backgroundColor);
      if (rgb.length === 3 || rgb[3] > 0) return rgb;
    }
    return [255, 255, 255];
  };
  let least = 99;
  for (const node of document.querySelectorAll("main *, header *, footer")) {
    if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))];
    least = Math.min(least, (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
  }
  return least;
})()
"""
