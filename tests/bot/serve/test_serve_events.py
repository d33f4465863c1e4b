"""What deliveries ask for."""

import pytest
from tests.bot.serve.payloads import check_run, comment, merge_request, note, pull_request

from lld_agent.bot.pull import PullRef
from lld_agent.bot.queue.wishes import Delivery, Wish, ref_of
from lld_agent.bot.serve.events import Ignored, MalformedError, github_wishes, gitlab_wishes

PULL = PullRef("github", "octo/tales", 7)
MERGE = PullRef("gitlab", "group/sub/tales", 5)


@pytest.mark.parametrize(
    "action", ["opened", "reopened", "ready_for_review", "synchronize", "closed"]
)
def test_pull_requests_that_change_are_read(action):
    assert github_wishes("pull_request", pull_request(action), "d") == [Delivery("d", PULL)]


@pytest.mark.parametrize("action", ["labeled", "assigned", "edited", "", "OPENED"])
def test_other_actions_on_pull_requests_mean_nothing(action):
    assert github_wishes("pull_request", pull_request(action), "d") == Ignored("action")


@pytest.mark.parametrize("event", ["push", "star", "installation", "pull_request_review", ""])
def test_other_events_mean_nothing_whatever_they_hold(event):
    assert github_wishes(event, [], "d") == Ignored("event")


@pytest.mark.parametrize(
    ("body", "wish", "rule"),
    [
        ("/lld review", Wish.REVIEW, ""),
        ("/lld review  \r\nthank you", Wish.REVIEW, ""),
        ("\n /lld   review", Wish.REVIEW, ""),
        ("/lld explain SEC003", Wish.EXPLAIN, "SEC003"),
        ("/lld explain sec003", Wish.EXPLAIN, "SEC003"),
    ],
)
def test_commands_on_the_first_line(body, wish, rule):
    found = github_wishes("issue_comment", comment(body), "d")
    assert found == [Delivery("d", PULL, wish, rule, "mona", "99")]


@pytest.mark.parametrize(
    "body",
    [
        "please /lld review", "> /lld review", "`/lld review`", "/lld", "/lld approve", "/lld review all", "/lldreview",
        "/lld explain", "/lld explain SEC03", "/lld explain SEC003 SEC004", "/LLD review", "thanks\n/lld review",
        "/lld review\u2028x", "/lld explain ＳＥＣ003", "/lld explain SEC００３", "", None, "/lld " + " " * 9000 + "review",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_command(body):
    assert github_wishes("issue_comment", comment(body), "d") == Ignored("no command")


@pytest.mark.parametrize("association", ["CONTRIBUTOR", "FIRST_TIMER", "NONE", "MANNEQUIN", ""])
def test_commands_of_outsiders_mean_nothing(association):
    assert github_wishes("issue_comment", comment(association=association), "d") == Ignored(
        "author"
    )


def test_a_bot_commands_nothing_not_even_a_collaborator():
    assert github_wishes("issue_comment", comment(kind="Bot", login="x[bot]"), "d") == Ignored(
        "author"
    )


@pytest.mark.parametrize(
    "payload", [comment(on_pull=False), comment(action="edited"), comment(action="deleted")]
)
def test_comments_on_issues_and_edits_mean_nothing(payload):
    assert github_wishes("issue_comment", payload, "d") == Ignored("action")


def test_our_check_run_asked_for_again_names_its_pull_requests():
    found = github_wishes("check_run", check_run(numbers=(9, 7)), "d")
    assert [one.pull.number for one in found] == [7, 9]


def test_a_check_run_of_a_fork_names_no_pull_request():
    assert github_wishes("check_run", check_run(numbers=()), "d") == Ignored("no pull request")


@pytest.mark.parametrize("payload", [check_run(action="completed"), check_run(name="ci")])
def test_other_check_runs_mean_nothing(payload):
    assert github_wishes("check_run", payload, "d") == Ignored("action")


@pytest.mark.parametrize(
    "payload",
    [
        merge_request("open"),
        merge_request("reopen"),
        merge_request("close"),
        merge_request("merge"),
        merge_request("update", attributes={"oldrev": "b" * 40}),
        merge_request("update", changes={"draft": {"previous": True, "current": False}}),
    ],
)
def test_merge_requests_that_change_are_read(payload):
    assert gitlab_wishes(payload, "k") == [Delivery("k", MERGE)]


@pytest.mark.parametrize(
    "payload",
    [
        merge_request("update"),
        merge_request("update", changes={"draft": {"previous": False, "current": True}}),
        merge_request("approved"),
    ],
)
def test_other_changes_of_merge_requests_mean_nothing(payload):
    assert gitlab_wishes(payload, "k") == Ignored("action")


def test_a_note_on_a_merge_request_commands():
    assert gitlab_wishes(note("/lld explain API001"), "k") == [
        Delivery("k", MERGE, Wish.EXPLAIN, "API001", "3", "41")
    ]
    assert gitlab_wishes(note(noteable="Issue"), "k") == Ignored("action")
    assert gitlab_wishes(note(action="update"), "k") == Ignored("action")


@pytest.mark.parametrize(
    "payload", [None, [], "x", {}, {"object_kind": []}, {"object_kind": "push"}]
)
def test_gitlab_sends_other_things_too(payload):
    assert gitlab_wishes(payload, "k") == Ignored("event")


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("pull_request", None),
        ("pull_request", []),
        ("pull_request", {"action": "opened"}),
        ("pull_request", pull_request(number=0)),
        ("pull_request", pull_request(number="7x")),
        ("pull_request", pull_request(repo="../../etc/passwd")),
        ("pull_request", pull_request(repo="octo")),
        ("pull_request", pull_request(repo="octo/tales\n")),
        ("pull_request", pull_request(repo="octo/ta les")),
        ("issue_comment", comment(login="mona/../x")),
        ("check_run", {"action": "rerequested"}),
    ],
)
def test_payloads_of_another_form_are_malformed(event, payload):
    with pytest.raises(MalformedError):
        github_wishes(event, payload, "d")


def test_what_is_wrong_names_fields_and_no_values():
    with pytest.raises(MalformedError, match=r"^repository.full_name$"):
        github_wishes("pull_request", pull_request(repo="<script>"), "d")


@pytest.mark.parametrize("repo", ["group/../other", "group", "/x", "a//b", "a/b\n"])
def test_projects_of_another_form_are_malformed(repo):
    payload = merge_request()
    payload["project"]["path_with_namespace"] = repo
    with pytest.raises(MalformedError):
        gitlab_wishes(payload, "k")


@pytest.mark.parametrize("pull", [PULL, MERGE, PullRef("github", "a/b#c", 1)])
def test_a_key_leads_back_to_its_pull_request(pull):
    assert ref_of(pull.key) == pull


@pytest.mark.parametrize(
    "key", ["", "github:a/b", "github:#7", "gitea:a/b#7", "github:a/b#x", "github:a/b#-1"]
)
def test_no_key(key):
    with pytest.raises(ValueError, match="no key"):
        ref_of(key)
