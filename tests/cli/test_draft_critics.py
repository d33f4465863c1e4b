"""`lld-agent draft --critics`: what critics find in a draft is repaired, or the draft stays as it is."""

import json
import re
from typing import Any

import pytest
from tests.cli.drafting import Desk, Step, desk, stage_of, stub
from tests.critics.scripts import (
    critic_of,
    finding_of,
    is_planted,
    planted_verdict,
    raised,
    verdict,
)
from tests.llm.fake_server import Fault, text_of

from lld_agent.cli.run import run

__all__ = ["desk"]

OLD = "within 5 minutes"


def test_a_draft_asks_three_critics(desk: Desk):
    with desk.server(answering("soon")) as server:
        assert desk.draft(server, "--critics") == 0
    asked = {critic_of(body) for body in server.bodies if stage_of(body) == "critic"}
    assert len(asked) <= 3


def quoted(body: dict[str, Any]) -> tuple[str, int] | None:
    """Return the first line of the document that speaks of the five minutes, with its number."""
    shown = text_of(body["messages"][1]["content"])
    found = re.search(rf"^ *(\d+)\| (.*nobody answers {OLD}.*)$", shown, re.MULTILINE)
    return (found[2], int(found[1])) if found else None


def criticised(body: dict[str, Any]) -> Step:
    line = quoted(body)
    if critic_of(body) != "semantics of the API" or line is None:
        return {"findings": []}
    claim = "Two receptions may be told of one bell."
    evidence = [{"quote": line[0], "line_start": line[1], "line_end": line[1], "role": "premise"}]
    return {
        "findings": [
            raised(
                kind="wrong",
                title="Bell: told twice",
                claim=claim,
                evidence=evidence,
                subjects=["bell"],
            )
        ]
    }


def repaired(body: dict[str, Any], new: str) -> Step:
    """Return a patch that puts other words in place of the five minutes, wherever they stand."""
    shown = text_of(body["messages"][-1]["content"])
    blocks = re.search(r"<<<DATA blocks (\w+)\n((?s:.*?))\n\1 DATA>>>", shown)
    ops = []
    for block in map(json.loads, blocks[2].splitlines() if blocks else []):
        value = block["value"]
        if OLD not in json.dumps(value):
            continue
        cells = [
            {"column": name, "value": text.replace(OLD, new)}
            for name, text in (value.items() if isinstance(value, dict) else ())
            if isinstance(text, str)
        ]
        text = value.replace(OLD, new) if isinstance(value, str) else ""
        ops.append(
            {
                "action": "replace", "slot": block["slot"], "key": block["key"], "cells": cells, "text": text,
                "refs": block["refs"], "basis": "prd", "assumption": "",
            }
        )  # fmt: skip
    return {"notes": "", "ops": ops}


def answering(new: str, upholds: str = "UPHELD"):
    def hook(stage: str, body: dict[str, Any]) -> Step:
        if stage == "critic":
            return criticised(body)
        if stage == "verify":
            finding = finding_of(body)
            return planted_verdict(finding) if is_planted(finding) else verdict(finding, upholds)
        if stage == "patch" and "CRI003" in text_of(body["messages"][-1]["content"]):
            return repaired(body, new)
        return stub(stage, body)

    return hook


def weights(desk: Desk) -> dict[str, Any]:
    return desk.record()[-1]["weights"]


def test_a_repair_that_helps_is_kept(desk: Desk):
    with desk.server(answering("in less than five minutes")) as server:
        assert desk.draft(server, "--critics") == 0, desk.printed
    text = desk.design.read_text(encoding="utf-8")
    assert "nobody answers in less than five minutes" in text
    found = weights(desk)
    assert found["kept"] is True
    before, after = found["with_critics"]
    assert after == before - 3
    assert len(found["critics"][0]) == 1
    assert found["critics"][1] == []
    assert "critics: 1 findings before, 0 after" in desk.printed
    assert "the repair was kept" in desk.printed
    assert run(["runs", "show", "latest"]) == 0
    assert f"with critics: {before} before repairs, {after} after" in desk.capture.readouterr().out


@pytest.mark.parametrize("new", [OLD, f"{OLD} or later"])
def test_a_repair_that_does_not_help_is_not_kept(desk: Desk, new: str):
    """The words stand as they were, or stand again with the same defect."""
    with desk.server(answering(new)) as server:
        assert desk.draft(server, "--critics") == 0, desk.printed
    assert f"nobody answers {OLD} must" in desk.design.read_text(encoding="utf-8")
    assert "or later" not in desk.design.read_text(encoding="utf-8")
    found = weights(desk)
    assert found["kept"] is False
    assert found["with_critics"][0] == found["with_critics"][1]


def test_what_the_second_reading_refutes_asks_for_no_repair(desk: Desk):
    with desk.server(answering("soon", "UNDETERMINED")) as server:
        assert desk.draft(server, "--critics") == 0, desk.printed
    assert f"nobody answers {OLD}" in desk.design.read_text(encoding="utf-8")


def test_a_critic_that_fails_leaves_the_draft_and_is_named(desk: Desk):
    def hook(stage: str, body: dict[str, Any]) -> Step:
        if stage == "critic" and critic_of(body) == "edge cases":
            return Fault("status", 400, "bad")
        return answering(OLD)(stage, body)

    with desk.server(hook) as server:
        assert desk.draft(server, "--critics") == 3
    assert "not there: edge draft.md" in desk.printed
    assert desk.design.exists()


def test_a_draft_with_critics_can_be_replayed(desk: Desk):
    with desk.server(answering("in less than five minutes")) as server:
        desk.draft(server, "--critics")
    first = desk.files()
    desk.start_again()
    assert desk.draft(None, "--replay", "latest") == 0, desk.printed
    assert desk.files() == first


def test_the_plan_has_them(desk: Desk):
    assert desk.draft(None, "--dry-run", "--critics") == 0
    assert "verify" in desk.printed
