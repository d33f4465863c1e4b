"""Hypothesis strategies for designs, derived from the declaration of their template."""

from random import Random
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from lld_agent.model.rows import Row
from lld_agent.template.kit import Document, Group, RowSlot, Skippable, fields_of

HOSTILE = (
    "a | b",
    "|",
    "\\|",
    "\\",
    "a\\",
    "\\\\ ",
    "`",
    "``",
    "`code`",
    "`a|b`",
    "a `b",
    "```",
    "```mermaid",
    "~~~",
    "# Heading",
    "## 9. Security Design",
    "#",
    "a #",
    "x ##",
    "Setext\n===",
    "Setext\n---",
    "---",
    "***",
    "- item",
    "-",
    "+ plus",
    "* star",
    "1. one",
    "7) seven",
    "> quote",
    "    indented",
    "\ttab",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "**Inputs:**",
    "**Request:**",
    "**Summary:** x",
    "**bold**",
    "- Horizontal: x",
    "Horizontal: x",
    "Developers",
    "Latency",
    "id",
    "<b>html</b>",
    "<!-- comment -->",
    "<!-- open",
    "-->",
    "<div>",
    "<br>",
    "a<br>b",
    "<https://example.org>",
    "&lt; &amp; &nbsp;",
    "{{x}}",
    "{% raw %}",
    "{name}",
    "${HOME}",
    "<|endoftext|>",
    "[link](x.md)",
    "[ref]: http://example.org",
    "[^1]: note",
    "[x]",
    "[Q-4] Which retention applies?",
    "[Q-4]",
    "[Q-4] two\nlines",
    "kept for a year [A-3]",
    "name [A-3] [D-1]",
    " [A-3]",
    "[A-3]",
    "two\nlines",
    "two\n\nparagraphs",
    "a: b",
    "a: ",
    ": b",
    "a\\: b",
    " - ",
    "a - b",
    "- - Happy Path",
    "x - Happy Path",
    "Flow",
    "x Flow",
    "Entity Relationship Diagram",
    "State Diagram (if applicable)",
    "1, Memory: 2",
    "CPU: 1, Memory: 2",
    "n) | Space O(1",
    "YES — no",
    "NO",
    "—",
    "— x",
    "GET",
    "GET /x",
    "😀 emoji 👩‍👩‍👧",
    "漢字テスト",
    "שלום עולם",
    "\u202eright to left",
    "zero\u200bwidth",
    "non\u00a0breaking\u00a0",
    "\u3000wide",
    "\ufeffmark",
    "line\u2028separator",
    "\x00\x0b\x0c\x85",
    "\r\nwindows\r\n",
    "sequenceDiagram\n    A->>B: hi",
    "stateDiagram-v2\n    [*] --> S",
    "  indented first\nline",
    "$$",
    "Property",
    "Value",
    "Design Record",
    "3.2.1 x",
    "x" * 3000,
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=20),
    st.text(alphabet="`|\\*_-#<>[]():. \nab1~=+!&", max_size=14),
    st.lists(st.sampled_from(HOSTILE[:-1]), min_size=2, max_size=3).map(" ".join),
    st.lists(st.sampled_from(HOSTILE[:-1]), min_size=2, max_size=3).map("\n".join),
)


def documents(kind: type[Document]) -> st.SearchStrategy[Any]:
    """Designs of a template: one or two sections full of hostile text, the others empty.

    Whole documents would exceed what hypothesis draws for one example; `dense` makes those.
    """
    names = [field.name for field in fields_of(kind)]
    chosen = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    return chosen.flatmap(
        lambda some: st.fixed_dictionaries({name: value_of(kind, name) for name in some})
    ).map(lambda values: kind(**values))


def groups(kind: type[Group]) -> st.SearchStrategy[Any]:
    """Values of a group; a part that does not apply is rare."""
    values = {field.name: value_of(kind, field.name) for field in fields_of(kind)}
    if issubclass(kind, Skippable):
        values["not_applicable"] = st.one_of(st.just(""), st.just(""), texts)
    return st.fixed_dictionaries(values).map(lambda values: kind(**values))


def value_of(kind: type[BaseModel], name: str) -> st.SearchStrategy[Any]:
    """Values of one field of a group, row or compound."""
    info = kind.model_fields[name]
    annotation: Any = info.annotation
    if get_origin(annotation) is tuple:
        inner = get_args(annotation)[0]
        keys = next((m.fixed_keys for m in info.metadata if isinstance(m, RowSlot)), ())
        return st.lists(of(inner, keys), max_size=3).map(tuple)
    return of(annotation)


def of(annotation: Any, keys: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    """Values of a type."""
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Group):
        return groups(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return rows(annotation, keys)
    return texts


def rows(kind: type[BaseModel], keys: tuple[str, ...] = ()) -> st.SearchStrategy[BaseModel]:
    """Rows or compounds; some have the key of a fixed row."""
    fields = {name: value_of(kind, name) for name in kind.model_fields}
    if keys and issubclass(kind, Row):
        name = kind.key_field()
        fields[name] = st.one_of(st.sampled_from(keys), texts)
    return st.fixed_dictionaries(fields).map(lambda values: kind(**values))


def dense(annotation: Any, random: Random, keys: tuple[str, ...] = ()) -> Any:
    """A value of a type with every field filled, drawn from a seeded generator."""
    if get_origin(annotation) is Literal:
        return random.choice(get_args(annotation))
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return " ".join(random.choices(HOSTILE[:-1], k=random.choice((0, 1, 1, 2, 3))))
    values: dict[str, Any] = {}
    for name, info in annotation.model_fields.items():
        inner = info.annotation
        if get_origin(inner) is tuple:
            slots = [mark for mark in info.metadata if isinstance(mark, RowSlot)]
            fixed = slots[0].fixed_keys if slots else ()
            kind = get_args(inner)[0]
            values[name] = tuple(
                dense(kind, random, fixed) for _ in range(random.choice((0, 1, 2, 2, 3)))
            )
        elif name != "not_applicable":
            values[name] = dense(inner, random)
    if keys and random.random() < 0.5:
        values[annotation.key_field()] = random.choice(keys)
    return annotation(**values)
