"""What a draft with a model leaves behind: streams, records, sums, languages; and what it must not."""

import json
from decimal import Decimal
from typing import Any

import pytest
from tests.cli.drafting import Desk, Step, desk, stage_of, stub
from tests.llm.fake_server import CANARY, Fault, minimal

from lld_agent.app import writing
from lld_agent.cli.run import run

__all__ = ["desk"]


def test_the_record_adds_up(desk: Desk):
    """Ledger = sum of requests: re-asks, failures and retries are in it, cached answers are not."""
    hit: list[int] = []
    faults: list[Step] = [Fault("status", 500, "bad"), "no JSON", Fault("status", 429, "slow")]

    def hook(stage: str, body: dict[str, Any]) -> Step:
        if stage == "section" and len(hit) < 3:
            hit.append(1)
            return faults[len(hit) - 1]
        return stub(stage, body)

    with desk.server(hook) as server:
        assert desk.draft(server, "--structured", "strict", "--model", "openai/gpt-5.2") == 0
        asked = server.requests
        events = desk.record()
        calls = [e for e in events if e["event"] == "model.call" and e["attempt"]]
        outcomes = [e["usage"] for e in events if e["event"] == "model.outcome"]
        assert len(calls) == asked == sum(u["requests"] for u in outcomes)
        for part in ("tokens_in", "tokens_out", "tokens_cached"):
            assert sum(c["usage"][part] for c in calls) == sum(u[part] for u in outcomes) > 0
        cost = sum(Decimal(c["usage"]["cost"]) for c in calls)
        assert cost == sum(Decimal(u["cost"]) for u in outcomes) > 0
        tokens = sum(c["usage"]["tokens_in"] for c in calls)
        assert f"{tokens:,} tokens in" in desk.printed.splitlines()[-2]
        desk.design.unlink()
        assert desk.draft(server, "--structured", "strict", "--model", "openai/gpt-5.2") == 0
        assert server.requests == asked
    assert "0 tokens in (0 cached), 0 out" in desk.printed.splitlines()[-2]
    assert {e["usage"]["requests"] for e in desk.record() if e["event"] == "model.call"} == {0}


def test_runs_are_listed_and_shown(desk: Desk):
    with desk.server(
        lambda stage, body: Fault("reset") if stage == "patch" else stub(stage, body)
    ) as server:
        assert desk.draft(server) == 3
        asked = server.requests
    assert run(["runs", "list", "--format", "json"]) == 0
    (shown,) = json.loads(desk.capture.readouterr().out)["runs"]
    assert (shown["state"], shown["exit_code"], shown["failures"]) == ("incomplete", 3, 1)
    assert (shown["requests"], shown["source"], shown["output"]) == (asked, "prd.md", "design.md")
    assert run(["runs", "show", "latest"]) == 0
    text = desk.capture.readouterr().out
    assert "patch" in text
    assert CANARY not in text


@pytest.mark.parametrize("debug", [["--debug"], []])
def test_no_key_in_a_traceback(desk: Desk, debug: list[str], monkeypatch: pytest.MonkeyPatch):
    async def broken(*_: object) -> None:
        raise RuntimeError(f"Authorization: Bearer {CANARY}")

    monkeypatch.setattr(writing, "draft_written", broken)
    with desk.server() as server:
        flags = [
            "draft",
            "prd.md",
            "-o",
            "design.md",
            "--base-url",
            server.base_url,
            "--model",
            "m",
        ]
        assert run([*debug, *flags]) == 2
    out, err = desk.capture.readouterr()
    assert ("Traceback" in err) == bool(debug)
    assert "internal error: RuntimeError" in err
    assert CANARY not in out + err + desk.everything()
    assert desk.record()[-1]["exit_code"] == 2


