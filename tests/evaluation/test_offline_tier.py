"""The offline tier: golden documents and recorded runs through the product as it is, against what it did before.

A figure that got worse fails here. When that is meant: `lld-agent eval run --frozen --figures-only -o
evals/baselines/outline.json`, and the commit says why.
"""

import itertools
from pathlib import Path

import pytest

from lld_agent.evaluation.comparing import Verdict, gate, hard
from lld_agent.evaluation.draft_metrics import uncovered_of
from lld_agent.evaluation.drafters import Outline, Recorded
from lld_agent.evaluation.golden import load_goldens
from lld_agent.evaluation.results import Results, read_results
from lld_agent.evaluation.rows import match_documents, row_score
from lld_agent.evaluation.runner import Plan, evaluate

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def outlines() -> Results:
    return evaluate(load_goldens(ROOT / "evals" / "golden", frozen=True), Outline(), Plan())


def failures(gated) -> list[str]:
    return [f"{g.metric.name}: {g.reason}" for g in gated if g.verdict is Verdict.FAIL]


def test_outlines_of_the_golden_documents_keep_what_is_demanded_of_every_draft(outlines: Results):
    assert failures(hard(outlines)) == []
    for document in outlines.documents:
        assert document.value("consistency.errors") == 0, document.slug
        assert document.value("grounding.sourced") == 1, document.slug
        assert document.value("leakage") == 0, document.slug
        assert document.value("rows.recall") > 0, document.slug


def test_outlines_are_no_worse_than_the_baseline(outlines: Results):
    base = read_results(ROOT / "evals" / "baselines" / "outline.json")
    same, changed = base.like(outlines)
    assert len(same.documents) + len(changed) == len(base.documents)
    assert failures(gate(base, outlines)) == []


@pytest.mark.parametrize(
    "slug",
    [
        "webhook-relay",
        pytest.param("parcel-lockers", marks=pytest.mark.long),
        pytest.param("ticket-summaries", marks=pytest.mark.long),
    ],
)
def test_recorded_runs_answer_their_requirements(slug: str):
    [golden] = load_goldens(ROOT / "examples", only=[slug])
    found = evaluate([golden], Recorded(), Plan())
    assert failures(hard(found)) == []
    [document] = found.documents
    assert document.value("coverage.all") >= 0.95
    assert document.value("grounding.sourced") >= 0.99
    assert document.value("consistency.errors") == 0
    outline = evaluate([golden], Outline(), Plan()).documents[0]
    assert document.value("coverage.all") > outline.value("coverage.all")


@pytest.mark.long
def test_golden_documents_are_themselves_and_no_other():
    goldens = load_goldens(ROOT / "evals" / "golden", frozen=True)
    for one in goldens:
        own = row_score(match_documents(one.document, one.document, one.meta.language))
        assert (own.precision, own.recall, own.agreement) == (1, 1, 1), one.slug
        assert list(uncovered_of(one.requirements, one.document)) == [], one.slug
    for one, other in itertools.combinations(goldens, 2):
        if one.template is other.template:
            found = row_score(match_documents(one.document, other.document, one.meta.language))
            assert found.f1 < 0.3, (one.slug, other.slug, found)
