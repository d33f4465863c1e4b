"""`lld-agent update` of a design that a model wrote, from files to files, over HTTP on loopback."""

import json
import shutil
from typing import Any

import pytest
from tests.cli.drafting import PRD, Desk, Step, desk, stage_of, stub
from tests.draft.update.helpers import swapped
from tests.llm.fake_server import CANARY, FakeServer, Fault, wanted_schema

from lld_agent.cli.run import run

__all__ = ["desk"]

LATER = swapped(PRD, "within 5 minutes", "within 7 minutes")
MINE = "After 5 minutes the reception is called"
THEIRS = "After 7 minutes the reception is called"


def claim(threat: str, mitigation: str, ref: str) -> dict[str, str | list[str]]:
    return {
        "refs": [ref],
        "basis": "prd",
        "assumption": "",
        "threat": threat,
        "likelihood": "High",
        "impact": "Low",
        "mitigation": mitigation,
    }


def answers(stage: str, body: dict[str, Any]) -> Step:
    """Answer as the stub does, with two threats; patch the one that says 5 minutes."""
    said = stub(stage, body)
    if stage == "section" and "threats" in wanted_schema(body)["properties"]:
        assert isinstance(said, dict)
        rows = [claim("Unheard", MINE, "BL-3"), claim("Strangers", "A host is named", "BL-1")]
        return {**said, "threats": rows}
    if stage == "patch" and "DATA changes" in json.dumps(body):
        op = {
            "refs": ["BL-3"],
            "basis": "prd",
            "assumption": "",
            "action": "replace",
            "slot": "security.threats",
            "key": "Unheard",
            "cells": [{"column": "mitigation", "value": THEIRS}],
            "text": "",
        }
        return {"notes": "", "ops": [op]}
    return said


def update(desk: Desk, server: FakeServer | None, *flags: str) -> int:
    where = ["--base-url", server.base_url, "--model", "openai/test"] if server else []
    code = run(["update", "prd.md", "-o", "design.md", "--progress", "plain", *where, *flags])
    out, err = desk.capture.readouterr()
    desk.printed = out + err
    return code


def change(desk: Desk, prd: str = LATER) -> None:
    (desk.folder / "prd.md").write_text(prd, encoding="utf-8")


def edit(desk: Desk, old: str, new: str) -> None:
    desk.design.write_text(swapped(desk.design.read_text(encoding="utf-8"), old, new), "utf-8")


def ended(desk: Desk) -> list[int]:
    """Return the exit codes in the records of updates."""
    found = []
    for path in (desk.folder / ".lld-agent" / "runs").glob("*/run.jsonl"):
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if events[0]["command"] == "update":
            found.append(events[-1]["exit_code"])
    return found


def test_unchanged_requirements_send_nothing_and_change_no_byte(desk: Desk):
    with desk.server(answers) as server:
        assert desk.draft(server) == 0
        edit(desk, "A host is named", "We ask twice")
        before, asked = desk.files(), server.requests
        assert update(desk, server) == 0
        assert desk.draft(server) == 0
        assert update(desk, None) == 0
        assert server.requests == asked
    assert desk.files() == before


def test_a_colleagues_clone_updates_with_two_requests_and_keeps_edits(desk: Desk):
    with desk.server(answers) as server:
        assert desk.draft(server) == 0
        edit(desk, "A host is named", "We ask twice")
        for gone in ("cache", ".lld-agent"):
            shutil.rmtree(desk.folder / gone)
        change(desk)
        before, asked = desk.design.read_text(encoding="utf-8"), server.requests
        assert update(desk, server) == 0
        assert [stage_of(body) for body in server.bodies[asked:]] == ["extract", "patch"]
    text = desk.design.read_text(encoding="utf-8")
    assert THEIRS in text
    assert "We ask twice" in text
    body = before.partition("## Design Record")[0].splitlines()
    lost = set(body) - set(text.splitlines())
    assert lost
    assert all("5 minutes" in line for line in lost), lost
    assert "wrote design.md, design.lld.json" in desk.printed
    assert CANARY not in desk.everything()


