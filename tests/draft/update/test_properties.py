"""Whatever people do to a design and whatever the requirements do: no word is lost."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.draft.update.helpers import PRD, Done, draft, recorded, updated

from lld_agent.draft.update.tree import read_tree
from lld_agent.errors import InputError

FIRST = {name: draft(PRD, name) for name in ("service", "module")}
Edit = Callable[[list[str], int, str], list[str]]


def _word(lines: list[str], at: int, token: str) -> list[str]:
    """Change a word of a line, be it a cell, an item, a sentence, a heading or code."""
    words = re.split(r"(?<= )(?=\w)", lines[at])
    place = len(lines[at]) % len(words)
    words[place] = re.sub(r"\w+", token, words[place], count=1)
    return [*lines[:at], "".join(words), *lines[at + 1 :]]


def _delete(lines: list[str], at: int, token: str) -> list[str]:
    return [*lines[:at], *lines[at + 1 :]]


def _delete_many(lines: list[str], at: int, token: str) -> list[str]:
    return [*lines[:at], *lines[at + 9 :]]


def _row_or_item(lines: list[str], at: int, token: str) -> list[str]:
    """Add a row, an item or a sentence below a line, in its form."""
    if lines[at].startswith("|"):
        bars = lines[at].count("|") - 1
        new = [f"| {token} " + "| x " * (bars - 1) + "|"]
    elif re.match(r"[-*] |\d+\. ", lines[at]):
        new = [re.match(r"[-*] |\d+\. ", lines[at])[0] + token]
    else:
        new = ["", f"A sentence with {token}.", ""]
    return [*lines[: at + 1], *new, *lines[at + 1 :]]


def _section(lines: list[str], at: int, token: str) -> list[str]:
    own = ["", f"## {token} of ours", "", f"- one {token}", "", f"```text\n{token} code\n```", ""]
    return [*lines[: at + 1], *own, *lines[at + 1 :]]


def _swap(lines: list[str], at: int, token: str) -> list[str]:
    """Change places of a line and the one after it: rows, items, or a heading and a blank line."""
    return [*lines[:at], *lines[at : at + 2][::-1], *lines[at + 2 :]]


def _move_section(lines: list[str], at: int, token: str) -> list[str]:
    heads = [n for n, line in enumerate(lines) if line.startswith("## ")]
    first = next((n for n in heads if n >= at), None)
    after = [n for n in heads if first is not None and n > first]
    if first is None or not after:
        return lines
    section = lines[first : after[0]]
    return [*lines[:first], *lines[after[0] :], "", *section]


EDITS: tuple[Edit, ...] = (
    _word, _word, _word, _delete, _delete_many, _row_or_item, _row_or_item, _section, _swap, _move_section,
)  # fmt: skip


@st.composite
def edited(draw: st.DrawFn, text: str) -> tuple[str, set[str]]:
    """A design as a person left it, and the words that only they can have written."""
    lines = text.split("\n")
    for number in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        lines = draw(st.sampled_from(EDITS))(lines, at, f"zq{number}q")
    mine = "\n".join(lines)
    tokens = set(re.findall(r"zq\d+q", mine))
    return (mine.replace("\n", "\r\n") if draw(st.booleans()) else mine), tokens


@st.composite
def changed(draw: st.DrawFn) -> str:
    """The requirements after some changes."""
    lines = PRD.split("\n")
    for number in range(draw(st.integers(1, 5))):
        at = draw(st.integers(1, len(lines) - 1))
        how = draw(st.sampled_from(["delete", "reword", "add", "swap", "drop", "rename"]))
        if how == "delete":
            del lines[at]
        elif how == "reword":
            lines[at] = re.sub(r"\d+|\btool\b|\bmember\b", f"other{number}", lines[at], count=1)
        elif how == "add" and lines[at].startswith("- "):
            lines.insert(at, f"- The system must do thing {number}: at once.")
        elif how == "add" and lines[at].startswith("| "):
            lines.insert(at + 1, f"| field{number} | text | required |")
        elif how == "swap":
            lines[at : at + 2] = lines[at : at + 2][::-1]
        elif how == "drop":
            del lines[at : at + 6]
        elif lines[at].startswith("#"):
            lines[at] += f" v{number}"
    return "\n".join(lines)


def unless_refused(mine: str, template: str, prd: str) -> Done | None:
    """Return the update; None where the document was refused, so that nothing was written.

    A fence that somebody left open swallows the sections after it: that is another document.
    """
    try:
        return updated(mine, recorded(FIRST[template]), prd)
    except InputError as error:
        if "is not the design that its .lld.json records" not in error.message:
            raise
        return None


def _unnumbered(line: str) -> str:
    """Return a line without the number of a heading or a step: those are counted anew."""
    return re.sub(r"^(#+ )?\d+(\.\d+)*\.? ", r"\1", line)


def anonymous(text: str) -> str:
    """Return a design without the numbers of ids, which a fresh draft hands out anew."""
    return re.sub(r"\b([ADQR])-\d+\b", r"\1-n", text)


@pytest.mark.parametrize("template", FIRST)
@given(st.data())
@settings(max_examples=settings().max_examples // 3)
def test_no_word_of_a_person_is_lost(template: str, data: st.DataObject):
    mine, tokens = data.draw(edited(FIRST[template].markdown))
    prd = data.draw(changed())
    done = unless_refused(mine, template, prd)
    if done is None:
        return
    assert tokens - set(re.findall(r"zq\d+q", done.text)) == set()
    # A line that a person wrote stands as they wrote it; the bookkeeping at the end is by cell.
    body = mine.partition("## Design Record")[0]
    stays = {_unnumbered(line) for line in done.text.splitlines()}
    assert {_unnumbered(line) for line in body.splitlines() if "zq" in line} - stays == set()


@pytest.mark.parametrize("template", FIRST)
@given(st.data())
@settings(max_examples=settings().max_examples // 5)
def test_the_same_requirements_again_change_nothing(template: str, data: st.DataObject):
    """Even when the bytes of the requirements differ, so that everything is drafted anew."""
    mine, _ = data.draw(edited(FIRST[template].markdown))
    first = unless_refused(mine, template, PRD + "\n")
    if first is None:
        return
    assert (first.text, first.conflicts) == (mine, "")
    prd = data.draw(changed())
    second = updated(mine, recorded(FIRST[template]), prd)
    third = updated(second.text, second.record, prd + "\n")
    assert (third.text, third.conflicts) == (second.text, "")


@pytest.mark.parametrize("template", FIRST)
@given(prd=changed())
@settings(max_examples=settings().max_examples // 5)
def test_an_unedited_design_becomes_a_fresh_draft(template: str, prd: str):
    done = updated(FIRST[template].markdown, recorded(FIRST[template]), prd)
    assert anonymous(done.text) == anonymous(draft(prd, template).markdown)
    assert done.kinds == []
    assert not any(value.basis.value == "human" for value in done.record.provenance)


@pytest.mark.parametrize("template", FIRST)
@given(st.data())
@settings(max_examples=settings().max_examples // 5)
def test_a_tree_is_its_document(template: str, data: st.DataObject):
    mine, _ = data.draw(edited(FIRST[template].markdown))
    assert read_tree(mine).text == mine
