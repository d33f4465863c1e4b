"""Ctrl-C and a terminal, as a person has them: a real process, real signals, a pseudo-terminal."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.cli.drafting import Desk, Step, desk, stage_of, stub
from tests.llm.fake_server import CANARY, FakeServer

__all__ = ["desk"]

pty = pytest.importorskip("pty")
LONGEST = 60.0
AGAIN = 5.0
SAVING = "finishing what runs"


@dataclass
class Session:
    """A `draft` in a process of its own; what it says is read as it comes."""

    process: subprocess.Popen[bytes]
    handle: int
    said: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def read(self) -> None:
        # A terminal whose other side is gone is an error on Linux, an end elsewhere.
        with contextlib.suppress(OSError):
            while data := os.read(self.handle, 4096):
                with self.changed:
                    self.said += data.decode(errors="replace")
                    self.changed.notify_all()

    def heard(self, text: str, times: int = 1) -> bool:
        """Wait until something was said; return whether it was."""
        with self.changed:
            return self.changed.wait_for(lambda: self.said.count(text) >= times, LONGEST)

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)

    def interrupt_until_it_ends(self) -> int:
        """Press Ctrl-C as a person does at a question: again where nothing happened.

        A signal that arrives after Python last looked and before the terminal is read waits for
        the next key: `input` has that gap in every program.
        """
        for _ in range(int(LONGEST / AGAIN)):
            self.interrupt()
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self.process.wait(AGAIN)
        return self.end()

    def type(self, text: str) -> None:
        os.write(self.handle, text.encode())

    def end(self) -> int:
        return self.process.wait(LONGEST)


@contextmanager
def session(
    desk: Desk, server: FakeServer, *flags: str, terminal: bool = False
) -> Iterator[Session]:
    command = [
        sys.executable, "-m", "lld_agent.cli", "draft", "prd.md", "-o", "design.md",
        "--model", "openai/test", "--base-url", server.base_url, *flags,
    ]  # fmt: skip
    ours, theirs = pty.openpty() if terminal else os.pipe()
    given: Any = theirs if terminal else subprocess.DEVNULL
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "160", "CI": ""}
    process = subprocess.Popen(
        command, cwd=desk.folder, stdin=given, stdout=theirs, stderr=theirs, env=environ
    )
    os.close(theirs)
    found = Session(process, ours)
    reader = threading.Thread(target=found.read, daemon=True)
    reader.start()
    try:
        yield found
    finally:
        process.kill()
        process.wait(LONGEST)
        reader.join(LONGEST)
        os.close(ours)


def test_the_first_ctrl_c_finishes_what_runs_and_saves(desk: Desk):
    with desk.server() as server:
        assert desk.draft(server, "--structured", "strict") == 0
        unbroken, everything = desk.files(), server.requests
    desk.start_again()
    pressed = threading.Event()
    running: list[Session] = []

    def hook(stage: str, body: dict[str, Any]) -> Step:
        if stage == "section":
            if not pressed.is_set():
                pressed.set()
                running[0].interrupt()
            assert running[0].heard(SAVING)
        return stub(stage, body)

    with desk.server(hook) as server:
        with session(desk, server, "--structured", "strict", "--progress", "plain") as found:
            running.append(found)
            assert found.end() == 130
        answered = server.requests
        assert 3 <= answered < everything
        assert desk.design.exists()
        assert "Traceback" not in found.said
        assert "draft prd.md -o design.md --resume" in found.said.splitlines()[-2]
        assert desk.record()[-1]["exit_code"] == 130
        assert desk.draft(server, "--resume") == 0
        assert server.requests == everything
    assert desk.files() == unbroken
    assert CANARY not in found.said + desk.everything()


def test_the_second_ctrl_c_stops_at_once(desk: Desk):
    running: list[Session] = []
    left = threading.Event()

    def hook(stage: str, body: dict[str, Any]) -> Step:
        if stage == "spine" and not left.is_set():
            running[0].interrupt()
            assert running[0].heard(SAVING)
            running[0].interrupt()
            assert left.wait(LONGEST)
        return stub(stage, body)

    with desk.server(hook) as server:
        with session(desk, server, "--progress", "plain") as found:
            running.append(found)
            assert found.end() == 130
            left.set()
        assert "Traceback" not in found.said
        assert "--resume" in found.said
        assert not desk.design.exists()
        assert desk.record()[-1]["exit_code"] == 130
        assert desk.draft(server, "--resume") == 0
    assert desk.design.exists()


QUESTION = {
    "question": "Who may see the log?",
    "why": "It decides on roles.",
    "options": ["Only the reception", "All hosts"],
    "recommended": "Only the reception",
    "section": "security",
}


def asking(stage: str, body: dict[str, Any]) -> Step:
    answer = stub(stage, body)
    return {**answer, "questions": [QUESTION]} if stage == "spine" else answer  # type: ignore[dict-item]


@pytest.mark.parametrize("shown", ["live", "plain"])
def test_questions_are_put_on_the_terminal(desk: Desk, shown: str):
    with (
        desk.server(asking) as server,
        session(desk, server, "--ask", "--progress", shown, terminal=True) as found,
    ):
        assert found.heard("Enter to leave it open")
        asked = found.said
        found.type("b\n")
        assert found.end() == 0
        assert "a) Only the reception  (recommended)" in asked
        assert "Who may see the log? All hosts" in str(server.bodies[-1])
    assert "All hosts" in desk.design.read_text(encoding="utf-8")


def test_ctrl_c_at_a_question_leaves_and_what_was_answered_is_kept(desk: Desk):
    with desk.server(asking) as server:
        with session(desk, server, "--ask", "--progress", "live", terminal=True) as found:
            assert found.heard("Enter to leave it open")
            assert found.interrupt_until_it_ends() == 130
        assert "Traceback" not in found.said
        assert "--resume" in found.said
        before = server.requests
        assert desk.draft(server, "--resume") == 0
        again = {stage_of(body) for body in server.bodies[before:]}
    assert again == {"section", "patch"}


def test_answers_at_the_terminal_belong_to_the_run(desk: Desk):
    """Resume and replay ask neither the person nor the model again."""
    with (
        desk.server(asking) as server,
        session(desk, server, "--ask", "--progress", "plain", terminal=True) as found,
    ):
        assert found.heard("Enter to leave it open")
        found.type("only the janitor\n")
        assert found.end() == 0
    whole = desk.files()
    desk.start_again()
    assert desk.draft(None, "--replay", "latest") == 0
    assert desk.files() == whole
