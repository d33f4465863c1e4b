"""Critics on clean documents and on defects for readers, with a model over HTTP on loopback."""

from pathlib import Path

import pytest
from tests.critics.scripts import DESIGN, RACE, critic_of, model, quote, raised
from tests.llm.fake_server import CANARY, FakeServer, Fault, text_of, wanted_schema
from tests.llm.rig import FakeTime

from lld_agent.app import models
from lld_agent.config.settings import Settings
from lld_agent.errors import LldError
from lld_agent.evaluation.critic_runs import CriticPlan, measure_critics

NEW = raised(
    title="Double booking: never and sometimes",
    claim="The bay is counted free before it is booked, and it is sometimes booked twice.",
    evidence=[
        quote("counts the bookings of the bay; when there is none, it inserts one", 20),
        quote("A bay is sometimes booked twice for the same time.", 24, "conflict"),
    ],
    subjects=["bookings"],
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLD_AGENT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("LLD_AGENT_API_KEY", CANARY)
    monkeypatch.setattr(models, "CLOCK", FakeTime().clock)
    (tmp_path / "design.md").write_text(DESIGN, encoding="utf-8")
    return tmp_path


def plan(server: FakeServer, folder: Path, repeats: int = 1) -> CriticPlan:
    settings = Settings(
        model="openai/test", base_url=server.base_url, cache_dir=str(folder / "cache")
    )
    return CriticPlan([("parking", str(folder / "design.md"))], settings, repeats)


def test_findings_on_clean_documents_defects_and_stability(folder: Path):
    seen = {"clean": 0}
    rest = model({"contradictions": [raised()], "concurrency": [RACE]})
    mutant = model({"contradictions": [raised(), NEW], "concurrency": []})

    def answer(body):
        text = "".join(text_of(message["content"]) for message in body["messages"])
        if "sometimes booked twice" in text:
            return mutant(body)
        if "findings" in wanted_schema(body)["properties"] and critic_of(body) == "concurrency":
            seen["clean"] += 1
            return rest(body) if seen["clean"] == 1 else {"findings": []}
        return rest(body)

    with FakeServer(answer) as server:
        found = measure_critics(plan(server, folder, repeats=2))
    assert found.clean[0].findings == 2
    assert found.clean[0].rules == ("CRI002", "CRI005")
    assert found.stability == pytest.approx(1 / 2)  # the second run lost one of two
    assert seen["clean"] == 2  # a repeat is asked again, not read from the cache of the first
    [defect] = found.defects
    assert (defect.id, defect.defects, defect.found) == ("MU56", 1, 1)
    assert defect.fired == {"CRI002": 1}
    assert found.usage.requests > 20
    assert found.failures == 0


def test_no_answer_at_all_is_an_error_not_a_clean_record(folder: Path):
    with (
        FakeServer(lambda _: Fault("status", 400)) as server,
        pytest.raises(LldError, match="were not answered"),
    ):
        measure_critics(plan(server, folder))
