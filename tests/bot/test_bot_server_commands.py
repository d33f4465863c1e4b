"""`lld-agent bot serve` and `bot dead`, as a person runs them."""

import pytest

from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.policy import RetryPolicy
from lld_agent.bot.queue.tables import open_tables
from lld_agent.bot.queue.wishes import Delivery
from lld_agent.bot.serve.run import server_options, without_secrets
from lld_agent.cli.run import run
from lld_agent.errors import UsageError

SECRETS = ("LLD_AGENT_WEBHOOK_SECRET", "LLD_AGENT_GITLAB_WEBHOOK_SECRET")
LONG = "correct-horse-battery-staple"


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LLD_AGENT_QUEUE", f"sqlite:///{tmp_path}/queue.sqlite")
    monkeypatch.chdir(tmp_path)


def test_without_a_secret_the_server_does_not_start(capsys):
    assert run(["bot", "serve"]) == 2
    assert "LLD_AGENT_WEBHOOK_SECRET is not set" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "example.org", "127.0.0.2"])
def test_without_a_secret_it_does_not_listen_to_others(host, capsys):
    assert run(["bot", "serve", "--without-secret", "--host", host]) == 2
    assert "loopback only" in capsys.readouterr().err


def test_secrets_come_from_the_environment():
    environ = {SECRETS[0]: LONG, SECRETS[0] + "_PREVIOUS": LONG + "2"}
    options = server_options(environ, "0.0.0.0", unproved=False)
    assert len(options.github.values) == 2
    assert not options.gitlab
    assert server_options({SECRETS[1]: LONG}, "::", unproved=False).gitlab
    with pytest.raises(UsageError, match=r"_PREVIOUS|shorter"):
        server_options({SECRETS[0]: LONG, SECRETS[0] + "_PREVIOUS": "short"}, "::", unproved=False)


def test_workers_get_no_secret_of_a_webhook():
    environ = {SECRETS[0]: LONG, SECRETS[1] + "_PREVIOUS": LONG, "PATH": "/bin"}
    assert without_secrets(environ) == {"PATH": "/bin"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bot", "serve", "--without-secret", "--log-level", "loud"], "--log-level"),
        (
            ["bot", "serve", "--without-secret", "--queue", "mysql://x/y"],
            "SQLite file or PostgreSQL",
        ),
        (["bot", "dead", "requeue"], "--all"),
        (["bot", "dead", "requeue", "--all", "github:o/r#1"], "--all"),
        (["bot", "dead", "requeue", "github:o/r#1"], "no dead letters"),
    ],
)
def test_what_does_not_fit_is_one_line(arguments, message, capsys):
    assert run(arguments) == 2
    assert message in capsys.readouterr().err


def test_dead_letters_are_listed_and_queued_again(tmp_path, capsys):
    inbox = Inbox(open_tables(place_of(f"sqlite:///{tmp_path}/queue.sqlite")))
    pull = PullRef("github", "octo/tales", 7)
    inbox.record([Delivery("a", pull)])
    (waiting,) = inbox.waiting()
    inbox.claim(pull.key, waiting.job)
    inbox.finish(
        pull.key, waiting.job, PullOutcome(PullStatus.FAILED, why="a\tb\x1b[31m"), RetryPolicy()
    )
    assert run(["bot", "dead", "list"]) == 0
    key, _, count, why = capsys.readouterr().out.rstrip("\n").split("\t", 3)
    assert (key, count) == (pull.key, "1")
    assert "\x1b" not in why
    assert run(["bot", "dead", "requeue", pull.key]) == 0
    assert "1 queued again" in capsys.readouterr().err
    assert [one.pull for one in inbox.waiting()] == [pull.key]
    assert run(["bot", "dead", "list"]) == 0
    assert capsys.readouterr() == ("", "no dead letters\n")