def test_an_edit_of_what_changes_is_a_conflict(desk: Desk):
    with desk.server(answers) as server:
        assert desk.draft(server) == 0
        edit(desk, MINE, "We walk there")
        change(desk)
        assert update(desk, server) == 1
    assert "We walk there" in desk.design.read_text(encoding="utf-8")
    listed = (desk.folder / "design.conflicts.md").read_text(encoding="utf-8")
    assert THEIRS in listed
    assert "BL-3 modified" in listed


def test_draft_with_a_model_updates_too(desk: Desk):
    with desk.server(answers) as server:
        assert desk.draft(server) == 0
        edit(desk, "A host is named", "We ask twice")
        change(desk)
        asked = server.requests
        assert desk.draft(server) == 0
        assert server.requests == asked + 2
    assert "We ask twice" in desk.design.read_text(encoding="utf-8")


def test_a_plan_says_what_would_be_asked_and_sends_nothing(desk: Desk):
    with desk.server(answers) as server:
        assert desk.draft(server) == 0
        change(desk)
        before, asked = desk.files(), server.requests
        assert update(desk, server, "--plan") == 0
        assert "~ BL-3" in desk.printed
        assert "extract" in desk.printed
        assert "patch" in desk.printed
        assert "total" in desk.printed
        assert update(desk, server, "--plan", "--format", "json") == 0
        assert server.requests == asked
    data = json.loads(desk.printed)
    assert [one["requirement"] for one in data["requirements"]] == ["BL-3"]
    assert [row["stage"] for row in data["calls"]["rows"]] == ["extract", "patch", "patch"]
    assert data["calls"]["calls"] == [2, 3]
    assert desk.files() == before


@pytest.mark.parametrize("stage", ["extract", "patch"])
def test_a_failed_call_leaves_the_design_and_the_next_try_pays_only_for_the_rest(
    desk: Desk, stage: str
):
    broken = [False]

    def hook(asked: str, body: dict[str, Any]) -> Step:
        wrong = broken[0] and asked == stage
        return Fault("status", 400, "bad") if wrong else answers(asked, body)

    with desk.server(hook) as server:
        assert desk.draft(server) == 0
        change(desk)
        broken[0] = True
        before = desk.files()
        assert update(desk, server) == 3
        assert desk.files() == before
        assert "design.md stays as it is" in desk.printed
        assert "resume: lld-agent update prd.md -o design.md" in desk.printed
        assert ended(desk) == [3]
        broken[0] = False
        asked = server.requests
        assert update(desk, server) == 0
        again = [stage_of(body) for body in server.bodies[asked:]]
    assert again == (["patch"] if stage == "patch" else ["extract", "patch"])
    assert THEIRS in desk.design.read_text(encoding="utf-8")


def test_without_a_model_it_says_what_it_needs(desk: Desk):
    with desk.server(answers) as server:
        assert desk.draft(server) == 0
    change(desk)
    before = desk.files()
    assert update(desk, None) == 2
    assert "was written with a model" in desk.printed
    assert "--model" in desk.printed
    assert desk.draft(None, "--outline") == 2
    assert desk.files() == before


def test_what_needs_no_model_is_done_without_one(desk: Desk):
    with desk.server(answers) as server:
        assert desk.draft(server) == 0
    change(desk, swapped(PRD, "## Out of scope", "## Not in scope"))
    assert update(desk, None) == 0
    assert "wrote design.md, design.lld.json" in desk.printed
    assert MINE in desk.design.read_text(encoding="utf-8")


def test_a_design_with_missing_parts_is_drafted_on_not_updated(desk: Desk):
    broken = [True]

    def hook(asked: str, body: dict[str, Any]) -> Step:
        return Fault("status", 400, "x") if broken[0] and asked == "spine" else answers(asked, body)

    with desk.server(hook) as server:
        assert desk.draft(server) == 3
        before = desk.files()
        change(desk)
        assert update(desk, server) == 2
        assert "no whole design" in desk.printed
        assert desk.files() == before
        broken[0] = False
        assert desk.draft(server) == 0
    assert MINE in desk.design.read_text(encoding="utf-8")
