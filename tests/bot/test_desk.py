"""What workers ask of GitHub beside the review: over HTTP, on the strict fake."""

import asyncio

import pytest
from tests.bot.rig import PATH, design, row
from tests.github.fake import TOKEN, FakeGitHub
from tests.github.state import ME, Host

from lld_agent.bot.desk import Desks, GitHubDesk, PlainToken
from lld_agent.bot.hosts import explanation, github_tokens
from lld_agent.bot.options import BotOptions
from lld_agent.bot.pull import PullOutcome, PullRef, PullStatus
from lld_agent.bot.queue.ports import OpenPull
from lld_agent.errors import CredentialsError, UsageError
from lld_agent.github.client import API

PULL = PullRef("github", "octo/plans", 7)


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


def test_where_keys_come_from(tmp_path):
    assert github_tokens({"GH_TOKEN": "t"}, ("o/r",), API) == PlainToken("t", ("o/r",))
    for environ in (
        {},
        {"LLD_AGENT_APP_ID": "1"},
        {"LLD_AGENT_APP_ID": "1", "LLD_AGENT_APP_KEY_FILE": "/no"},
    ):
        with pytest.raises(CredentialsError):
            github_tokens(environ, (), API)
    with pytest.raises(UsageError):
        github_tokens({"LLD_AGENT_APP_ID": "1"}, ("o/r",), API)
