"""The same core on GitLab: discussions with positions, one note, a commit status."""

import asyncio
import re
from collections import Counter
from typing import Any

import httpx
import pytest
from tests.bot.rig import KEY, PATH, FakeClock, Killed, analyse_here, design, pull_request, row
from tests.github.fake import TOKEN
from tests.gitlab.fake import ME, FakeGitLab

from lld_agent.bot.options import BotOptions
from lld_agent.bot.pull import PullRef, PullStatus
from lld_agent.bot.review import PullReport, report_on
from lld_agent.cli.run import run
from lld_agent.forge.pace import Pace
from lld_agent.gitlab.client import gitlab_requests
from lld_agent.gitlab.pull import GitLabPull

FILLER = "".join(f"Paragraph {number} says nothing.\n\n" for number in range(12))


@pytest.fixture
def gitlab():
    host = pull_request(
        {PATH: design(row("OLD_SECRET"), after=FILLER)},
        {PATH: design(row("OLD_SECRET"), row("NEW_SECRET"), after=FILLER), "docs/rfc/b.md": design(row("B_SECRET"))},
    )  # fmt: skip
    host.repo = "acme/platform/plans"
    with FakeGitLab(host) as fake:
        yield fake


def review(gitlab: FakeGitLab, kill_after: int | None = None) -> PullReport:
    return asyncio.run(_review(gitlab, kill_after))


async def _review(gitlab: FakeGitLab, kill_after: int | None) -> PullReport:
    seen = len(gitlab.calls)

    async def watch(_response: httpx.Response) -> None:
        if kill_after is not None and sum(c.is_write for c in gitlab.calls[seen:]) >= kill_after:
            raise Killed

    host = gitlab.host
    async with httpx.AsyncClient(
        event_hooks={"response": [watch]}, timeout=10, verify=False
    ) as client:
        requests = gitlab_requests(
            TOKEN, f"{gitlab.base_url}/api/v4", Pace(clock=FakeClock()), client
        )
        forge = GitLabPull(requests, host.repo, host.number)
        options = BotOptions(signing_key=KEY)
        return await report_on(
            PullRef("gitlab", host.repo, host.number), forge, options, analyse_here
        )


def state(gitlab: FakeGitLab) -> dict[str, Any]:
    def plain(body: str) -> str:
        return re.sub(r"\brun=\w+|\bsig=\w+|http://127\.0\.0\.1:\d+", "", body)

    return {
        "lines": Counter(
            (
                d["notes"][0]["position"]["new_path"],
                d["notes"][0]["position"]["new_line"],
                plain(d["notes"][0]["body"]),
            )
            for d in gitlab.discussions
        ),
        "resolved": Counter(
            plain(d["notes"][0]["body"]) for d in gitlab.discussions if d["notes"][0]["resolved"]
        ),
        "notes": Counter(plain(n["body"]) for n in gitlab.notes),
        "status": [
            (s["status"], s["description"]) for s in gitlab.statuses if s["sha"] == gitlab.host.head
        ][-1],
    }


def test_findings_become_discussions_once(gitlab: FakeGitLab):
    outcome = review(gitlab).outcome
    assert (outcome.status, outcome.exit_code) == (PullStatus.POSTED, 1)
    found = state(gitlab)
    assert {(path, line) for path, line, _ in found["lines"]} == {
        (PATH, 9),
        (PATH, 10),
        ("docs/rfc/b.md", 9),
    }
    assert found["status"] == ("failed", "3 errors in 2 designs")
    assert len(gitlab.notes) == 1
    assert review(gitlab).outcome.status is PullStatus.UNCHANGED
    assert state(gitlab) == found


def test_a_line_that_stays_has_both_numbers(gitlab: FakeGitLab):
    review(gitlab)
    positions = {
        d["notes"][0]["position"]["new_line"]: d["notes"][0]["position"]
        for d in gitlab.discussions
        if d["notes"][0]["position"]["new_path"] == PATH
    }
    assert positions[9]["old_line"] == 9
    assert "old_line" not in positions[10]


