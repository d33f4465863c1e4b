"""The metrics of a draft, one defect at a time: each must move its own figure."""

from pathlib import Path

import pytest
from tests.evaluation.standins import make

from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import draft_outline
from lld_agent.evaluation.draft_metrics import crashed, schema_validity, score, uncovered_of
from lld_agent.evaluation.drafted import Drafted
from lld_agent.evaluation.golden import Golden, load_golden
from lld_agent.evaluation.grounding import assumptions_share, broken_quotes, sourced_share
from lld_agent.evaluation.metrics import BY_NAME, METRICS
from lld_agent.evaluation.wording import duplicate_share
from lld_agent.model.provenance import Basis, Provenance
from lld_agent.model.run import RunEvent
from lld_agent.template.render import render


@pytest.fixture(scope="module")
def golden(tmp_path_factory) -> Golden:
    return load_golden(make(tmp_path_factory.mktemp("golden"), "parcel-lockers"))


def as_drafted(golden: Golden, document=None, **more) -> Drafted:
    document = golden.document if document is None else document
    return Drafted(golden.brief, document, render(document), **more)


def test_a_golden_document_is_its_own_best_draft(golden: Golden):
    found = score(golden, as_drafted(golden))
    metrics = found.metrics
    assert set(metrics) == set(BY_NAME)
    for name in ("rows.f1", "rows.agreement", "coverage.all", "coverage.negative", "length"):
        assert metrics[name] == pytest.approx(1), name
    assert metrics["leakage"] == 0
    assert metrics["grounding.sourced"] == 1
    assert metrics["calls"] == 0
    assert found.details.missing == found.details.extra == found.details.uncovered == ()


def with_overview(golden: Golden, **update):
    document = golden.document
    return document.model_copy(update={"overview": document.overview.model_copy(update=update)})


def test_a_requirement_whose_words_are_gone_is_uncovered(golden: Golden):
    scope = golden.document.overview.scope.model_copy(update={"out_of_scope": ()})
    found = score(golden, as_drafted(golden, with_overview(golden, scope=scope)))
    assert [one.slot for one in found.details.uncovered] == ["R-03"]
    assert found.metrics["coverage.negative"] == 0
    assert found.metrics["coverage.explicit"] == 1
    assert found.metrics["coverage.all"] == pytest.approx(2 / 3)


def test_a_question_about_a_requirement_does_not_cover_it(golden: Golden):
    scope = golden.document.overview.scope.model_copy(
        update={"out_of_scope": ("[Q-9] Is route planning out of scope?",)}
    )
    asking = with_overview(golden, scope=scope)
    assert "R-03" in uncovered_of(golden.requirements, asking)


def test_a_figure_from_nowhere_counts_unless_it_is_marked(golden: Golden):
    figure = "Answers come within 47 minutes from Cassandra."
    share, [named] = sourced_share(with_overview(golden, purpose=figure), golden.brief, None)
    assert share < 1
    assert named.slot == "overview.purpose"
    assert "47 minutes" in named.text
    marked = with_overview(golden, purpose=f"{figure} [A-1]")
    assert sourced_share(marked, golden.brief, None) == (1, ())


def test_assumptions_must_be_listed_and_marked(golden: Golden):
    before = assumptions_share(golden.document)
    assert 0.9 < before <= 1
    assert assumptions_share(with_overview(golden, purpose="It is so. [A-777]")) < before
    assert assumptions_share(golden.template.model()) is None


def test_sentences_said_twice_and_template_text_count(golden: Golden):
    once = duplicate_share(golden.document)
    said = "Every courier may reserve one compartment of a size at a station of his choice."
    scope = golden.document.overview.scope.model_copy(update={"in_scope": (said, said, said)})
    assert duplicate_share(with_overview(golden, scope=scope, purpose=said)) > once
    left = score(golden, as_drafted(golden, with_overview(golden, purpose="{why it exists}")))
    assert left.metrics["leakage"] == 1
    assert left.details.leaks[0].slot


def test_a_quote_that_no_source_holds_is_broken(golden: Golden):
    made = draft_outline(golden.brief, DraftOptions(template="service"))
    assert not list(broken_quotes(made.sidecar, golden.brief))
    invented = Provenance(
        address="overview.purpose", basis=Basis.PRD, quotes=("Nobody said this.",)
    )
    record = made.sidecar.model_copy(update={"provenance": (*made.sidecar.provenance, invented)})
    assert list(broken_quotes(record, golden.brief)) == ["Nobody said this."]


def call(key: str, **more) -> RunEvent:
    return RunEvent.model_validate(
        {"event": "model.call", "key": key, "attempt": 1, "answered": True, **more}
    )


def outcome(key: str, failure: str = "", **more) -> RunEvent:
    return RunEvent.model_validate(
        {"event": "model.outcome", "key": key, "failure": failure, **more}
    )


def test_schema_validity_counts_questions_not_requests():
    events = [
        call("a"), outcome("a"),
        call("b"), call("b", attempt=2), outcome("b"),
        call("c"), call("c", attempt=2), outcome("c", "invalid"),
        call("d", answered=False), call("d", attempt=2), outcome("d"),
        outcome("e", "quota"),
        outcome("f", cached=True),
    ]  # fmt: skip
    found = schema_validity(events)
    assert found["schema.first_try"] == pytest.approx(2 / 4)  # a, d; not b, c
    assert found["schema.after_reask"] == pytest.approx(4 / 5)  # a, b, d, f; not c
    assert schema_validity([]) == {"schema.first_try": None, "schema.after_reask": None}


def test_a_crash_scores_nothing_good():
    for metric in METRICS:
        assert crashed()[metric.name] == (0.0 if metric.better == "higher" else None)


def test_goldens_with_mistakes_are_refused(tmp_path: Path):
    from lld_agent.errors import InputError  # noqa: PLC0415

    folder = make(tmp_path, "webhook-relay")
    text = (folder / "requirements.yaml").read_text(encoding="utf-8")
    for old, new, said in (
        ("refused with 413", "refused with 414", "quote of R-01"),
        ("overview.rules", "overview.rulez", "overview.rulez"),
        ("kind: explicit", "kind: wish", "kind"),
        ("id: R-01", "ids: R-01", "id"),
        ("evidence:", "evidence: [", "YAML"),
    ):
        assert old in text
        (folder / "requirements.yaml").write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match=said):
            load_golden(folder)
    (folder / "requirements.yaml").write_text(text, encoding="utf-8")
    assert load_golden(folder).requirements[0].id == "R-01"
