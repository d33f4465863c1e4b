"""What is shown is what would be sent."""

from tests.llm.rig import question

from lld_agent.llm.request import Message
from lld_agent.llm.shape import wire_messages
from lld_agent.report.prompts import prompt_text

TEXT = "PRD with {{x}}, {% raw %} and <|endoftext|>\n"


def test_every_message_stands_there_word_for_word():
    request = question(messages=(Message("user", TEXT),))
    for mode in ("strict", "prompt"):
        for model in ("openai/gpt-5.2", "anthropic/claude-sonnet-5"):
            text = prompt_text(request, model, mode)
            for message in wire_messages(request, mode, model):
                content = message["content"]
                assert (content if isinstance(content, str) else content[0]["text"]) in text


def test_where_it_goes_and_the_schema():
    text = prompt_text(question(), "some-model", "strict", "http://localhost:8000/v1")
    assert text.startswith(
        "=== section a1: to some-model at localhost:8000, answers up to 100 tokens\n"
    )
    assert '"additionalProperties": false' in text
    assert "at anthropic," in prompt_text(question(), "anthropic/claude-sonnet-5", "prompt")


def test_control_characters_do_not_reach_the_terminal():
    text = prompt_text(question(messages=(Message("user", "a\x1b[2Jb"),)), "m", "strict")
    assert "a\\x1b[2Jb" in text
