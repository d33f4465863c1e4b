"""kill -9 of a worker at its writes: the pull requests end up as after an unbroken run."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bot.queue.hosts import Host

from lld_agent.bot.pull import PullRef
from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.tables import DELIVERIES, open_tables
from lld_agent.bot.queue.wishes import Delivery, Wish

ROOT = Path(__file__).parents[3]
PULLS = [PullRef("github", "octo/tales", number) for number in (1, 2, 3)]
EXPECTED = sorted([
    *(f"{pull.key} {'b' if pull.number == 1 else 'a'}" for pull in PULLS),
    f"{PULLS[1].key} reply 99: page of SEC003",
])  # fmt: skip


def work(folder, kill="-", jobs=2):
    command = [
        sys.executable,
        "-m",
        "tests.bot.queue.actor",
        address(folder),
        str(folder / "host.sqlite"),
        kill,
        str(jobs),
    ]
    return subprocess.run(
        command, cwd=ROOT, timeout=90, capture_output=True, text=True, check=False
    )


def address(folder):
    return f"sqlite:///{folder}/queue.sqlite"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A queue whose tables, ours and the engine's, are there, and that holds deliveries."""
    folder = tmp_path_factory.mktemp("prepared")
    tables = open_tables(place_of(address(folder)))
    host, inbox = Host(folder / "host.sqlite"), Inbox(tables)
    assert work(folder).returncode == 0
    for pull in PULLS:
        host.push(pull, "a")
        inbox.record([Delivery("first", pull)])
    host.push(PULLS[0], "b")
    inbox.record([
        Delivery("second", PULLS[0]),
        Delivery("asked", PULLS[1], Wish.EXPLAIN, "SEC003", "mona", "99"),
        Delivery("refused", PULLS[1], Wish.EXPLAIN, "SEC004", "eve", "98"),
    ])  # fmt: skip
    tables.dispose()
    host.engine.dispose()
    return folder


def broken_off(prepared, folder, point):
    """Kill a worker at a point, let another end the work, and look; return whether it died."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    first = work(folder, point)
    died = first.returncode == -signal.SIGKILL
    assert died or first.returncode == 0, first.stderr
    second = work(folder)
    assert second.returncode == 0, second.stderr
    tables = open_tables(place_of(address(folder)))
    host = Host(folder / "host.sqlite")
    try:
        assert host.posts() == EXPECTED, point
        assert Crew(tables).figures().open == 0
        assert Inbox(tables).dead() == []
        assert Inbox(tables).heads() == {
            pull.key: "b" if pull.number == 1 else "a" for pull in PULLS
        }
        with tables.begin() as connection:
            refused = DELIVERIES.select().where(DELIVERIES.c.outcome == "refused")
            assert [row.id for row in connection.execute(refused)] == ["refused"]
        # What was at work when the worker died is done again, nothing else.
        assert len(host.starts()) <= len(PULLS) + 2
    finally:
        tables.dispose()
        host.engine.dispose()
    return died


@pytest.mark.parametrize("point", ["s8"])
def test_a_worker_killed_in_the_middle(point, prepared, tmp_path):
    assert broken_off(prepared, tmp_path, point)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["s", "c"])
def test_a_worker_killed_at_each_write(kind, prepared, tmp_path):
    number = 0
    while True:
        number += 1
        folder = tmp_path / f"{kind}{number}"
        if not broken_off(prepared, folder, f"{kind}{number}"):
            break
        shutil.rmtree(folder)
    assert number > 20
