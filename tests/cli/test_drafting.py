"""`lld-agent draft` with a model, from files to files, over real HTTP on loopback."""

import json
from typing import Any

import pytest
from tests.cli.drafting import Desk, Step, desk, stage_of, stub
from tests.llm.fake_server import CANARY, Fault
from tests.llm.faults import CASES, Case

__all__ = ["desk"]

STAGES = ("extract", "spine", "section", "patch")
# Faults by what the answer's form is, which differs by stage; the gateway's own tests have all.
BY_FORM = {"wrong shape", "wrong shape once", "nonsense", "nonsense once", "no fault"}
FOR_GOOD = [
    case
    for case in CASES
    if case.kind is not None and len(case.steps) == 1 and case.name not in BY_FORM
]


def test_a_whole_draft(desk: Desk):
    with desk.server() as server:
        assert desk.draft(server) == 0
        assert server.requests <= 16
    assert desk.design.read_text(encoding="utf-8").startswith("# Bell - Low-Level Design")
    assert "written with a language model" in desk.printed
    record = json.loads((desk.folder / "design.lld.json").read_text(encoding="utf-8"))
    assert record["assumptions"]
    assert CANARY not in desk.everything()


def test_a_place_that_cannot_be_written_is_found_before_anything_is_asked(desk: Desk):
    with desk.server() as server:
        assert desk.draft(server, "-o", "nowhere/design.md") == 2
        assert server.requests == 0
    assert "nowhere" in desk.printed


def test_the_same_again_costs_nothing(desk: Desk):
    with desk.server() as server:
        desk.draft(server)
        before, asked = desk.files(), server.requests
        desk.design.unlink()
        (desk.folder / "design.lld.json").unlink()
        assert desk.draft(server) == 0
        assert server.requests == asked
    assert desk.files() == before


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("case", FOR_GOOD, ids=lambda case: case.name.replace(" ", "_"))
def test_a_fault_that_stays(desk: Desk, stage: str, case: Case, monkeypatch: pytest.MonkeyPatch):
    """Exactly the tries of the gateway, everything else asked, nothing lost, no key, exit 3 or 4."""
    monkeypatch.setenv("LLD_AGENT_TIMEOUT", str(case.timeout))
    hit: list[str] = []

    def hook(asked: str, body: dict[str, Any]) -> Step:
        first = body["messages"] if not hit else hit[0]
        if asked != stage or (stage == "section" and _subject(body) != "security"):
            return stub(asked, body)
        hit.append(str(first))
        return case.steps[0]

    with desk.server(hook) as server:
        code = desk.draft(server)
        asked = server.requests
    assert len(hit) == case.requests
    assert CANARY not in desk.everything()
    assert "Traceback" not in desk.printed
    if stage == "extract" and case.kind is not None and case.kind.value in {"credentials", "model"}:
        assert code == (4 if case.kind.value == "credentials" else 2)
        assert desk.record()[-1]["exit_code"] == code
        assert not desk.design.exists()
        return
    assert code == 3
    text = desk.design.read_text(encoding="utf-8")
    assert "5 minutes" in text  # what the document says is there, whatever failed
    others = {"extract": 0, "spine": 1, "section": 13, "patch": 14}[stage]
    assert asked - case.requests >= others
    assert ("drafted, " in text) == (stage != "patch")
    assert "--resume" in desk.printed
    assert desk.record()[-1]["exit_code"] == 3


@pytest.mark.parametrize("stage", STAGES)
def test_resume_asks_only_for_what_is_missing(desk: Desk, stage: str):
    with desk.server() as server:
        desk.draft(server)
        whole, all_asked = desk.files(), server.requests
    for path in desk.folder.glob("design.*"):
        path.unlink()
    _forget(desk)
    broken = [True]

    def hook(asked: str, body: dict[str, Any]) -> Step:
        wanted = asked == stage and (stage != "section" or _subject(body) == "security")
        return Fault("status", 400, "bad") if wanted and broken[0] else stub(asked, body)

    with desk.server(hook) as server:
        assert desk.draft(server) == 3
        failed = server.requests
        broken[0] = False
        assert desk.draft(server, "--resume") == 0
        bodies = server.bodies[failed:]
    again = sorted(stage_of(b) if stage_of(b) != "section" else _subject(b) for b in bodies)
    # A section that names of the missing one reach is another question now.
    missing = {"section": ["limits", "security", "testing"], "patch": ["patch"]}
    assert [name for name in again if name != "patch"] == [
        name for name in missing.get(stage, again) if name != "patch"
    ]
    assert len(again) < all_asked or stage == "extract"
    assert desk.files() == whole


