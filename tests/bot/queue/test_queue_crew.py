"""Workers: who is alive, who keeps house; addresses of queues."""

import os
import socket
import subprocess
import sys

import pytest

from lld_agent.bot.pull import PullRef
from lld_agent.bot.queue.crew import LEASE, Crew, is_running, new_name
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.tables import WORKERS, open_tables
from lld_agent.bot.queue.wishes import Delivery
from lld_agent.errors import LldError, OutputError, UsageError


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def put(tables, name, **values):
    with tables.begin() as connection:
        row = {"name": name, "host": "elsewhere", "pid": 1, "beat": 1000.0, **values}
        connection.execute(WORKERS.insert().values(**row))


def test_a_silent_worker_is_missing_and_a_beating_one_is_not(tables):
    clock = Clock()
    put(tables, "silent")
    one, two = Crew(tables, "one", clock), Crew(tables, "two", clock)
    one.beat()
    two.beat()
    assert one.missing() == ["silent"] or one.missing() == ["two"]
    with tables.begin() as connection:
        connection.execute(WORKERS.update().values(host="elsewhere"))
    assert one.missing() == []
    clock.now += 61
    one.beat()
    assert sorted(one.missing()) == ["silent", "two"]
    one.forget("silent")
    assert one.missing() == ["two"]


def test_a_worker_that_left_is_missing_at_once(tables):
    clock = Clock()
    two = Crew(tables, "two", clock)
    two.beat()
    two.leave()
    assert Crew(tables, "one", clock).missing() == ["two"]


def test_a_process_of_this_machine_that_is_gone_is_missing_at_once(tables):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    put(tables, "gone", host=socket.gethostname(), pid=gone.pid)
    put(tables, "parent", host=socket.gethostname(), pid=os.getppid())
    assert Crew(tables, "one", Clock()).missing() == ["gone"]


def test_what_runs():
    assert is_running(os.getpid())
    assert is_running(1)
    assert not is_running(0)
    assert not is_running(-1)


def test_one_worker_leads_until_it_is_silent(tables):
    clock = Clock()
    one, two = Crew(tables, "one", clock), Crew(tables, "two", clock)
    assert [one.leads(), two.leads(), one.leads()] == [True, False, True]
    clock.now += LEASE - 1
    assert [two.leads(), one.leads()] == [False, True]
    clock.now += LEASE + 1
    assert [two.leads(), one.leads()] == [True, False]


def test_names_are_never_used_twice():
    assert new_name() != new_name()


def test_figures(tables):
    clock = Clock()
    crew = Crew(tables, "one", clock)
    assert (crew.figures().open, crew.figures().oldest) == (0, 0.0)
    crew.beat()
    Inbox(tables, clock).record([Delivery("a", PullRef("github", "o/r", 1))])
    clock.now += 5
    figures = crew.figures()
    assert (figures.open, figures.oldest, figures.dead, figures.workers) == (1, 5.0, 0, 1)


@pytest.mark.parametrize(
    ("address", "inbox", "engine"),
    [
        ("sqlite:////q/a.db", "sqlite:////q/a.db", "sqlite:////q/a.engine.db"),
        ("sqlite:////q/a", "sqlite:////q/a", "sqlite:////q/a.engine.sqlite"),
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://h:5/d?sslmode=require", *["postgresql+psycopg://h:5/d?sslmode=require"] * 2),
    ],
)
def test_addresses_of_queues(address, inbox, engine):
    place = place_of(address)
    assert (place.inbox, place.engine) == (inbox, engine)
    assert ":p@" not in place.shown


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://u:hunter2@h/d",
        "postgresql://h",
        "://hunter2",
    ],
)
def test_other_addresses_are_refused_and_not_repeated(address):
    with pytest.raises(UsageError) as error:
        place_of(address)
    assert "hunter2" not in error.value.message + error.value.hint


def test_a_database_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(OutputError, match="cannot be opened"):
        open_tables(place_of("postgresql://u:hunter2@127.0.0.1:1/d"))
    (tmp_path / "file").write_text("x")
    with pytest.raises(LldError):
        open_tables(place_of(f"sqlite:///{tmp_path}/file/queue.sqlite"))
    (tmp_path / "text.sqlite").write_text("no database at all, but some text" * 50)
    with pytest.raises(OutputError, match="cannot be opened"):
        open_tables(place_of(f"sqlite:///{tmp_path}/text.sqlite"))
