"""What workers ask of GitHub beside the review: over HTTP, on the strict fake."""

import asyncio

import pytest
from tests.bot.rig import PATH, design, row
from tests.github.fake import TOKEN, FakeGitHub
from tests.github.state import ME, Host, RefusalError
from tests.gitlab.fake import FakeGitLab

from lld_agent.bot.desk import Desks, GitHubDesk, GitLabDesk, PlainToken
from lld_agent.bot.hosts import explanation, github_tokens, work_from
from lld_agent.bot.options import BotOptions
from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue.ports import OpenPull
from lld_agent.errors import CredentialsError, UsageError
from lld_agent.github.client import API

PULL = PullRef("github", "octo/plans", 7)
MERGE = PullRef("gitlab", "octo/plans", 7)


@pytest.fixture
def github():
    with FakeGitHub(Host().open({}, {PATH: design(row("A"))})) as fake:
        yield fake


async def posted(pull, forge, _options):
    return PullOutcome(PullStatus.POSTED, (await forge.pull()).head)


def desk(github, repos=("octo/plans",), token=TOKEN):
    return GitHubDesk(PlainToken(token, repos), BotOptions(), posted, github.base_url)


def test_a_review_gets_the_pull_request_behind_the_port(github):
    outcome = asyncio.run(desk(github).review(PULL))
    assert outcome == PullOutcome(PullStatus.POSTED, github.host.head)


def test_who_may_write(github):
    assert asyncio.run(desk(github).may_write(PULL, "ada"))
    assert not asyncio.run(desk(github).may_write(PULL, "eve"))


@pytest.mark.parametrize("fault", ["404", "403"])
def test_who_is_not_known_may_not_write(fault, github):
    github.fault(0, fault)
    assert not asyncio.run(desk(github).may_write(PULL, "ada"))


def test_a_comment_is_answered_once_whoever_forges_the_mark(github):
    mark = "<!-- lld-agent reply to=99 -->"
    github.host.remarks.append(
        {"id": 1, "user": {"login": "eve"}, "body": f"x {mark}", "html_url": ""}
    )
    for _ in range(3):
        asyncio.run(desk(github).reply(PULL, "99", "A page.\n"))
    asyncio.run(desk(github).reply(PULL, "100", "Another."))
    own = [one["body"] for one in github.host.remarks if one["user"]["login"] == ME]
    assert own == [f"A page.\n\n{mark}\n", "Another.\n\n<!-- lld-agent reply to=100 -->\n"]


def test_open_pull_requests_of_the_repositories_that_were_named(github):
    async def run():
        return [one async for one in Desks({"github": desk(github)}).open_pulls()]

    assert asyncio.run(run()) == [OpenPull(PULL, github.host.head)]


def test_a_host_without_a_key_is_a_dead_letter_and_grants_nothing(github):
    desks = Desks({"github": desk(github)})
    merge = PullRef("gitlab", "a/b", 1)
    outcome = asyncio.run(desks.review(merge))
    assert (outcome.status, outcome.retry, outcome.why) == (
        PullStatus.FAILED,
        False,
        "no key for gitlab",
    )
    assert not asyncio.run(desks.may_write(merge, "ada"))


def test_the_page_of_a_rule():
    assert explanation("SEC003").startswith("# SEC003")
    assert explanation("ZZZ999") == "There is no rule `ZZZ999`."


class FakeGitLabOfPeople(FakeGitLab):
    """Members and the list of merge requests too."""

    def _routes(self):
        at = f"/api/v4/projects/{self.host.repo.replace('/', '%2F')}"
        people = {"3": (30, "active"), "4": (25, "active"), "5": (40, "blocked")}

        def member(person, **_):
            if person not in people:
                raise RefusalError(404, "404 Not found")
            level, state = people[person]
            return {"id": int(person), "access_level": level, "state": state}

        return [
            *super()._routes(),
            ("GET", f"{at}/members/all/(\\d+)", "", member),
            ("GET", f"{at}/merge_requests", "", lambda **_: [{"iid": 7, "sha": self.host.head}]),
        ]


@pytest.fixture
def gitlab():
    with FakeGitLabOfPeople(Host().open({}, {PATH: design(row("A"))})) as fake:
        yield fake


def gitlab_desk(gitlab):
    return GitLabDesk(
        PlainToken(TOKEN, ("octo/plans",)), BotOptions(), posted, f"{gitlab.base_url}/api/v4"
    )


@pytest.mark.parametrize(("person", "may"), [("3", True), ("4", False), ("5", False), ("6", False)])
def test_who_may_write_on_gitlab(person, may, gitlab):
    assert asyncio.run(gitlab_desk(gitlab).may_write(MERGE, person)) is may


def test_reviews_answers_and_open_merge_requests_on_gitlab(gitlab):
    async def run():
        desk = gitlab_desk(gitlab)
        for _ in range(2):
            await desk.reply(MERGE, "41", "A page.")
        return await desk.review(MERGE), [one async for one in desk.open_pulls()]

    outcome, found = asyncio.run(run())
    assert outcome == PullOutcome(PullStatus.POSTED, gitlab.host.head)
    assert found == [OpenPull(MERGE, gitlab.host.head)]
    assert [one["body"] for one in gitlab.notes] == ["A page.\n\n<!-- lld-agent reply to=41 -->\n"]


@pytest.mark.parametrize(
    ("environ", "repos", "hosts"),
    [
        ({"GITHUB_TOKEN": "t"}, ("o/r",), {"github"}),
        ({"GITLAB_TOKEN": "t"}, ("gitlab:a/b/c",), {"gitlab"}),
        ({"GITLAB_TOKEN": "t", "GH_TOKEN": "t"}, (), {"github", "gitlab"}),
    ],
)
def test_hosts_that_there_are_keys_for(environ, repos, hosts):
    assert set(work_from(environ, repos, BotOptions()).desk._hosts) == hosts


def test_where_keys_come_from():
    assert github_tokens({"GH_TOKEN": "t"}, ("o/r",), API) == PlainToken("t", ("o/r",))
    with pytest.raises(CredentialsError):
        work_from({}, (), BotOptions())
    with pytest.raises(UsageError):
        work_from({"GITLAB_TOKEN": "t"}, ("o/r",), BotOptions())
    with pytest.raises(UsageError):
        work_from({"GITHUB_TOKEN": "t"}, ("gitlab:o/r",), BotOptions())
    for environ in (
        {"LLD_AGENT_APP_ID": "1"},
        {"LLD_AGENT_APP_ID": "1", "LLD_AGENT_APP_KEY_FILE": "/no"},
    ):
        with pytest.raises(CredentialsError):
            github_tokens(environ, (), API)
    with pytest.raises(UsageError):
        github_tokens({"LLD_AGENT_APP_ID": "1"}, ("o/r",), API)
