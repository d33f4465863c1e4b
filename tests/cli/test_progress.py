"""Progress: which form where, what it says, and that nothing hostile or secret gets through."""

import io
import json
from decimal import Decimal

import pytest

from lld_agent.cli.progress import can_be_live, last_line, progress
from lld_agent.errors import UsageError
from lld_agent.model.events import Event, ModelEvent
from lld_agent.model.redaction import redactor
from lld_agent.model.usage import Usage

CANARY = "cnry-7f3a91d2c4-do-not-leak"
USED = Usage(requests=2, tokens_in=6100, tokens_cached=2000, tokens_out=812, cost=Decimal("0.024"))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def event(kind="model.answered", **more):
    return ModelEvent(
        kind=kind,
        stage="section",
        **{"subject": "data", "model": "openai/gpt-5.2", "usage": USED, "seconds": 14.2, **more},
    )


def shown(mode, *events, stream=None, **more):
    out = stream or io.StringIO()
    with progress(mode, stream=out, **{"environ": {}, **more}) as watching:
        for one in events:
            watching.listen(one)
    return out.getvalue()


@pytest.mark.parametrize(
    ("stream", "environ", "live"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (Terminal(), {"TERM": "xterm", "CI": "true"}, False),
        (io.StringIO(), {"TERM": "xterm", "FORCE_COLOR": "1"}, False),
    ],
)
def test_auto_is_live_only_where_a_cursor_moves(stream, environ, live):
    assert can_be_live(stream, environ) is live
    text = shown("auto", event(), stream=stream, environ=environ)
    assert ("\x1b[" in text) is live


def test_plain_lines():
    text = shown(
        "plain",
        event("model.sent", usage=Usage()),
        event("model.retried", message="429, waiting 2 s"),
        event(),
        event(cached=True),
    )
    assert text.splitlines() == [
        "section data: writing, openai/gpt-5.2",
        "section data: waiting, openai/gpt-5.2, 429, waiting 2 s",
        "section data: done, openai/gpt-5.2, 6,100 in / 812 out, $0.02, 14.2 s",
        "section data: kept, openai/gpt-5.2",
    ]


def test_other_events_are_told_too():
    assert (
        shown("plain", Event(kind="document.read", subject="prd.md", message="7 requirements"))
        == "prd.md: 7 requirements\n"
    )
    assert shown("plain", Event(kind="silent")) == ""


def test_json_lines():
    (line,) = shown("json", event(usage=USED.model_copy(update={"cost": None}))).splitlines()
    data = json.loads(line)
    assert (data["kind"], data["stage"], data["subject"], data["usage"]["cost"]) == (
        "model.answered",
        "section",
        "data",
        None,
    )


def test_none_says_nothing():
    assert shown("none", event(), Event(kind="x", message="y")) == ""


def test_live_ends_with_a_whole_table():
    text = shown(
        "live",
        event("model.sent", subject="api"),
        event(),
        event(kind="model.failed", subject="ops", message="cut"),
        stream=Terminal(),
    )
    for part in (
        "section data",
        "section api",
        "writing",
        "failed: cut",
        "6.1k / 812",
        "$0.02",
        "00:14",
        "total 2/3",
    ):
        assert part in text


def test_live_without_colour_has_none():
    text = shown("live", event(), stream=Terminal(), environ={"NO_COLOR": "1"})
    assert "\x1b[3" not in text.replace("\x1b[?25", "")


def test_an_unknown_price_is_not_zero_and_local_is_local():
    unknown = event(usage=USED.model_copy(update={"cost": None}))
    assert ", ?, " in shown("plain", unknown)
    free = event(usage=USED.model_copy(update={"cost": Decimal(0)}))
    assert ", local, " in shown("plain", free, local=True)


@pytest.mark.parametrize("mode", ["plain", "json", "live"])
def test_no_secret_and_no_control_character_gets_through(mode):
    hostile = event(
        "model.failed", subject="a\x1b]0;x\x07b", message=f"401 for {CANARY} [bold]x[/bold]"
    )
    text = shown(
        mode,
        hostile,
        Event(kind="x", message=f"{CANARY}\x1b[2J"),
        stream=Terminal(),
        redact=redactor({"OPENAI_API_KEY": CANARY}),
    )
    assert CANARY not in text
    assert "\x1b]0;" not in text
    assert "\x1b[2J" not in text


def test_there_is_no_other_mode():
    with pytest.raises(UsageError, match="--progress cannot be 'loud'"):
        progress("loud")


def test_the_last_line():
    done = last_line(USED, 74.4, "20261125-1", local=False)
    assert done == "6,100 tokens in (2,000 cached), 812 out; $0.02; 74 s; run 20261125-1"
    rest = last_line(
        Usage(complete=False, cost=None),
        1,
        "r",
        resume=("lld-agent", "draft", "my prd.md", "--resume", "r"),
    )
    assert rest.startswith("at least 0 tokens in")
    assert rest.endswith("; ?; 1 s; run r; resume: lld-agent draft 'my prd.md' --resume r")


def test_a_question_has_the_screen_for_itself():
    screen = Terminal()
    with progress("live", stream=screen, environ={}) as watching:
        watching.listen(event())
        with watching.aside():
            before = screen.getvalue()
            watching.listen(event(subject="while it is asked"))
            assert screen.getvalue() == before
        assert "while it is asked" not in before
    assert "while it is asked" in screen.getvalue()