def test_a_mended_finding_is_resolved_unless_somebody_wrote(gitlab: FakeGitLab):
    host = gitlab.host
    review(gitlab)
    by_line = {
        (d["notes"][0]["position"]["new_path"], d["notes"][0]["position"]["new_line"]): d
        for d in gitlab.discussions
    }
    by_line["docs/rfc/b.md", 9]["notes"].append(
        {
            "id": 1,
            "author": {"username": "ada"},
            "body": "Hm.",
            "type": "DiscussionNote",
            "system": False,
        }
    )
    tree = host.commits[host.head]
    host.push(
        {
            **tree,
            PATH: design(row("OLD_SECRET"), after=FILLER + "More.\n"),
            "docs/rfc/b.md": design(),
        }
    )
    review(gitlab)
    assert [
        d["notes"][0]["resolved"] for d in (by_line[PATH, 10], by_line["docs/rfc/b.md", 9])
    ] == [True, False]
    assert review(gitlab).outcome.status is PullStatus.UNCHANGED


@pytest.mark.parametrize("kill_after", range(1, 7))
def test_killed_after_any_write_the_next_run_comes_to_the_same(gitlab: FakeGitLab, kill_after: int):
    with pytest.raises(Killed):
        review(gitlab, kill_after)
    review(gitlab)
    found = state(gitlab)
    gitlab.discussions.clear()
    gitlab.notes.clear()
    gitlab.statuses.clear()
    review(gitlab)
    assert state(gitlab) == found


@pytest.mark.parametrize("at", [12, 13, 14, 16])
def test_an_answer_that_is_lost_at_a_write_doubles_nothing(gitlab: FakeGitLab, at: int):
    prove(gitlab, at, "502-after")


@pytest.mark.long
@pytest.mark.parametrize("kind", ["502-after", "drop-after", "502", "429", "secondary"])
@pytest.mark.parametrize("at", range(17))
def test_a_fault_anywhere_loses_and_doubles_nothing(gitlab: FakeGitLab, kind: str, at: int):
    prove(gitlab, at, kind)


def prove(gitlab: FakeGitLab, at: int, kind: str) -> None:
    gitlab.fault(at, kind)
    assert review(gitlab).outcome.exit_code == 1
    assert gitlab.calls[at].status not in {200, 201}
    found = state(gitlab)
    assert max([*found["lines"].values(), *found["notes"].values()]) == 1
    assert len(found["lines"]) == 3
    assert review(gitlab).outcome.status is PullStatus.UNCHANGED


def test_one_refused_comment_stops_no_other_and_is_in_the_summary(gitlab: FakeGitLab, monkeypatch):
    real = gitlab._discuss

    def refusing(body: dict[str, Any]) -> dict[str, Any]:
        if body["position"]["new_line"] == 10:
            body = {**body, "position": {**body["position"], "new_line": 4_000}}
        return real(body)

    monkeypatch.setattr(gitlab, "_discuss", refusing)
    assert review(gitlab).outcome.exit_code == 1
    assert len(gitlab.discussions) == 2
    assert "NEW_SECRET" in gitlab.notes[0]["body"].replace("\\_", "_")


def test_the_command_takes_what_a_job_knows(gitlab: FakeGitLab, monkeypatch, tmp_path, capsys):
    from lld_agent.bot import oneshot  # noqa: PLC0415
    from lld_agent.forge.pace import RealClock  # noqa: PLC0415

    async def instant(_self, _seconds):
        return None

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(RealClock, "sleep", instant)
    monkeypatch.setitem(oneshot.review_once.__kwdefaults__, "analyse", analyse_here)
    for name, value in {
        "GITLAB_TOKEN": TOKEN,
        "CI_API_V4_URL": f"{gitlab.base_url}/api/v4",
        "CI_PROJECT_PATH": gitlab.host.repo,
        "CI_MERGE_REQUEST_IID": "7",
    }.items():
        monkeypatch.setenv(name, value)
    assert run(["bot", "review", "--host", "gitlab"]) == 1
    assert capsys.readouterr().err == "gitlab:acme/platform/plans#7: posted\n"
    assert {d["notes"][0]["author"]["username"] for d in gitlab.discussions} == {ME}
