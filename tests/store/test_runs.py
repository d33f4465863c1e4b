"""The record of a run: append-only, durable, without secrets, readable after a kill."""

import json
import os
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from lld_agent.errors import InputError, OutputError
from lld_agent.model.redaction import Redactor, redactor
from lld_agent.model.run import RunState
from lld_agent.model.usage import Usage
from lld_agent.store.runs import RunStore, project_folder, read_events, summary_of

CANARY = "cnry-7f3a91d2c4-do-not-leak"


@pytest.fixture
def store(tmp_path):
    return RunStore(tmp_path, Redactor())


def lines(run):
    return run.path.read_text().splitlines()


def test_a_line_per_event(store):
    with store.begin("docs/Parcel Lockers (v2).md") as run:
        run.append({"event": "run.started", "command": "draft", "source": Path("prd.md")})
        run.append(
            {"event": "call", "usage": Usage(requests=1, cost=Decimal("0.25")), "model": "m"}
        )
        assert len(lines(run)) == 2
    first, second = map(json.loads, lines(run))
    assert first["source"] == "prd.md"
    assert first["at"].endswith("+00:00")
    assert second["usage"]["cost"] == "0.25"
    assert "-parcel-lockers-v2-" in run.id


def test_ids_sort_by_time_and_are_found_by_their_beginning(store):
    runs = [store.begin(name) for name in ("a.md", "-", "")]
    for run in runs:
        run.append({"event": "run.started"})
        run.close()
    assert store.open(runs[0].id).path == runs[0].path
    assert store.open(runs[1].id[:-2]).id == runs[1].id
    assert store.open("latest").id == max(run.id for run in runs)
    assert store.open(str(runs[2].path)).id == runs[2].id
    assert store.open(str(runs[2].path.parent)).id == runs[2].id
    with pytest.raises(InputError, match="several runs begin"):
        store.open("20")
    with pytest.raises(InputError, match="there is no run") as raised:
        store.open(runs[0].id[:-1] + "zz")
    assert runs[0].id in raised.value.hint


@pytest.mark.parametrize("name", ["", "latest", "../x", "nothing"])
def test_no_such_run(store, name):
    with pytest.raises(InputError, match="there is no run"):
        store.open(name)


def test_records_are_kept_out_of_commits(store, tmp_path):
    store.begin("x")
    assert (tmp_path / ".lld-agent" / ".gitignore").read_text() == "*\n"


def test_the_project_is_the_nearest_marked_folder(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "a" / "lld-agent.toml").write_text("")
    assert project_folder(inner) == tmp_path / "a"
    (tmp_path / ".lld-agent").mkdir()
    assert project_folder(inner) == tmp_path


def test_a_torn_last_line_is_read_over_and_written_after(store):
    run = store.begin("x")
    run.append({"event": "run.started"})
    run.close()
    with run.path.open("a") as file:
        file.write('{"event": "call", "ans')
    assert [event and event.event for event in read_events(run.path)] == ["run.started", None]
    again = store.open(run.id)
    again.append({"event": "run.finished", "exit_code": 0})
    again.close()
    assert [event and event.event for event in read_events(run.path)] == [
        "run.started",
        None,
        "run.finished",
    ]
    assert summary_of(again).torn == 1
    assert summary_of(again).state is RunState.FINISHED


def test_a_run_in_a_few_words(store):
    run = store.begin("prd.md")
    run.append({"event": "run.started", "command": "draft", "source": "prd.md", "output": None})
    call = {"event": "model.call", "model": "m1", "attempt": 1}
    run.append({**call, "usage": Usage(requests=1, tokens_in=10, cost=Decimal("0.5"))})
    run.append({**call, "attempt": 0, "usage": Usage()})
    run.append({"event": "model.outcome", "cached": True, "usage": Usage()})
    run.append({**call, "model": "m2", "usage": Usage(requests=1, tokens_in=5, cost=None)})
    run.append({"event": "model.outcome", "failure": "length", "usage": Usage(tokens_in=5)})
    found = summary_of(run)
    assert (found.requests, found.cached, found.failures, found.models) == (2, 1, 1, ("m1", "m2"))
    assert (found.usage.tokens_in, found.usage.cost) == (15, None)
    assert (found.command, found.source, found.output) == ("draft", "prd.md", "")
    assert found.state is RunState.UNFINISHED
    run.append({"event": "run.finished", "exit_code": 3})
    assert store.summaries()[0].state is RunState.INCOMPLETE


def test_no_secret_lands_in_a_record(tmp_path):
    class Request:
        def __str__(self):
            return f"<Request with {CANARY}>"

    store = RunStore(tmp_path, redactor({"OPENAI_API_KEY": CANARY}))
    with store.begin("x") as run:
        run.append({
            "event": "call", "headers": {"Authorization": f"Bearer {CANARY}", CANARY: 1}, "url": f"https://u:{CANARY}@h/",
            "answer": f"it is {CANARY}", "error": ValueError(CANARY), "request": Request(), "path": Path(CANARY),
        })  # fmt: skip
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert CANARY.encode() not in written
    assert len(lines(run)) == 1
    json.loads(lines(run)[0])


def test_one_process_at_a_time_writes_a_record(store):
    pytest.importorskip("fcntl")
    run = store.begin("x")
    run.append({"event": "run.started"})
    with pytest.raises(OutputError, match="another process writes"):
        store.open(run.id).append({"event": "call"})
    run.close()
    store.open(run.id).append({"event": "call"})


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / ".lld-agent").write_text("in the way")
    with pytest.raises(OutputError, match="cannot make a run record"):
        RunStore(tmp_path, Redactor()).begin("x")


WRITER = """
import sys
from pathlib import Path
from lld_agent.model.redaction import Redactor
from lld_agent.store.runs import RunStore
run = RunStore(Path(sys.argv[1]), Redactor()).begin("killed")
number = 0
while True:
    run.append({"event": "call", "n": number, "answer": "x" * 500})
    print(number, flush=True)
    number += 1
"""


def test_every_event_that_was_reported_survives_kill_9(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        seen = [int(writer.stdout.readline()) for _ in range(20)]
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
    run = RunStore(tmp_path, Redactor()).open("latest")
    read = [event.model_extra["n"] for event in read_events(run.path) if event is not None]
    assert read[: len(seen)] == seen
    assert read == list(range(len(read)))
