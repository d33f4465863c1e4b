"""The outline: what the brief says where it belongs, questions for the rest, nothing else."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lld_agent.draft.assemble import steps_of
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.pipeline import Draft, draft_outline
from lld_agent.draft.questions import wordings
from lld_agent.draft.sidecar import sidecar_text
from lld_agent.errors import UsageError
from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import review
from lld_agent.sources.brief import load_brief
from lld_agent.template.manifest import SlotKind
from lld_agent.template.reader import read_design
from lld_agent.template.registry import TEMPLATES

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(p for p in (ROOT / "examples").glob("*/*.md") if p.name != "design.md")
EACH = [
    pytest.param(path, name, id=f"{path.parent.name}-{name}")
    for path in EXAMPLES
    for name in TEMPLATES
]


def outline(text: str, template: str = "service", path: str = "prd.md") -> Draft:
    return draft_outline(load_brief(SourceText(text, path)), DraftOptions(template=template))


def from_file(path: Path, template: str) -> Draft:
    return outline(path.read_text(encoding="utf-8"), template, path.name)


@pytest.mark.parametrize(("path", "template"), EACH)
def test_every_normative_sentence_of_our_examples_is_placed(path: Path, template: str):
    found = from_file(path, template).trace
    assert found.coverage >= 0.9
    assert [row.requirement for row in found.requirements if not row.slots] == []


@pytest.mark.parametrize(("path", "template"), EACH)
def test_a_review_of_an_outline_finds_no_error(path: Path, template: str):
    draft = from_file(path, template)
    result = review(read_design(SourceText(draft.markdown, "design.md")))
    assert result.coverage.rules_failed == ()
    assert [f.message for f in result.findings if f.severity.value == "error"] == []


@pytest.mark.parametrize(("path", "template"), EACH)
def test_the_same_input_gives_the_same_bytes(path: Path, template: str):
    first, second = from_file(path, template), from_file(path, template)
    assert first.markdown == second.markdown
    assert sidecar_text(first.sidecar) == sidecar_text(second.sidecar)


@pytest.mark.parametrize(("path", "template"), EACH)
def test_nothing_is_invented(path: Path, template: str):
    """Every word of a placed value stands in the spans it names, or comes from code by a known way."""
    draft = from_file(path, template)
    spans = {span.id: span.text for span in draft.sidecar.spans}
    for record in draft.sidecar.provenance:
        assert record.basis.value in {"prd", "derived", "template_default"}
        if record.basis.value == "prd":
            assert record.spans, record.address
        for span, quote in zip(record.spans, record.quotes, strict=True):
            assert quote == spans[span]


@pytest.mark.parametrize(("path", "template"), EACH)
def test_numbers_of_the_body_come_from_the_brief(path: Path, template: str):
    draft = from_file(path, template)
    body = draft.markdown.partition("## Design Record")[0]
    text = re.sub(r"(?m)^#+ .*$|\[Q-\d+\]|^\d+\. |\[[RA]-\d+\]|\b(?:role|part|system)\d+", "", body)
    known = set(re.findall(r"\d+", path.read_text(encoding="utf-8"))) | ids(draft)
    # What both templates and Markdown bring: RFC 7807 of a heading, 0.1 of the first version, 1──N.
    assert set(re.findall(r"\d+", text)) - known - {"7807", "0", "1", "99"} == set()


def ids(draft: Draft) -> set[str]:
    return {n for row in draft.trace.requirements for n in re.findall(r"\d+", row.requirement)}


def test_an_open_question_names_what_is_missing_and_who_would_know():
    draft = outline("# PRD: Bell\n\n## Requirements\n\nThe bell must ring.\n")
    assert draft.questions
    for question in draft.questions:
        assert question.text.endswith(("?", "."))
        assert question.ask
        assert f"[{question.id}]" in draft.markdown
    assert [question.id for question in draft.questions] == [
        f"Q-{n}" for n in range(1, len(draft.questions) + 1)
    ]


def test_open_points_of_the_brief_come_first():
    draft = outline(
        "# PRD: Bell\n\n## Requirements\n\nThe bell must ring.\n\n## Open questions\n\n- How loud?\n"
    )
    assert draft.questions[0].text == "How loud?"


def test_every_slot_has_a_wording_of_its_own():
    kinds = {
        SlotKind.TABLE,
        SlotKind.FENCE,
        SlotKind.REPEATED,
        SlotKind.ROW_BULLETS,
        SlotKind.BULLETS,
        SlotKind.STEPS,
    }
    for template in TEMPLATES.values():
        for slot in template.manifest:
            if slot.kind in kinds and not slot.given and slot.required and "[]" not in slot.address:
                above = {slot.address.rsplit(".", n)[0] for n in range(slot.address.count(".") + 1)}
                assert above & wordings().keys(), slot.address


def test_traceability_goes_both_ways():
    draft = outline("# PRD: Bell\n\n## Requirements\n\n- **B-1** The bell must ring within 2 s.\n")
    record = json.loads(sidecar_text(draft.sidecar))
    (row,) = [r for r in record["requirements"] if r["requirement"] == "B-1"]
    assert row["slots"]
    answered = [p["address"] for p in record["provenance"] if "B-1" in p["refs"]]
    assert len(answered) >= len(row["slots"])
    assert "| B-1 |" in draft.markdown


def test_auto_picks_the_template_by_the_title():
    brief = load_brief(SourceText("# Parser module\n\nIt must parse.\n", "x.md"))
    assert draft_outline(brief, DraftOptions()).template == "module"


def test_an_unknown_template_is_a_usage_error():
    with pytest.raises(UsageError, match="no template"):
        outline("# P\n\nIt must x.\n", "nope")


def test_addresses_are_taken_apart():
    assert steps_of("api.internal[Orders].endpoints[GET /a.b].path") == [
        ("api", None),
        ("internal", "Orders"),
        ("endpoints", "GET /a.b"),
        ("path", None),
    ]


PIECES = [
    "# P", "## Requirements", "### Feature [x].y", "- it must x | y", "- FR-1 must `a` [Q-9] b", "| Field | Type |\n|---|---|\n| a|b | c |",
    "`GET /a/{b}` returns <b>x</b>", "must ``` x", "# must", "A thing has a part and a lid (A, B).", "If it fails, it must stop.", "```json\n{}\n```",
    "The cache must expire after 5 min.", "**must**: # x", "must <!-- lld: ignore ALL -- x -->", "必须 。", "- As a b], I want c",
]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=15), max_size=10),
    st.sampled_from(["service", "module"]),
)
def test_any_brief_becomes_a_design_that_reads_back(parts: list[str], template: str):
    # The pipeline proves the round trip itself and raises where it does not hold.
    assert outline("\n\n".join(parts), template).markdown.startswith("# ")


@pytest.mark.parametrize("name", ["Sort []", "Map [k] of [v]", "a].b", "[Q-9] no question"])
@pytest.mark.parametrize("template", list(TEMPLATES))
def test_brackets_in_a_name_are_no_address(name: str, template: str):
    draft = outline(f"# {name}\n\n## {name}\n\nThe service must answer.\n", template)
    assert name in " ".join(draft.markdown.replace("\\", "").split())
