"""Runs, crashes, comparisons and the gate."""

import json
from pathlib import Path

import pytest
from tests.evaluation.standins import make

from lld_agent.errors import InputError, UsageError
from lld_agent.evaluation.comparing import Verdict, differences, gate, overall
from lld_agent.evaluation.draft_metrics import Score
from lld_agent.evaluation.drafters import Outline, Recorded
from lld_agent.evaluation.golden import load_goldens
from lld_agent.evaluation.results import (
    DocumentResult,
    Results,
    RunResult,
    read_results,
    results_text,
)
from lld_agent.evaluation.runner import Plan, evaluate


@pytest.fixture(scope="module")
def goldens(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    for slug in ("parcel-lockers", "webhook-relay"):
        make(folder, slug)
    return load_goldens(folder)


class Shaky(Outline):
    """Raises in the first run on every document."""

    name = "shaky"

    async def draft(self, golden, repeat):
        if repeat == 0:
            raise RuntimeError("no luck")
        return await super().draft(golden, repeat)


class OnlyModules(Outline):
    """Drafts modules."""

    name = "only-modules"

    def suits(self, golden):
        return golden.meta.template == "module"


def test_the_outline_of_each_document_is_measured(goldens):
    found = evaluate(goldens, Outline(), Plan(repeats=2, concurrency=2))
    assert [one.slug for one in found.documents] == ["parcel-lockers", "webhook-relay"]
    assert all(len(one.runs) == 2 and not run.error for one in found.documents for run in one.runs)
    recall = found.values("rows.recall")
    assert set(recall) == {"parcel-lockers", "webhook-relay"}
    assert all(0 < value < 0.5 for value in recall.values())
    assert found.values("schema.first_try") == {}


def test_a_recorded_run_gives_the_document_that_was_recorded(goldens):
    found = evaluate([one for one in goldens if one.slug == "webhook-relay"], Recorded(), Plan())
    [document] = found.documents
    assert document.value("rows.f1") == 1  # the stand-in's golden design is that very run
    assert document.value("calls") > 10
    assert document.value("schema.after_reask") == 1
    assert document.value("grounding.broken_quotes") == 0


def test_a_crashed_run_counts_as_nothing_and_is_named(goldens):
    steady = evaluate(goldens, Outline(), Plan())
    shaky = evaluate(goldens, Shaky(), Plan(repeats=2))
    for document in shaky.documents:
        assert document.runs[0].error.endswith("no luck")
        half = steady.values("rows.recall")[document.slug] / 2
        assert document.value("rows.recall") == pytest.approx(half)
    assert overall(gate(steady, shaky)) is Verdict.FAIL
    failed = {one.metric.name for one in gate(steady, shaky) if one.verdict is Verdict.FAIL}
    assert "rendered" in failed


def test_documents_without_a_recording_are_left_out_and_named(tmp_path: Path):
    for slug in ("parcel-lockers", "webhook-relay"):
        make(tmp_path, slug)
    (tmp_path / "parcel-lockers" / "run.jsonl").unlink()
    loaded = load_goldens(tmp_path)
    assert [Recorded().suits(one) for one in loaded] == [False, True]
    found = evaluate(loaded, OnlyModules(), Plan())
    assert [one.slug for one in found.documents] == ["webhook-relay"]
    assert found.left_out == ("parcel-lockers: nothing for the drafter only-modules",)
    with pytest.raises(UsageError, match="suits none"):
        evaluate(loaded[:1], Recorded(), Plan())


def test_frozen_documents_are_read_on_demand_only(tmp_path: Path):
    make(tmp_path, "parcel-lockers", split="frozen")
    make(tmp_path, "webhook-relay")
    assert [one.slug for one in load_goldens(tmp_path)] == ["webhook-relay"]
    assert len(load_goldens(tmp_path, frozen=True)) == 2
    with pytest.raises(InputError, match="no golden document nosuch"):
        load_goldens(tmp_path, only=["nosuch"])


def test_results_are_read_back(goldens, tmp_path: Path):
    found = evaluate(goldens[1:], Outline(), Plan())
    path = tmp_path / "results.json"
    path.write_text(results_text(found), encoding="utf-8")
    assert read_results(path) == found
    bare = found.without_details()
    assert bare.values("rows.f1") == found.values("rows.f1")
    assert not bare.documents[0].runs[0].score.details.missing
    path.write_text(json.dumps({"schema_version": 9}), encoding="utf-8")
    with pytest.raises(InputError, match="no results of this version"):
        read_results(path)
    with pytest.raises(InputError, match="cannot read"):
        read_results(tmp_path / "nosuch.json")


def results(**values: list[float]) -> Results:
    """Return results in which each document has `rows.f1` of its runs, and findings of 1."""
    return Results(
        generator="test",
        drafter="test",
        repeats=1,
        documents=tuple(
            DocumentResult(
                slug=slug, template="module", domain="test", language="en", split="development",
                runs=tuple(
                    RunResult(repeat=at, score=Score(metrics={"rendered": 1.0, "rows.f1": value, "consistency.findings": 1 - value}))
                    for at, value in enumerate(runs)
                ),
            )
            for slug, runs in values.items()
        ),
    )  # fmt: skip


def verdict(base: Results, candidate: Results, metric: str = "rows.f1", margin=None) -> Verdict:
    return next(g.verdict for g in gate(base, candidate, margin) if g.metric.name == metric)


BASE = {"a": [0.50], "b": [0.60], "c": [0.40], "d": [0.55]}


def shifted(*changes: float) -> Results:
    return results(**{k: [v[0] + c] for (k, v), c in zip(BASE.items(), changes, strict=True)})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((0, 0, 0, 0), Verdict.PASS),
        ((0.1, 0.11, 0.1, 0.12), Verdict.PASS),
        ((-0.01, -0.012, -0.011, -0.01), Verdict.PASS),  # worse, but surely by less than 0.03
        ((-0.1, -0.11, -0.1, -0.1), Verdict.FAIL),
        ((0.1, -0.1, 0.05, -0.09), Verdict.INCONCLUSIVE),
    ],
)
def test_the_gate_has_three_answers(changes, said):
    assert verdict(results(**BASE), shifted(*changes)) is said


