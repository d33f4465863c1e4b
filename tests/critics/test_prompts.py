"""Every prompt file says what a critic needs, and its page can be made of it."""

import re

import pytest

from lld_agent.errors import InternalError, UsageError
from lld_agent.model import vocabulary
from lld_agent.rules import critics as module
from lld_agent.rules.critics import KEYS, Critic, critics, named
from lld_agent.rules.pages import page_data, page_of, summary_of
from lld_agent.rules.registry import every_rule, rule
from lld_agent.template.registry import TEMPLATES
from lld_agent.text.prompts import prompt, prompt_parts

KINDS = {"contradiction", "omission", "wrong", "ambiguous", "risk"}
ROWS = {row.__name__ for row in vocabulary.ROW_TYPES}
SLOTS = {slot.address for template in TEMPLATES.values() for slot in template.manifest}
ALL = pytest.mark.parametrize("critic", critics(), ids=lambda critic: critic.key)


@ALL
def test_front_matter(critic: Critic):
    assert critic.kinds
    assert critic.kinds <= KINDS
    assert set(critic.slots) <= SLOTS
    assert critic.rows <= ROWS
    assert critic.needs_rows <= bool(critic.rows)


@ALL
def test_what_it_says(critic: Critic):
    parts = prompt_parts(critic.asked.id)
    assert list(parts) == ["Question", "Look for", "Not a finding", "Reported", "Not reported"]
    assert "?" in parts["Question"]
    for part in ("Reported", "Not reported"):
        assert len(re.findall(r"^- ", parts[part], re.MULTILINE)) == 2
    said = critic.asked.text.casefold()
    assert "suggest a fix" not in said


@ALL
def test_its_page(critic: Critic):
    page = page_of(critic)
    assert page.startswith(f"# {critic.id} {critic.name}\n\n{summary_of(critic)}")
    assert "\n\n\n" not in page


def test_the_guide_words_are_there():
    text = prompt("critics/edge").text
    for word in (
        "no",
        "more",
        "less",
        "as well as",
        "part of",
        "reverse",
        "other than",
        "early",
        "late",
        "before",
        "after",
    ):
        assert f"**{word}**" in text


def test_critics_are_rules():
    assert [one.id for one in every_rule()] == sorted(one.id for one in every_rule())
    assert {one.id for one in every_rule()} >= set(KEYS)
    assert {page_data(one)["origin"] for one in critics()} == {"model"}
    assert rule("cri002") is named("contradiction") is named("CRI002")


def test_an_unknown_critic():
    with pytest.raises(UsageError, match="no critic"):
        named("poetry")


def test_a_table_that_says_something_else_is_our_own_mistake(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "KEYS", {"CRI099": "edge"})
    critics.cache_clear()
    try:
        with pytest.raises(InternalError, match="CRI099"):
            critics()
    finally:
        critics.cache_clear()
