"""Every fault at every call: nothing is lost, nothing is said twice, the exit code is right."""

import os
import re
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from tests.bot.rig import KEY, PATH, Killed, Rig, design, pull_request, row
from tests.github.fake import FAULTS, TOKEN, FakeGitHub
from tests.github.state import Host

from lld_agent.bot.pull import PullStatus

SECOND = "docs/rfc/parcels.md"
FILLER = "".join(f"Paragraph {number} says nothing.\n\n" for number in range(12))
RECOVERED = {"502", "502-after", "drop", "drop-after", "secondary", "spent", "429"}


def scene() -> Host:
    """A pull request whose review reads everything and makes every kind of write.

    One finding is on the diff, one is not, one of an earlier push is mended.
    """
    base = {PATH: design(row("OLD_SECRET"), after=FILLER)}
    host = pull_request(
        base,
        {
            PATH: design(row("OLD_SECRET"), after=FILLER + row("GONE_SECRET")),
            SECOND: design(row("GONE_SECRET"), row("NEW_SECRET")),
        },
    )
    with FakeGitHub(host) as github:
        Rig(github).review()
    assert len(host.comments) == 2
    tree = host.commits[host.head]
    host.push({**tree, SECOND: design(row("NEW_SECRET"), row("NEWER_SECRET"), after=FILLER)})
    return host


def state(host: Host) -> dict[str, Any]:
    """Return all that people see, without what differs from run to run."""
    latest = max((c for c in host.checks if c["head_sha"] == host.head), key=lambda c: c["id"])
    return {
        "comments": Counter((c["path"], c["line"], _plain(c["body"])) for c in host.comments),
        "resolved": Counter(_plain(c["body"]) for c in host.comments if c["id"] in host.resolved),
        "remarks": Counter(_plain(r["body"]) for r in host.remarks),
        "check": (
            latest["status"],
            latest["conclusion"],
            latest["output"]["title"],
            len(latest["annotations"]),
        ),
    }


def _plain(body: str) -> str:
    return re.sub(r"\brun=\w+|\bsig=\w+|http://127\.0\.0\.1:\d+", "", body)


def unbroken() -> tuple[dict[str, Any], list[bool]]:
    host = scene()
    with FakeGitHub(host) as github:
        outcome = Rig(github).review().outcome
        assert (outcome.status, outcome.exit_code) == (PullStatus.POSTED, 1)
        return state(host), [call.is_write for call in github.calls]


@pytest.fixture(scope="module")
def whole() -> tuple[dict[str, Any], list[bool]]:
    return unbroken()


CALLS = 17
"""Calls of the unbroken run, held by a test below."""

SLICE = [(kind, at) for kind in ("502-after", "secondary") for at in (6, 11, 12, 13, 14, 16)]
NO_FAULT = ("404", 1)
"""This is no fault but a repository without configuration."""

REST = [
    pair
    for kind in FAULTS
    for at in range(CALLS)
    if (pair := (kind, at)) not in SLICE and pair != NO_FAULT
]


def test_the_unbroken_run_writes_every_kind(whole):
    expected, calls = whole
    assert len(calls) == CALLS
    assert [number for number, is_write in enumerate(calls) if is_write] == [6, 12, 13, 14, 16]
    assert len(expected["comments"]) == 3
    assert len(expected["resolved"]) == 1


@pytest.mark.parametrize(("kind", "at"), SLICE)
def test_one_fault(kind: str, at: int, whole):
    prove(kind, at, whole[0])


@pytest.mark.long
@pytest.mark.parametrize(("kind", "at"), REST)
def test_one_fault_anywhere(kind: str, at: int, whole):
    prove(kind, at, whole[0])


def prove(kind: str, at: int, expected: dict[str, Any]) -> None:
    host = scene()
    with FakeGitHub(host) as github:
        github.fault(at, kind)
        rig = Rig(github)
        report = rig.review()
        code = report.outcome.exit_code
        assert github.calls[at].status in {0, int(kind[:3]) if kind[:3].isdigit() else 403}
        if kind == "401":
            assert code == 4
            assert len(github.calls) == at + 1, "nothing more is tried"
        elif kind in RECOVERED:
            assert code == 1
            assert state(host) == expected, "mended in the same run"
        else:
            assert code in {1, 3}
        if report.outcome.status is PullStatus.INCOMPLETE:
            assert "#### Not reviewed" in host.remarks[0]["body"]
        elif code == 1:
            assert not lost(host, expected), "green or red, everything is said somewhere"
        else:
            assert report.outcome.why
        rig.review()
        assert state(host) == expected, "the next run comes to the same"
        assert rig.review().outcome.status is PullStatus.UNCHANGED