def test_where_less_is_better_the_gate_turns():
    base, worse = results(**BASE), shifted(-0.9, -0.9, -0.9, -0.9)
    assert verdict(base, worse, "consistency.findings") is Verdict.FAIL
    assert verdict(worse, base, "consistency.findings") is Verdict.PASS


def test_a_missing_document_fails_the_gate():
    fewer = results(**{k: v for k, v in BASE.items() if k != "c"})
    assert verdict(results(**BASE), fewer) is Verdict.FAIL
    [lost] = [
        one.lost for one in differences(results(**BASE), fewer) if one.metric.name == "rows.f1"
    ]
    assert lost == ("c",)


def test_a_margin_may_be_given():
    changes = (-0.1, -0.11, -0.1, -0.1)
    assert verdict(results(**BASE), shifted(*changes), margin=0.2) is Verdict.PASS


def test_one_document_is_not_enough_to_pass_what_got_worse():
    assert verdict(results(a=[0.5]), results(a=[0.5])) is Verdict.PASS
    assert verdict(results(a=[0.5]), results(a=[0.49])) is Verdict.INCONCLUSIVE
    assert verdict(results(a=[0.5]), results(a=[0.3])) is Verdict.FAIL


def test_differences_are_of_means_of_documents():
    base = results(a=[0.2, 0.4], b=[0.5, 0.5])
    candidate = results(a=[0.4, 0.6], b=[0.5, 0.9])
    [f1] = [one for one in differences(base, candidate) if one.metric.name == "rows.f1"]
    assert (f1.base, f1.candidate) == (pytest.approx(0.4), pytest.approx(0.6))
    assert f1.change.mean == pytest.approx(0.2)
    assert f1.change.count == 2
    assert f1.change.low == pytest.approx(0.2)  # both documents gained the same


def test_documents_that_changed_are_not_compared():
    def with_digest(found: Results, digest: str) -> Results:
        first, *rest = found.documents
        changed = first.model_copy(update={"digest": digest})
        return found.model_copy(update={"documents": (changed, *rest)})

    base, worse = with_digest(results(**BASE), "old"), with_digest(shifted(-0.5, 0, 0, 0), "new")
    assert base.like(worse)[1] == ("a",)
    assert verdict(base, worse) is Verdict.PASS
    assert verdict(base, with_digest(shifted(-0.5, 0, 0, 0), "old")) is Verdict.FAIL
    alone = with_digest(results(a=[0.5]), "old")
    assert overall(gate(alone, with_digest(results(a=[0.5]), "new"))) is Verdict.INCONCLUSIVE
