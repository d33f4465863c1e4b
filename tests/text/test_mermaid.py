"""Mermaid text as typed diagrams, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.model.diagrams import DiagramKind, StepKind
from lld_agent.model.source import Span
from lld_agent.text.mermaid import read_diagram, sniff
from lld_agent.text.mermaid.lines import Lines
from lld_agent.text.mermaid.write import er_diagram, flowchart, identifier

SEQUENCE = """sequenceDiagram
    actor C as Courier
    participant S as Station service
    C->>+S: POST /drops
    alt code is wrong
        S--xC: 403 Forbidden
    else code is right
        S-)Q: drop.accepted
    end
    loop every minute
        Note over S,Q: heartbeat
    end
    S-->>-C: 201 Created
"""


def drawn(text: str, offset: int = 0):
    return read_diagram(text, Span(offset, offset + len(text)))


@pytest.mark.parametrize(
    ("raw", "info", "kind"),
    [
        ("sequenceDiagram\nA->>B: x", "", DiagramKind.SEQUENCE),
        ("%%{init: {}}%%\nstateDiagram-v2\n", "", DiagramKind.STATE),
        ("---\ntitle: x\n---\nerDiagram\n", "mermaid", DiagramKind.ER),
        ("graph TD\nA-->B", "", DiagramKind.FLOW),
        ("graph theory is nice", "", None),
        ("anything", "mermaid", DiagramKind.OTHER),
        ("sequenceDiagram", "python", None),
        ("", "", None),
    ],
)
def test_sniff(raw: str, info: str, kind: DiagramKind | None):
    assert sniff(raw, info) is kind


def test_sequence_diagrams_have_participants_messages_and_blocks():
    diagram = drawn(SEQUENCE, 100)
    assert diagram.error is None
    assert [(p.id, p.label, p.actor) for p in diagram.participants] == [
        ("C", "Courier", True),
        ("S", "Station service", False),
        ("Q", "Q", False),
    ]
    kinds = [(step.kind, step.block or step.text) for step in diagram.steps]
    assert kinds == [
        (StepKind.MESSAGE, "POST /drops"),
        (StepKind.BLOCK_START, "alt"),
        (StepKind.MESSAGE, "403 Forbidden"),
        (StepKind.BLOCK_BRANCH, "else"),
        (StepKind.MESSAGE, "drop.accepted"),
        (StepKind.BLOCK_END, ""),
        (StepKind.BLOCK_START, "loop"),
        (StepKind.NOTE, "heartbeat"),
        (StepKind.BLOCK_END, ""),
        (StepKind.MESSAGE, "201 Created"),
    ]
    refused = diagram.steps[2]
    assert (refused.failed, refused.reply, refused.depth) == (True, True, 1)
    assert SEQUENCE[refused.span.start - 100 : refused.span.end - 100] == "S--xC: 403 Forbidden"


def test_state_diagrams_have_scopes_and_pseudo_states():
    diagram = drawn(
        "stateDiagram-v2\n[*] --> Free\nFree --> Busy: reserve\nstate Busy {\n[*] --> Held\nHeld --> [*]\n}\n"
        "state fork1 <<fork>>\nBusy --> fork1\nfork1 --> [*]\n"
    )
    assert [(s.id, s.parent, s.pseudo, s.composite) for s in diagram.states] == [
        ("Free", "", False, False),
        ("Busy", "", False, True),
        ("Held", "Busy", False, False),
        ("fork1", "", True, False),
    ]
    assert ("Free", "Busy", "reserve") in [(e.source, e.target, e.label) for e in diagram.edges]
    assert ("[*]", "Held") in [(e.source, e.target) for e in diagram.edges]


def test_class_diagrams_keep_routes_as_members():
    diagram = drawn(
        "classDiagram\nclass LockerController {\n<<controller>>\n-service: LockerService\n+PUT /lockers/:id(body: Dto): Response\n}\n"
        "LockerController --> LockerService\n"
    )
    box = diagram.classes[0]
    assert (box.id, box.annotations) == ("LockerController", ("controller",))
    assert [(m.name, m.method) for m in box.members] == [
        ("service: LockerService", False),
        ("PUT /lockers/:id", True),
    ]


def test_er_diagrams_have_keys_and_cardinalities_at_both_ends():
    diagram = drawn(
        'erDiagram\nSTATION ||--o{ LOCKER : has\nLOCKER {\n  uuid id PK\n  uuid station_id FK "where"\n}\n'
    )
    relation = diagram.relations[0]
    assert (relation.source, relation.source_cardinality) == ("STATION", "1")
    assert (relation.target, relation.target_cardinality) == ("LOCKER", "0..n")
    locker = next(entity for entity in diagram.entities if entity.name == "LOCKER")
    assert [(a.name, a.keys, a.comment) for a in locker.attributes] == [
        ("id", ("PK",), ""),
        ("station_id", ("FK",), "where"),
    ]


def test_a_broken_diagram_keeps_its_text_and_says_where():
    diagram = drawn("sequenceDiagram\nalt x\nA->>B: hi\n")
    assert diagram.raw.startswith("sequenceDiagram")
    assert diagram.error is not None
    assert diagram.steps == ()


@pytest.mark.parametrize(
    "text",
    [
        "sequenceDiagram\n{{A}}->>{b}: {{x}}\n",
        "erDiagram\n{{E}} {",
        "classDiagram\n  class {{X}} {\n",
    ],
)
def test_blank_templates_do_not_break_the_reader(text: str):
    assert drawn(text).raw == text


def test_a_huge_diagram_stays_text():
    assert drawn("flowchart TD\n" + "a-->b\n" * 60_000).error is not None


LABELS = st.text(
    alphabet=st.sampled_from(list('ab"#;|<>{}[]()`\\%&: é日\n')), min_size=1, max_size=12
).filter(str.strip)


@given(LABELS, LABELS)
def test_any_label_can_be_drawn_and_read_back(first: str, second: str):
    text = flowchart([("a", first), ("b", second)], [("a", "b", first)])
    diagram = drawn(text)
    assert diagram.error is None
    alike = str.maketrans('<>"', "‹›”")
    shown = [text.translate(alike).split() for text in (first, second)]
    assert [state.label.split() for state in diagram.states] == shown


@given(LABELS, LABELS)
def test_any_name_can_be_an_entity(first: str, second: str):
    text = er_diagram(
        [(f"x{first}", [("text", second, "PK")])], [(f"x{first}", f"x{first}", second)]
    )
    assert drawn(text).error is None


def test_identifiers_start_with_a_letter():
    assert identifier("1 order") == "n_1_order"
    assert identifier("日本") == "n"


def test_no_reason_is_no_judgement():
    # A long chain of states is valid; the engine gives up on it and says nothing.
    chain = "".join(f"s{n} --> s{n + 1}\n" for n in range(7000))
    diagram = drawn("stateDiagram-v2\n" + chain)
    assert diagram.error is None or not diagram.error.judged


@given(st.lists(st.text("ab \n", max_size=6), max_size=8), st.lists(st.text("ab", max_size=3)))
def test_the_first_line_with_all_words(lines: list[str], words: list[str]):
    raw = "\n".join(lines)
    texts = [line.strip() for line in raw.split("\n")]
    found = Lines(raw, Span(0, len(raw)), own=True).anywhere(*words)
    numbers = [n for n, text in enumerate(texts, 1) if all(word in text for word in words)]
    expected = Lines(raw, Span(0, len(raw)), own=True).at(numbers[0] if numbers else 0)
    assert found == expected
