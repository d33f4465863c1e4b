"""kill -9 while a draft is written: what was answered is never asked again, the end is the same."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.cli.drafting import Desk, Step, desk, stub

__all__ = ["desk"]

CALLS = 15
"""Of a service draft: extract, spine, twelve sections, one repair."""

SOME = [1, 2, 7, 15]
EVERY = [n for n in range(1, CALLS + 1) if n not in SOME]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "position", [*SOME, *(pytest.param(n, marks=pytest.mark.long) for n in EVERY)]
)
def test_killed_at_a_call(desk: Desk, position: int):
    with desk.server() as server:
        assert desk.draft(server, "--jobs", "1") == 0
        unbroken, asked = desk.files(), server.requests
    assert asked == CALLS
    desk.start_again()
    running: list[subprocess.Popen[bytes]] = []
    started = threading.Event()

    def hook(stage: str, body: dict[str, Any]) -> Step:
        if server.requests == position and not killed:
            started.wait(30)
            killed.append(True)
            os.kill(running[0].pid, signal.SIGKILL)
            running[0].wait(30)
        return stub(stage, body)

    killed: list[bool] = []
    with desk.server(hook) as server:
        command = [
            sys.executable, "-m", "lld_agent.cli", "draft", "prd.md", "-o", "design.md", "--jobs", "1",
            "--model", "openai/test", "--base-url", server.base_url, "--progress", "none",
        ]  # fmt: skip
        running.append(subprocess.Popen(command, cwd=desk.folder, stderr=subprocess.DEVNULL))
        started.set()
        assert running[0].wait(60) == -signal.SIGKILL
        assert not desk.files()
        answered = position - 1
        before = server.requests
        assert desk.draft(server, "--jobs", "1", "--resume") == 0
        assert server.requests - before == CALLS - answered
    assert desk.files() == unbroken
