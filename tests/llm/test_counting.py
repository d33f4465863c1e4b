"""Counts are offline, never raise, and do not fall short."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.llm import counting
from lld_agent.llm.counting import TokenCounter, count_messages, count_tokens
from lld_agent.llm.request import Message


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    counting._encoder.cache_clear()


def test_known_and_unknown_names_use_their_tables():
    text = "The locker opens for 45 minutes. " * 20
    assert count_tokens(text, "gpt-4") != 0
    assert count_tokens("antidisestablishmentarianism", "openai/gpt-6-sol") == count_tokens(
        "antidisestablishmentarianism"
    )
    assert (
        count_tokens(text, "openai/gpt-6-sol")
        == count_tokens(text, "gpt-oss-120b")
        == count_tokens(text)
    )


def test_other_vendors_get_a_margin():
    text = "A reservation expires after 45 minutes. " * 50
    assert count_tokens(text, "anthropic/claude-sonnet-5") == -(-count_tokens(text) * 13 // 10)


def test_marks_of_the_vocabulary_are_text():
    assert count_tokens("<|endoftext|>") > 1


@pytest.mark.parametrize("text", [" " * 1_000_000, "a" * 100_000, "\ud800", "\x00" * 1000, ""])
def test_hostile_text_is_counted(text):
    assert 0 <= count_tokens(text) <= len(text)


@given(st.text())
def test_any_text_has_a_count(text):
    assert 0 <= count_tokens(text, "mistral/mistral-large") <= 6 * len(text) + 1


def test_without_tables_the_length_decides(monkeypatch, tmp_path):
    monkeypatch.setattr(counting, "tokenizer_tables", lambda: tmp_path)
    assert count_tokens("x" * 35) == 10
    monkeypatch.setattr(counting, "tokenizer_tables", lambda: None)
    counting._encoder.cache_clear()
    assert TokenCounter().count("gpt-5.2", "x" * 36) == 11


def test_the_variable_of_tiktoken_is_left_as_it_was(monkeypatch):
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/of/the/person")
    count_tokens("one two three")
    assert __import__("os").environ["TIKTOKEN_CACHE_DIR"] == "/of/the/person"


def test_messages_count_what_the_format_adds():
    one = Message("user", "hello")
    assert count_messages([one, one]) == 2 * count_tokens("hello") + 2 * 4 + 3