def test_resume_takes_the_options_of_then(desk: Desk):
    def hook(asked: str, body: dict[str, Any]) -> Step:
        return (
            Fault("status", 400, "bad") if asked == "spine" and len(seen) < 1 else stub(asked, body)
        )

    seen: list[int] = []
    with desk.server(hook) as server:
        assert (
            desk.draft(server, "--template", "module", "--author", "Ada", "--date", "2026-02-03")
            == 3
        )
        seen.append(1)
        assert desk.draft(None, "--resume") == 0
    text = desk.design.read_text(encoding="utf-8")
    assert text.startswith("# Low-Level Design (LLD)")
    assert "Ada" in text
    assert "2026-02-03" in text


def test_resume_of_a_complete_run_says_so(desk: Desk):
    with desk.server() as server:
        desk.draft(server)
        assert desk.draft(server, "--resume") == 2
    assert "nothing to resume" in desk.printed


def test_replay_gives_the_same_bytes_offline(desk: Desk):
    with desk.server() as server:
        assert desk.draft(server) == 0
    before = desk.files()
    for path in desk.folder.glob("design.*"):
        path.unlink()
    _forget(desk)
    assert desk.draft(None, "--replay", "latest") == 0
    assert desk.files() == before
    assert "no model was asked" in desk.printed


def test_a_replay_of_another_document_misses_its_answers_visibly(desk: Desk):
    with desk.server() as server:
        assert desk.draft(server, "--template", "module") == 0
    _forget(desk)
    assert desk.draft(None, "--replay", "latest", "--template", "service") == 3
    assert "the recording has no answer" in desk.printed


@pytest.mark.parametrize("limit", [["--max-tokens", "9000"], ["--max-tokens", "1"]])
def test_a_budget_stops_before_the_request_that_would_cross(desk: Desk, limit: list[str]):
    with desk.server() as server:
        assert desk.draft(server, *limit) == 3
        spent = sum(sum(len(m["content"]) for m in b["messages"]) // 4 for b in server.bodies)
    assert spent <= int(limit[1])
    assert desk.design.exists()
    assert "--max-tokens" in desk.printed


def test_a_price_that_nobody_knows_cannot_be_limited(desk: Desk):
    with desk.server() as server:
        assert (
            desk.draft(
                server,
                "--model",
                "acme/none",
                "--base-url",
                "https://llm.acme.test/v1",
                "--max-cost",
                "1",
            )
            == 2
        )
        assert server.requests == 0
    assert "price" in desk.printed


def test_answers_are_sources(desk: Desk):
    (desk.folder / "answers.yaml").write_text(
        "Who reads the log?: Only the auditors\n", encoding="utf-8"
    )
    with desk.server() as server:
        assert desk.draft(server, "--answers", "answers.yaml") == 0
        sent = json.dumps(server.bodies[0])
    assert "Who reads the log? Only the auditors" in sent
    assert "Only the auditors" in desk.design.read_text(encoding="utf-8")


def test_answers_by_the_id_of_a_question(desk: Desk):
    with desk.server() as server:
        desk.draft(server)
        asked = json.loads((desk.folder / "design.lld.json").read_text())["questions"][0]
        (desk.folder / "a.json").write_text(json.dumps({asked["id"]: "Yes, always"}))
        desk.draft(server, "--answers", "a.json")
        assert any(
            f"{asked['text']} Yes, always" in json.dumps(b, ensure_ascii=False)
            for b in server.bodies
        )
        (desk.folder / "a.json").write_text('{"Q-999": "x"}')
        assert desk.draft(server, "--answers", "a.json") == 2
    assert "Q-999" in desk.printed


def test_prompt_mode_has_one_prefix_for_all_sections(desk: Desk):
    with desk.server() as server:
        assert desk.draft(server, "--structured", "prompt") == 0
        sections = [b for b in server.bodies if len(b["messages"]) == 3]
    assert len(sections) >= 10
    assert len({json.dumps(b["messages"][:2]) for b in sections}) == 1
    assert {json.dumps(b["response_format"]) for b in sections} == {'{"type": "json_object"}'}


def test_hostile_text_reaches_the_wire_unchanged(desk: Desk):
    text = "# {{x}}\n\n- It must keep {% raw %} and {{ y }} and <|endoftext|>.\n"
    (desk.folder / "prd.md").write_text(text, encoding="utf-8")
    with desk.server() as server:
        assert desk.draft(server) == 0
        first = server.bodies[0]["messages"][-1]["content"]
    assert "{% raw %} and {{ y }} and <|endoftext|>" in first


def _subject(body: dict[str, Any]) -> str:
    text = body["messages"][-1]["content"]
    for message in body["messages"]:
        if "\nSections: " in message["content"]:
            text = message["content"]
    return text.rpartition("\nSections: ")[2].partition("\n")[0]


def _forget(desk: Desk) -> None:
    for path in sorted((desk.folder / "cache").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
