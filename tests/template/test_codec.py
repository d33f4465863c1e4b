"""Single values: every encoder has an exact inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.template.strategies import texts

from lld_agent.model.canonical import canonical_line
from lld_agent.model.rows import Complexity, CpuMemory, Probes, YesNoNotes
from lld_agent.template import codec
from lld_agent.template.endpoint import split_endpoint

lines = texts.map(canonical_line).map(str)


@given(lines, lines, st.sampled_from([": ", ", Memory:", ") | Space O("]))
def test_two_texts_in_one_line(first: str, second: str, separator: str) -> None:
    assert codec.split(codec.join(first, separator, second), separator) == (first, second)


@given(st.sampled_from([CpuMemory, Probes, Complexity]), lines, lines)
def test_pairs(kind: type[CpuMemory | Probes | Complexity], first: str, second: str) -> None:
    value = kind(**dict(zip(kind.model_fields, (first, second), strict=True)))
    assert codec.decode_compound(kind, codec.encode_compound(value)) == value


@given(st.sampled_from(["Yes", "No", ""]), lines)
def test_answers_with_notes(answer: str, notes: str) -> None:
    value = YesNoNotes.model_validate({"answer": answer, "notes": notes})
    assert codec.decode_compound(YesNoNotes, codec.encode_compound(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (CpuMemory(cpu="500m", memory="512Mi"), "CPU: 500m, Memory: 512Mi"),
        (CpuMemory(cpu="500m"), "CPU: 500m, Memory:"),
        (CpuMemory(), ""),
        (Probes(liveness="/live", readiness="/ready"), "Liveness: /live, Readiness: /ready"),
        (Complexity(time="n log n", space="n"), "Time O(n log n) | Space O(n)"),
        (YesNoNotes(answer="Yes", notes="one step"), "YES — one step"),
        (YesNoNotes(answer="No"), "NO"),
        (YesNoNotes(notes="unclear"), "unclear"),
        (YesNoNotes(notes="NO idea"), "— NO idea"),
    ],
)
def test_compounds_as_people_write_them(value: CpuMemory, text: str) -> None:
    assert codec.encode_compound(value) == text
    assert codec.decode_compound(type(value), text) == value


def test_a_compound_of_another_form_is_an_error() -> None:
    with pytest.raises(ValueError, match="CPU"):
        codec.decode_compound(CpuMemory, "half a core")


@given(lines)
def test_safe_lines_stay_as_they_are(text: str) -> None:
    safe = codec.line_safe(text)
    assert codec.line_safe(safe) == safe
    assert codec.heading_safe(codec.heading_safe(text)) == codec.heading_safe(text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("- nested", "\\- nested"),
        ("1. one", "1\\. one"),
        ("# heading", "\\# heading"),
        ("#hashtag", "#hashtag"),
        ("> quote", "\\> quote"),
        ("```", "\\```"),
        ("`code` first", "`code` first"),
        ("<div>", "\\<div>"),
        ("<https://example.org>", "<https://example.org>"),
        ("[x]: y", "\\[x]: y"),
        ("[Q-4] Why?", "[Q-4] Why?"),
        ("---", "\\---"),
    ],
)
def test_lines_that_would_start_a_block(text: str, safe: str) -> None:
    assert codec.line_safe(text) == safe


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name [A-3]", ("name", " [A-3]")),
        ("name [A-3] [D-1]", ("name", " [A-3] [D-1]")),
        ("[A-3]", ("[A-3]", "")),
        ("name [x]", ("name [x]", "")),
        ("a [A-1] b", ("a [A-1] b", "")),
    ],
)
def test_marks(text: str, expected: tuple[str, str]) -> None:
    assert codec.split_marks(text) == expected


@given(lines)
def test_code(text: str) -> None:
    assert codec.decode_code(codec.encode_code(text)) == text


@given(lines.filter(bool), lines)
def test_code_and_what_follows(name: str, rest: str) -> None:
    assert codec.code_and_rest(f"{codec.force_code(name)}: {rest}") == (name, f": {rest}")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("POST /loans", ("POST", "/loans")),
        ("/loans", ("", "/loans")),
        ("GET", ("GET", "")),
        ("Get it", ("", "Get it")),
        ("", ("", "")),
    ],
)
def test_endpoints(text: str, parts: tuple[str, str]) -> None:
    assert split_endpoint(text) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [("SQL injection", "sql-injection"), ("`user_id`", "user-id"), ("…", ""), ("漢字", "漢字")],
)
def test_slugs(text: str, expected: str) -> None:
    assert codec.slug(text) == expected


@pytest.mark.parametrize("bait", [" [A-1]" * 20_000 + "x", "\\" * 50_000, "`" * 50_000 + "a"])
def test_bait_takes_no_time(bait: str) -> None:
    codec.split_marks(bait)
    codec.join(bait, ": ", bait)
    codec.code_and_rest(bait)
    codec.line_safe(bait)
