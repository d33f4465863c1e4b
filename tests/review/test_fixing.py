"""Fixes: the finding goes, none comes, nothing else moves, and a second run has nothing to do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lld_agent.model.finding import Edit, Fix
from lld_agent.model.review import Fixed, ReviewResult
from lld_agent.model.source import SourceText, Span
from lld_agent.review.fixing import apart, apply, fix
from lld_agent.review.pipeline import ReviewSettings, review
from lld_agent.rules.selection import Selection
from lld_agent.template.reader import read_design

ALL = ReviewSettings(selection=Selection(preview=True))

# name -> (rule, defect, mended): parts that can stand in one document, in any order
PARTS = {
    "cites": (
        "API012",
        "## Errors\n\nErrors are problem details (RFC 7807, [text](https://example.org/rfc7807)).\n",
        "## Errors\n\nErrors are problem details (RFC 9457, [text](https://example.org/rfc9457)).\n",
    ),
    "comment": (
        "STR011",
        "## Codes\n\nSix digits, as agreed. <!-- lld: ignore STR003 -- decided in May -->\n",
        "## Codes\n\nSix digits, as agreed.\n",
    ),
    "line of a comment": (
        "STR011",
        "## Hubs\n\n<!-- lld: ignore-file TXT001, CFG002 -- of last year -->\nEach has 40 boxes.\n",
        "## Hubs\n\nEach has 40 boxes.\n",
    ),
    "participant": (
        "FLO001",
        (
            "## Drop\n\n```mermaid\nsequenceDiagram\n    participant Courier\n    Courier->>Hub: open box\n"
            "    alt box jams\n        Hub-->>Courier: closed\n    else\n        Hub-->>Courier: open\n    end\n```\n"
        ),
        (
            "## Drop\n\n```mermaid\nsequenceDiagram\n    participant Courier\n    participant Hub\n"
            "    Courier->>Hub: open box\n"
            "    alt box jams\n        Hub-->>Courier: closed\n    else\n        Hub-->>Courier: open\n    end\n```\n"
        ),
    ),
    "start": (
        "STA002",
        (
            "## Box\n\n```mermaid\nstateDiagram-v2\n    FREE --> TAKEN: drop\n    TAKEN --> GONE: fetch\n"
            "    GONE --> [*]\n```\n"
        ),
        (
            "## Box\n\n```mermaid\nstateDiagram-v2\n    [*] --> FREE\n    FREE --> TAKEN: drop\n"
            "    TAKEN --> GONE: fetch\n    GONE --> [*]\n```\n"
        ),
    ),
    "anchor": (
        "STR010",
        "## Fees and limits\n\nNo fee. See [Fees and limits](#fees_limits_2).\n",
        "## Fees and limits\n\nNo fee. See [Fees and limits](#fees-and-limits).\n",
    ),
    "bars": (
        "STR005",
        "## Formats\n\n| Field | Pattern |\n|---|---|\n| door | `open|shut` |\n| box | `[0-9]+` |\n",
        "## Formats\n\n| Field | Pattern |\n|---|---|\n| door | `open\\|shut` |\n| box | `[0-9]+` |\n",
    ),
    "numbers": (
        "STR013",
        (
            "## 1 Doors\n\n### 1.1 Inner\n\nSteel.\n\n### 1.1 Outer\n\nGlass.\n\n## 2 Walls\n\n### 5.1 Paint\n\nWhite.\n\n"
            "## 5 Roof\n\nFlat.\n"
        ),
        (
            "## 1 Doors\n\n### 1.1 Inner\n\nSteel.\n\n### 1.2 Outer\n\nGlass.\n\n## 2 Walls\n\n### 2.1 Paint\n\nWhite.\n\n"
            "## 5 Roof\n\nFlat.\n"
        ),
    ),
}


def judge(source: SourceText) -> ReviewResult:
    return review(read_design(source), ALL)


def fixed(text: str, **more: object) -> Fixed:
    return fix(SourceText(text, "design.md", **more), judge)


def written(result: Fixed) -> bytes:
    """Return the bytes that the edits of the first round make, by their byte offsets."""
    data, parts, at = result.before.encode(), [], 0
    edits = [edit for finding in result.applied for edit in finding.fix.edits]
    for edit in sorted(edits, key=lambda e: e.location.byte_start):
        parts += [data[at : edit.location.byte_start], edit.text.encode(result.before.encoding)]
        at = edit.location.byte_end
    return b"".join([*parts, data[at:]])


@pytest.mark.parametrize("name", PARTS)
def test_each(name: str):
    rule, defect, mended = PARTS[name]
    result = fixed(f"# Lockers\n\n{defect}")
    assert result.after.text == f"# Lockers\n\n{mended}"
    assert {finding.rule for finding in result.applied} == {rule}
    assert result.withheld == ()


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(sorted(PARTS)), min_size=1, max_size=4, unique=True),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-16-le"]),
)
def test_together(names: list[str], end: str, bom: bool, encoding: str):
    text = "# Lockers für alle\n\n" + "\n".join(PARTS[name][1] for name in names)
    mended = "# Lockers für alle\n\n" + "\n".join(PARTS[name][2] for name in names)
    result = fixed(text.replace("\n", end), bom=bom, encoding=encoding)
    assert result.after.text == mended.replace("\n", end)
    assert (result.after.bom, result.after.encoding) == (bom, encoding)
    before, after = judge(result.before), judge(result.after)
    gone = {f.fingerprint for f in result.applied}
    had, has = ({f.fingerprint for f in r.findings} for r in (before, after))
    assert has == had - gone
    again = fix(result.after, judge)
    assert again.applied == ()
    assert again.after.text == result.after.text
    if "line of a comment" not in names:  # two edits of one comment take two rounds
        assert result.after.encode() == written(result)


GUESSES = {
    "the past": "## Errors\n\nUntil 2.0 errors followed RFC 7807.\n",
    "a lost heading": "## 3 Doors\n\n## 3.1 Inner\n\n### 3.2.1 Lock\n\nSteel.\n\n## 4 Walls\n\nWhite.\n",
    "a number that is referred to": "## 1 Doors\n\nSee 2.2.\n\n## 2 Walls\n\n### 2.1 In\n\nA.\n\n### 2.1 Out\n\nB.\n",
    "a link by number": "## 1 Doors\n\n[out](#21-out)\n\n## 2 Walls\n\n### 2.1 In\n\nA.\n\n### 2.1 Out\n\nB.\n",
    "a gap behind": "## 1 Doors\n\n### 1.1 A\n\nA.\n\n### 1.1 B\n\nB.\n\n### 1.5 C\n\nC.\n",
    "two starts": "## Box\n\n```mermaid\nstateDiagram-v2\n    FREE --> GONE\n    TAKEN --> GONE\n    GONE --> [*]\n```\n",
    "two headings of a name": "## Fees\n\nA.\n\n## Fees\n\nB. See [Fees](#fee).\n",
    "participants that come and go": "## Drop\n\n```mermaid\nsequenceDiagram\n    participant A\n    A->>Hub: x\n"
    "    create participant B\n    A->>B: y\n```\n",
    "more cells than bars": "## Formats\n\n| Field | Pattern |\n|---|---|\n| door | `open|shut` | x | y |\n",
}


@pytest.mark.parametrize("text", GUESSES.values(), ids=GUESSES)
def test_never_a_guess(text: str):
    result = fixed(f"# Lockers\n\n{text}")
    assert result.after.text == result.before.text
    assert any(
        finding.rule in {"API012", "STR013", "STA002", "STR010", "FLO001", "STR005"}
        for finding in judge(result.before).findings
    )


def test_only_of_the_rules_asked_for():
    text = "# Lockers\n\n" + PARTS["cites"][1] + PARTS["comment"][1]
    result = fix(SourceText(text), judge, frozenset({"API012"}))
    assert {finding.rule for finding in result.applied} == {"API012"}
    assert PARTS["comment"][1] in result.after.text


def test_a_fix_that_brings_another_finding_is_withheld():
    source = SourceText("# Lockers\n\nRFC 7807.\n\nRFC 7807 again.\n")
    good, bad = source.text.index("7807"), source.text.rindex("7807")

    def biased(text: SourceText) -> ReviewResult:
        result = review(read_design(text), ReviewSettings(selection=Selection(select=("API012",))))
        made = [
            found.model_copy(update={"subject": f"at {at}", "fix": one(text, at)})
            for found in result.findings
            for at in (good, bad)
            if text.text[at : at + 4] == "7807"
        ]
        broken = [] if text.text[bad : bad + 4] == "7807" else [worse(result, made)]
        return ReviewResult("-", tuple(made + broken), (), result.coverage)

    def one(text: SourceText, at: int) -> Fix:
        return Fix(title="x", edits=(Edit(location=text.locate(Span(at, at + 4)), text="9457"),))

    def worse(result: ReviewResult, made: list) -> object:
        return judge(source).findings[0].model_copy(update={"subject": "new", "fix": None})

    result = fix(source, biased)
    assert [f.subject for f in result.withheld] == [f"at {bad}"]
    assert result.after.text == source.text.replace("7807", "9457", 1)


def test_overlapping_fixes_wait_for_the_next_round():
    source = SourceText("# Lockers\n\nA. <!-- lld: ignore STR003, TXT001 -- old -->\n")
    both = [f for f in judge(source).findings if f.rule == "STR011"]
    assert len(both) == 2
    assert apart(both, source) == both[:1]
    with pytest.raises(ValueError, match="overlap"):
        apply(source, both)
    assert fix(source, judge).after.text == "# Lockers\n\nA.\n"