def lost(host: Host, expected: dict[str, Any]) -> list[str]:
    said = "\n".join(c["body"] for c in [*host.comments, *host.remarks]).replace("\\_", "_")
    said += "\n".join(a["message"] for c in host.checks for a in c["annotations"])
    return [name for name in ("OLD_SECRET", "NEW_SECRET", "NEWER_SECRET") if name not in said]


@pytest.mark.parametrize("kind", ["502", "drop", "secondary", "429", "spent"])
def test_an_outage_that_lasts_is_no_success_and_can_be_repeated(kind: str):
    host = scene()
    with FakeGitHub(host) as github:
        github.fault(9, kind, times=1000)
        rig = Rig(github)
        report = rig.review()
        assert report.outcome.retry
        assert report.outcome.exit_code == 3
        assert sum(rig.clock.slept) <= 600
        assert {f.rule for r in report.results for f in r.findings} == {"CFG002"}, "kept for --out"


def test_the_waits_are_those_the_host_asks_for():
    with FakeGitHub(scene()) as github:
        github.fault(0, "secondary")
        github.fault(2, "429", times=2)
        rig = Rig(github)
        rig.review()
        assert rig.clock.slept[:3] == [7.0, 60.0, 120.0]


@pytest.mark.parametrize("kill_after", range(1, 6))
def test_killed_after_any_write_the_next_run_comes_to_the_same(kill_after: int, whole):
    host = scene()
    with FakeGitHub(host) as github:
        rig = Rig(github)
        with pytest.raises(Killed):
            rig.review(kill_after)
        rig.review()
        assert state(host) == whole[0]
        assert rig.review().outcome.status is PullStatus.UNCHANGED


def test_comments_refused_twice_go_to_the_summary():
    host = scene()
    before = len(host.comments)
    with FakeGitHub(host) as github:
        github.fault(12, "422")
        github.fault(14, "422")
        report = Rig(github).review()
        assert [github.calls[at].path.rpartition("/")[2] for at in (12, 13, 14)] == [
            "reviews",
            "files",
            "reviews",
        ]
        assert report.outcome.exit_code == 1
        assert len(host.comments) == before
        body = host.remarks[0]["body"].replace("\\_", "_")
        assert "takes no comments on lines" in body
        assert "NEWER_SECRET" in body


def test_a_head_that_moves_meanwhile_stops_the_review():
    host = scene()
    with FakeGitHub(host) as github:
        rig = Rig(github)

        async def slow(task, seconds):
            from tests.bot.rig import analyse_here  # noqa: PLC0415

            reply = await analyse_here(task, seconds)
            host.push(host.commits[host.head])
            return reply

        before = (len(host.comments), host.remarks[0]["body"])
        outcome = rig.review(analyse=slow).outcome
        assert (outcome.status, outcome.retry) == (PullStatus.SUPERSEDED, True)
        assert (len(host.comments), host.remarks[0]["body"]) == before
        assert rig.review().outcome.status is PullStatus.POSTED


def test_an_old_diff_is_read_again_where_a_comment_is_refused():
    """The files that were listed are those of a push before the one that is reviewed."""
    host = scene()
    with FakeGitHub(host) as github:
        rig = Rig(github)
        stale = host.files()
        moved = {"asked": 0}
        true = host.files

        def files():
            moved["asked"] += 1
            return stale if moved["asked"] == 1 else true()

        tree = host.commits[host.head]
        host.push(
            {**tree, SECOND: design(row("NEW_SECRET"), row("NEWER_SECRET"), before="x\n\n" * 200)}
        )
        host.context = 0
        github.host.files = files  # type: ignore[method-assign]
        assert rig.review().outcome.exit_code == 1
        assert not lost(host, {})


@pytest.mark.long
@pytest.mark.parametrize("kill_after", range(1, 6))
def test_a_process_that_is_killed_loses_and_doubles_nothing(kill_after: int, whole):
    """As above, with `kill -9` on a process of its own, right when a write has taken effect."""
    host = scene()
    with FakeGitHub(host) as github:
        environ = {
            **{n: v for n, v in os.environ.items() if not n.startswith(("GITHUB_", "CI"))},
            "GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": github.base_url, "LLD_AGENT_SIGNING_KEY": KEY.decode(),
        }  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "lld_agent.cli",
            "bot",
            "review",
            "--repo",
            host.repo,
            "--pr",
            str(host.number),
        ]
        process = subprocess.Popen(command, env=environ)
        github.after_write = lambda count: process.kill() if count == kill_after else None
        assert process.wait(60) == -9
        assert sum(call.is_write for call in github.calls) == kill_after
        assert Rig(github).review().outcome.status in {PullStatus.POSTED, PullStatus.UNCHANGED}
        assert state(host) == whole[0]
        assert Rig(github).review().outcome.status is PullStatus.UNCHANGED
