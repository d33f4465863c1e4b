"""Updates of designs that a model wrote, the model scripted: what is asked, what changes, what stays."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from tests.draft.scripted import Scripted, blank, nothing
from tests.draft.update.helpers import swapped

from lld_agent.draft.options import DraftOptions
from lld_agent.draft.sidecar import Sidecar, read_sidecar, sidecar_text
from lld_agent.draft.stages import sections
from lld_agent.draft.update.pipeline import Update, plan_update, update
from lld_agent.draft.update.rewrite import Rewriter, Rewritten
from lld_agent.draft.written import Writing, draft_written
from lld_agent.errors import InputError
from lld_agent.llm.request import FailureKind
from lld_agent.model.source import SourceText
from lld_agent.sources.brief import load_brief

PRD = """# Bell

Reception rings people who wait outside.

## Requirements

- BL-1 A visitor must be able to ring a host by name.
- BL-2 The service must answer within 300 ms for 95% of requests.
- BL-3 A bell that nobody answers within 5 minutes must be passed to the reception.
- BL-4 Bells are kept in PostgreSQL for 30 days.

## Notes

Hosts are told by a tone that the building already has.

## Out of scope

- Opening doors.
"""
EXTRACTED = "Hosts are told by a tone"


def count(text: str) -> int:
    return len(text) // 4


def row(ref: str, threat: str, mitigation: str) -> dict[str, Any]:
    return {
        "refs": [ref],
        "basis": "prd",
        "assumption": "",
        "threat": threat,
        "likelihood": "High",
        "impact": "Low",
        "mitigation": mitigation,
    }


def threats(request: Any) -> Any:
    rows = [
        row("BL-1", "Ringing strangers", "A visitor names the host"),
        row("BL-3", "Bells unheard", "After 5 minutes the reception is called"),
        row("BL-4", "Old bells leak", "Rows go after 30 days"),
        row("BL-4", "Dumps leak", "Kept in Redis for 30 days"),
    ]
    return {**blank(request.answer.model_json_schema()), "threats": rows}


def found(request: Any) -> Any:
    """Answer with one demand that code does not see, and two that cannot both hold."""
    text = request.messages[0].content
    span = next((p for p in text.split("\n") if p.endswith("already has.")), "[S0] ")
    return {
        "missing": [
            {
                "kind": "constraint",
                "text": EXTRACTED,
                "spans": [span[1:].partition("]")[0]],
                "quote": EXTRACTED,
                "priority": "",
            }
        ],
        "not_requirements": [],
        "contradictions": [{"first": "BL-2", "second": "BL-3", "why": "both wait"}],
    }


DECIDED = {
    "decisions": [
        {
            "id": "D-1",
            "decision": "Bells are rows",
            "binds": "data",
            "prevents": "",
            "alternatives": "",
            "basis": "decision",
            "refs": ["BL-4"],
        }
    ]
}
SCRIPT = {
    "extract": found,
    "spine": DECIDED,
    "section": nothing,
    "section security": threats,
    "patch": nothing,
}


def drafted(script: dict[str, Any] | None = None) -> tuple[str, Sidecar]:
    brief = load_brief(SourceText(PRD, "prd.md"))
    asks = Scripted(SCRIPT | (script or {}))
    draft = asyncio.run(
        draft_written(brief, DraftOptions(template="service"), Writing(asks, count))
    ).built.draft
    return draft.markdown, read_sidecar(sidecar_text(draft.sidecar), "design.lld.json")


MARKDOWN, RECORD = drafted()


@dataclass(frozen=True)
class Done:
    """What an update asked and made."""

    asks: Scripted
    rewritten: Rewritten
    update: Update | None

    @property
    def text(self) -> str:
        assert self.update is not None
        return self.update.text

    @property
    def stages(self) -> list[str]:
        return [f"{r.stage} {r.subject}".strip() for r in self.asks.asked]

    def listed(self) -> str:
        """Return the blocks that the patch was asked about."""
        (asked,) = [r for r in self.asks.asked if r.subject == "update"]
        return asked.messages[0].content.partition("<<<DATA blocks")[2]


def updated(prd: str, mine: str = MARKDOWN, record: Sidecar = RECORD, **script: Any) -> Done:
    source = SourceText(mine, "design.md")
    plan = plan_update(source, record, load_brief(SourceText(prd, "prd.md")), DraftOptions())
    asks = Scripted({"extract": nothing, "patch": nothing, **script})
    work = Rewriter(plan, record, count)
    made = asyncio.run(work.run(asks))
    built = made.built
    if built is None:
        return Done(asks, made, None)
    return Done(asks, made, update(source, record, made.plan, lambda *_: built.draft))


def op(action: str, key: str, refs: list[str], **cells: str) -> dict[str, Any]:
    return {
        "refs": refs,
        "basis": "prd",
        "assumption": "",
        "action": action,
        "slot": "security.threats",
        "key": key,
        "cells": [{"column": name, "value": value} for name, value in cells.items()],
        "text": "",
    }


def body(text: str) -> list[str]:
    return text.partition("## Design Record")[0].splitlines()


LATER = swapped(PRD, "within 5 minutes", "within 7 minutes")
PATCHED = {
    "ops": [
        op("replace", "Bells unheard", ["BL-3"], mitigation="After 7 minutes the desk is called")
    ]
}


def test_the_same_requirements_give_the_same_bytes_without_a_question():
    done = updated(PRD)
    assert done.stages == []
    assert done.text == MARKDOWN
    assert done.update is not None
    assert sidecar_text(done.update.sidecar) == sidecar_text(RECORD)


def test_what_only_moved_asks_nothing():
    done = updated(swapped(PRD, "## Notes", "## Remarks"))
    assert done.stages == []
    assert body(done.text) == body(MARKDOWN)


def test_one_changed_requirement_asks_twice_and_changes_what_rests_on_it():
    done = updated(LATER, patch=PATCHED)
    assert done.stages == ["extract", "patch update"]
    assert "Bells unheard" in done.listed()
    assert "Ringing strangers" not in done.listed()
    lost = set(body(MARKDOWN)) - set(body(done.text))
    new = set(body(done.text)) - set(body(MARKDOWN))
    assert any("After 7 minutes the desk is called" in line for line in new)
    assert all("5 minutes" in line for line in lost), lost
    assert all("7 minutes" in line for line in new), new


def test_what_code_placed_word_by_word_is_replaced_without_the_model():
    done = updated(LATER)
    assert "A bell that nobody answers within 7 minutes" in done.text
    assert "A bell that nobody answers within 5 minutes" not in "\n".join(body(done.text))


def test_a_value_that_the_model_leaves_alone_is_held_against_the_new_requirements():
    done = updated(LATER)
    (line,) = [one for one in body(done.text) if "After 5 minutes the reception" in one]
    assert "[A-" in line
    assert "No source gives 5 minutes" in done.text


def test_words_of_a_decision_in_doubt_are_no_source():
    decision = {**DECIDED["decisions"][0], "decision": "Wait 5 minutes", "refs": ["BL-3"]}
    markdown, record = drafted({"spine": {"decisions": [decision]}})
    done = updated(LATER, markdown, record)
    assert "No source gives 5 minutes" in done.text


def test_what_a_model_extracted_stays_with_its_id_and_is_not_asked_for_again():
    (had,) = [r for r in RECORD.requirements if r.extracted]
    done = updated(LATER)
    (kept,) = [r for r in done.rewritten.plan.brief.requirements if r.extracted]
    assert (kept.id, kept.text) == (had.requirement, EXTRACTED)
    (asked,) = [r for r in done.asks.asked if r.stage == "extract"]
    assert "already has" not in asked.messages[0].content
    (change,) = done.rewritten.plan.changes.requirements
    assert change.requirement == "BL-3"


def test_an_extracted_requirement_whose_sentence_is_gone_is_removed():
    done = updated(swapped(PRD, "Hosts are told by a tone that the building already has.\n", ""))
    (change,) = done.rewritten.plan.changes.requirements
    assert (change.change.value, change.before) == ("removed", EXTRACTED)


def test_a_withdrawn_requirement_stays_withdrawn():
    prd_text = swapped(PRD, "BL-1 ", "")

    def refused(request: Any) -> Any:
        lines = request.messages[0].content.split("\n")
        ids = [one.partition(" ")[0] for one in lines if one.endswith("ring a host by name.")]
        answer = blank(request.answer.model_json_schema())
        return {**answer, "not_requirements": [{"id": i, "reason": "x"} for i in ids]}

    asks = Scripted({**SCRIPT, "extract": refused})
    brief = load_brief(SourceText(prd_text, "prd.md"))
    draft = asyncio.run(
        draft_written(brief, DraftOptions(template="service"), Writing(asks, count))
    ).built.draft
    record = read_sidecar(sidecar_text(draft.sidecar), "x.lld.json")
    assert record.written is not None
    assert record.written.withdrawn
    later = swapped(prd_text, "within 5 minutes", "within 7 minutes")
    changes = updated(later, draft.markdown, record).rewritten.plan.changes
    assert [one.requirement for one in changes.requirements] == ["BL-3"]


def test_a_removed_requirement_takes_along_what_only_it_asked_for():
    prd = swapped(
        PRD,
        "- BL-3 A bell that nobody answers within 5 minutes must be passed to the reception.\n",
        "",
    )
    done = updated(prd)
    assert "Bells unheard" not in "\n".join(body(done.text))
    assert "Old bells leak" in done.text
    assert "Ringing strangers" in done.text


def test_an_added_requirement_is_asked_for_where_its_neighbours_are_and_never_lost():
    prd = swapped(
        PRD, "for 30 days.\n", "for 30 days.\n- BL-5 A host must be able to mute bells.\n"
    )
    done = updated(prd)
    assert done.stages == ["extract", "patch update"]
    assert "Old bells leak" in done.listed()
    assert "Ringing strangers" not in done.listed()
    assert "A host must be able to mute bells" in "\n".join(body(done.text))
    adding = {"ops": [op("add", "", ["BL-5"], threat="Muted for ever", mitigation="Mutes end")]}
    done = updated(prd, patch=adding)
    assert "Muted for ever" in done.text


def test_operations_on_other_blocks_are_complained_about_and_ignored():
    wrong = {"ops": [op("replace", "Ringing strangers", ["BL-1"], mitigation="Nothing at all")]}
    done = updated(LATER, patch=wrong)
    assert "Nothing at all" not in done.text
    assert any("none of the listed blocks" in note for note in done.rewritten.notes)


def test_a_lost_name_is_asked_about_where_it_is_used():
    def both(request: Any) -> Any:
        answer = blank(request.answer.model_json_schema())
        if request.subject == "names":
            assert "the name Bells unheard is gone" in request.messages[0].content
            return answer | {
                "ops": [op("replace", "Dumps leak", ["BL-4"], mitigation="As for bells missed")]
            }
        changed = op("replace", "Bells unheard", ["BL-3"], threat="Bells missed", mitigation="Desk")
        return answer | {"ops": [changed]}

    def naming(request: Any) -> Any:
        answer = threats(request)
        answer["threats"][3]["mitigation"] = "As for Bells unheard"
        return answer

    markdown, record = drafted({"section security": naming})
    done = updated(LATER, markdown, record, patch=both)
    assert done.stages == ["extract", "patch update", "patch names"]
    assert "As for bells missed" in done.text


def test_an_edit_beside_a_change_stays_and_an_edit_of_what_changes_is_a_conflict():
    beside = swapped(MARKDOWN, "A visitor names the host", "We ask twice")
    done = updated(LATER, beside, patch=PATCHED)
    assert done.update is not None
    assert "We ask twice" in done.text
    assert "After 7 minutes the desk is called" in done.text
    assert done.update.conflicts == ()
    inside = swapped(MARKDOWN, "After 5 minutes the reception is called", "We walk there")
    done = updated(LATER, inside, patch=PATCHED)
    assert done.update is not None
    (conflict,) = done.update.conflicts
    assert "We walk there" in done.text
    assert "After 7 minutes the desk" in conflict.conflict.theirs
    assert any(cause.startswith("BL-3 modified") for cause in conflict.causes)


def test_assumptions_keep_their_ids():
    had = {one.text: one.id for one in RECORD.assumptions}
    assert had
    done = updated(LATER)
    assert done.update is not None
    now = {one.text: one.id for one in done.update.sidecar.assumptions}
    assert {text: now.get(text) for text in had} == had
    (new,) = set(now) - set(had)
    assert int(now[new][2:]) > max(int(one[2:]) for one in had.values())


def test_points_and_decisions_of_changed_requirements_are_asked_again_or_dropped():
    assert "BL-2 and BL-3 cannot both hold" in MARKDOWN
    done = updated(swapped(PRD, "for 30 days", "for 60 days"))
    assert "BL-2 and BL-3 cannot both hold" in done.text
    assert "D-1 rests on requirements that changed: BL-4 (modified)" in done.text
    done = updated(LATER)
    assert "BL-2 and BL-3 cannot both hold" not in done.text


@pytest.mark.parametrize("stage", ["extract", "patch"])
def test_a_failed_call_leaves_nothing(stage: str):
    done = updated(LATER, **{stage: FailureKind.SERVER})
    assert done.update is None
    assert [failure.kind for _, failure in done.rewritten.failed] == [FailureKind.SERVER]


def test_an_update_of_an_update_knows_what_the_first_one_made():
    first = updated(LATER, patch=PATCHED)
    assert first.update is not None
    record = read_sidecar(sidecar_text(first.update.sidecar), "x.lld.json")
    again = updated(LATER, first.text, record)
    assert again.stages == []
    assert again.text == first.text
    back = updated(PRD, first.text, record)
    assert "After 7 minutes the desk is called" in back.listed()


def test_a_design_with_missing_parts_is_not_updated():
    group = sections.groups("service")[0]
    markdown, record = drafted({f"section {group.subject}": FailureKind.SERVER})
    with pytest.raises(InputError, match="no whole design"):
        updated(LATER, markdown, record)


def test_what_it_costs_is_known_before():
    plan = plan_update(
        SourceText(MARKDOWN, "design.md"),
        RECORD,
        load_brief(SourceText(LATER, "prd.md")),
        DraftOptions(),
    )
    calls = list(Rewriter(plan, RECORD, count).planned())
    assert [(c.stage, c.times) for c in calls] == [
        ("extract", (1, 1)),
        ("patch", (1, 1)),
        ("patch", (0, 1)),
    ]