def test_standard_input_and_output(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    import io  # noqa: PLC0415

    data = (desk.folder / "prd.md").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    with desk.server() as server:
        assert (
            run(["draft", "-", "--base-url", server.base_url, "--model", "m", "--progress", "none"])
            == 0
        )
    out, err = desk.capture.readouterr()
    assert out.startswith("# Bell - Low-Level Design")
    assert "written with a language model" in err
    assert not desk.files()


def test_progress_as_events_leaves_the_design_alone_on_standard_output(desk: Desk):
    with desk.server() as server:
        assert (
            run(
                [
                    "draft",
                    "prd.md",
                    "--base-url",
                    server.base_url,
                    "--model",
                    "m",
                    "--progress",
                    "json",
                ]
            )
            == 0
        )
    out, err = desk.capture.readouterr()
    assert out.startswith("# Bell - Low-Level Design")
    events = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
    ends = [e for e in events if e["kind"] == "model.answered"]
    assert len(ends) == server.requests
    assert all(e["usage"]["tokens_out"] and e["seconds"] >= 0 for e in ends)


def test_the_plan_is_json_and_needs_no_key(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    for name in ("OPENAI_API_KEY", "LLD_API_KEY_OPENAI"):
        monkeypatch.delenv(name)
    assert run(["draft", "prd.md", "--dry-run", "--json", "--model", "openai/gpt-5.2"]) == 0
    plan = json.loads(desk.capture.readouterr().out)
    assert {row["stage"] for row in plan["rows"]} == {"extract", "spine", "section", "patch"}
    assert not (desk.folder / ".lld-agent").exists()


GERMAN = """# Klingel

Der Empfang ruft Personen, die draußen warten.

## Anforderungen

- KL-1 Ein Besucher muss eine Person beim Namen rufen können.
- KL-2 Der Dienst muss 95 % der Anfragen innerhalb von 300 ms beantworten.
- KL-3 Ein Ruf, den innerhalb von 5 Minuten niemand beantwortet, muss an den Empfang gehen.
"""


def test_a_german_document(desk: Desk):
    """Headings and ids stay English, requirements are in the words of the document."""
    (desk.folder / "prd.md").write_text(GERMAN, encoding="utf-8")
    with desk.server() as server:
        assert desk.draft(server) == 0
        assert all("language: de" in json.dumps(body) for body in server.bodies)
    text = desk.design.read_text(encoding="utf-8")
    assert text.startswith("# Klingel - Low-Level Design")
    assert "## 9. Security" in text
    assert "innerhalb von 5 Minuten" in text


def test_an_edited_design_is_not_written_over_by_resume_or_replay(desk: Desk):
    def hook(stage: str, body: dict[str, Any]) -> Step:
        return Fault("status", 400, "bad") if stage == "patch" else stub(stage, body)

    with desk.server(hook) as server:
        assert desk.draft(server) == 3
        mine = desk.design.read_text(encoding="utf-8") + "\nOur own words.\n"
        desk.design.write_text(mine, encoding="utf-8")
        for flags in (["--resume"], ["--replay", "latest"]):
            assert desk.draft(server, *flags) == 2
            assert "not as it was drafted" in desk.printed
    assert desk.design.read_text(encoding="utf-8") == mine


def test_a_resumed_run_has_the_answers_of_then(desk: Desk):
    (desk.folder / "answers.yaml").write_text(
        "Who reads the log?: Only the auditors\n", encoding="utf-8"
    )
    broken = [True]

    def hook(stage: str, body: dict[str, Any]) -> Step:
        return Fault("status", 400, "bad") if stage == "spine" and broken[0] else stub(stage, body)

    with desk.server(hook) as server:
        assert desk.draft(server, "--answers", "answers.yaml") == 3
        broken[0], before = False, server.requests
        assert desk.draft(server, "--resume") == 0
        again = {stage_of(body) for body in server.bodies[before:]}
    assert again == {"spine", "section", "patch"}  # extract was answered with these answers
    assert "Only the auditors" in desk.design.read_text(encoding="utf-8")


def test_one_broken_section_among_eight_at_once(desk: Desk):
    def hook(stage: str, body: dict[str, Any]) -> Step:
        text = json.dumps(body)
        return (
            Fault("reset")
            if stage == "section" and "Sections: data\\n" in text
            else stub(stage, body)
        )

    with desk.server(hook, latency=0.05) as server:
        assert desk.draft(server, "--jobs", "8") == 3
        assert server.most_at_once >= 3
    failed = [e for e in desk.record() if e["event"] == "model.outcome" and e["failure"]]
    assert [e["subject"] for e in failed] == ["data"]


HOSTILE = "a | b\n```\n# Heading\n<!-- x -->\n[link](javascript:x) <script>`\u202e {{x}} $& R-1 [A-1] [Q-2]\r\n---\n"


@pytest.mark.parametrize("template", ["service", "module"])
@pytest.mark.parametrize(
    "text", [HOSTILE, "", "[]", "|", "#", "```mermaid", "TBD", " ", "\\", "-" * 300]
)
def test_nonsense_of_the_right_form_becomes_a_document(desk: Desk, template: str, text: str):
    """Cells, names of parts and diagrams with anything in them: it reads back, nothing raises."""

    def hook(stage: str, body: dict[str, Any]) -> Step:
        if stage == "spine":
            return stub(stage, body)
        return json.loads(json.dumps(minimal(body)).replace('"x"', json.dumps(text)))

    with desk.server(hook) as server:
        assert desk.draft(server, "--template", template) == 0
    assert "Traceback" not in desk.printed
    assert "300 ms" in desk.design.read_text(encoding="utf-8")
