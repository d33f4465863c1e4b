"""Many workers on one queue: each job once, whatever happens to one of them."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from tests.bot.queue import postgres
from tests.bot.queue.hosts import Host, wait_until

from lld_agent.bot.pull import PullRef
from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.tables import open_tables
from lld_agent.bot.queue.wishes import Delivery

ROOT = Path(__file__).parents[3]
JOBS = 200
PULLS = [PullRef("github", "octo/tales", number) for number in range(1, JOBS + 1)]


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/queue.sqlite"
        return
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.running(programs) as url:
        yield url


class Bench:
    """A queue with a job for each pull request, and workers on it."""

    def __init__(self, address, folder):
        self.address, self.file = address, folder / "host.sqlite"
        self.tables = open_tables(place_of(address))
        self.host = Host(self.file)
        self.processes = []
        for pull in PULLS:
            self.host.push(pull, "a")
        Inbox(self.tables).record([Delivery("d", pull) for pull in PULLS])

    def start(self, seconds=0.02):
        command = [
            sys.executable,
            "-m",
            "tests.bot.queue.actor",
            self.address,
            str(self.file),
            "-",
            "2",
            str(seconds),
        ]
        process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def posted(self):
        return len(self.host.posts())

    def end(self):
        for process in self.processes:
            _, errors = process.communicate(timeout=240)
            assert process.returncode in {0, -signal.SIGKILL}, errors
        assert Crew(self.tables).figures().open == 0
        assert Inbox(self.tables).dead() == []
        assert self.host.posts() == sorted(f"{pull.key} a" for pull in PULLS)
        return Counter(pull for pull, _ in self.host.starts()), {
            who for _, who in self.host.starts()
        }

    def close(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.tables.dispose()
        self.host.engine.dispose()


@pytest.fixture
def bench(address, tmp_path):
    made = Bench(address, tmp_path)
    yield made
    made.close()


@pytest.mark.long
def test_four_workers_do_each_job_once(bench):
    for _ in range(4):
        bench.start()
    starts, workers = bench.end()
    assert starts == {pull.key: 1 for pull in PULLS}
    assert len(workers) == 4


@pytest.mark.long
def test_a_worker_that_is_killed_leaves_its_jobs_to_the_others(bench):
    victim = bench.start(seconds=0.3)
    for _ in range(3):
        bench.start()
    wait_until(lambda: any(who == str(victim.pid) for _, who in bench.host.starts()), 120)
    os.kill(victim.pid, signal.SIGKILL)
    starts, _ = bench.end()
    # Two at a time, so at most two had begun and not ended.
    assert sum(starts.values()) <= JOBS + 2


@pytest.mark.long
def test_a_restart_in_the_middle_loses_nothing(bench):
    first = bench.start()
    wait_until(lambda: bench.posted() >= 20, 120)
    first.send_signal(signal.SIGTERM)
    first.wait(timeout=60)
    assert bench.posted() < JOBS
    for _ in range(2):
        bench.start()
    starts, _ = bench.end()
    assert sum(starts.values()) <= JOBS + 2
