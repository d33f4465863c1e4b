"""`review --queue`: the same findings as without, made by workers."""

import json
import subprocess
import sys

import pytest
from tests.bot.rig import design, row

from lld_agent.bot.queue import folder as module
from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.folder import Folder
from lld_agent.cli.run import run
from lld_agent.config.settings import Settings
from lld_agent.errors import IncompleteError

PICTURE = "\n## 3. Flow\n\n![flow](diagrams/flow.png)\n\n[gone](nowhere.md)\n"


@pytest.fixture
def designs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LLD_AGENT_QUEUE", raising=False)
    folder = tmp_path / "designs"
    (folder / "diagrams").mkdir(parents=True)
    (folder / "diagrams" / "flow.mmd").write_text("sequenceDiagram\n  A->>B: GET /x\n")
    (folder / "one.md").write_text(design(row("A"), after=PICTURE))
    (folder / "two.md").write_text(design(row("B")))
    return folder


@pytest.fixture
def worker(place):
    command = [
        sys.executable,
        "-m",
        "lld_agent.cli",
        "bot",
        "worker",
        "--documents",
        "--queue",
        place.inbox,
    ]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    # It beats before its tables are made, so that nothing that it begins is ever lost.
    for line in process.stderr:
        if "worker started" in line:
            break
    yield process
    process.terminate()
    process.communicate(timeout=60)


def reviewed(capsys, *more):
    code = run(["review", "designs", "--format", "json", *more])
    out, err = capsys.readouterr()
    return code, json.loads(out), err


def test_workers_find_what_a_review_here_finds(designs, worker, place, capsys):
    (designs / "three.md").write_bytes(b"\x00\x01")
    here = reviewed(capsys)
    there = reviewed(capsys, "--queue", place.inbox)
    assert there[:2] == here[:2]
    assert here[0] == 2
    assert len(here[1]["findings"]) >= 2
    assert "reviewed 2 of 2" in there[2]
    assert "three.md" in there[2]


def test_without_a_worker_nothing_is_begun(designs, place, capsys):
    assert run(["review", "designs", "--queue", place.inbox]) == 2
    assert "no worker is on this queue" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more",
    [["--prd", "x.md"], ["--baseline", "x.json"], ["--diff-base", "HEAD"], ["--explain-threats"]],
)
def test_what_workers_know_nothing_of_is_refused(more, designs, place, capsys):
    assert run(["review", "designs", "--queue", place.inbox, *more]) == 2
    assert "--queue goes with paths" in capsys.readouterr().err
    assert run(["review", "-", "--queue", place.inbox]) == 2


def test_a_wrong_selector_is_said_before_anything_is_handed_out(designs, place, capsys):
    assert run(["review", "designs", "--queue", place.inbox, "--select", "ABC999"]) == 2
    assert "ABC999" in capsys.readouterr().err


class Engine:
    """Jobs as the engine keeps them."""

    def __init__(self, *_):
        self.jobs = {}

    def known(self, prefix):
        return {
            name: answer is not None
            for name, answer in self.jobs.items()
            if name.startswith(prefix)
        }

    def hand_out_document(self, name, asked):
        self.jobs.setdefault(name, None)

    def answers(self, names):
        return {name: self.jobs[name] for name in names if self.jobs[name] is not None}

    def close(self):
        pass


@pytest.fixture
def engine(monkeypatch):
    made = Engine()
    monkeypatch.setattr(module, "Jobs", lambda _place: made)
    return made


def test_the_same_command_goes_on_and_what_is_over_is_done_anew(designs, place, tables, engine):
    crew = Crew(tables, "a worker")
    crew.beat()
    path = str(designs / "one.md")

    def answer(_seconds):
        for name in engine.jobs:
            engine.jobs[name] = engine.jobs[name] or {"error": "no model"}

    def die(_seconds):
        crew.leave()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Folder(place, Settings(), lambda *_: None, die).review([path])
    crew.beat()
    run_of_it = Folder(place, Settings(), lambda *_: None, answer).review([path])
    assert len(engine.jobs) == 1
    assert [error.message for error in run_of_it.errors] == [f"{path}: no model"]
    Folder(place, Settings(), lambda *_: None, answer).review([path])
    assert len(engine.jobs) == 2


def test_when_the_last_worker_is_gone_the_command_ends(designs, place, tables, engine):
    crew = Crew(tables, "a worker")
    crew.beat()
    told = []

    def wait(_seconds):
        crew.leave()

    with pytest.raises(IncompleteError, match="0 of 1"):
        Folder(place, Settings(), lambda *both: told.append(both), wait).review(
            [str(designs / "one.md")]
        )
    assert set(told) == {(0, 1)}


@pytest.mark.parametrize(
    "answer", [None, 7, {"error": "x"}, {"documents": []}, {"documents": [{"path": 1}]}]
)
def test_an_answer_of_another_form_is_an_error_of_its_document(answer):
    with pytest.raises(IncompleteError):
        module._result("one.md", answer)
