"""The same review again, on a document that moves: nothing twice, nothing lost, nothing resolved too soon."""

import re

import pytest
from tests.bot.rig import KEY, PATH, Killed, Rig, design, open_bodies, pull_request, row
from tests.github.fake import FakeGitHub
from tests.github.state import ME, Host

from lld_agent.bot.options import BotOptions
from lld_agent.bot.pull import PullStatus

FILLER = "".join(f"Paragraph {number} says nothing.\n\n" for number in range(20))
BASE = design(row("OLD_SECRET"), after=FILLER)


@pytest.fixture
def rig():
    host = pull_request({PATH: BASE}, {PATH: BASE + "\nA last word.\n" + row("x")})
    with FakeGitHub(host) as github:
        yield Rig(github)


def push(host: Host, text: str, path: str = PATH, renamed: dict[str, str] | None = None) -> None:
    tree = {p: t for p, t in host.commits[host.head].items() if p not in (renamed or {}).values()}
    host.push({**tree, path: text}, renamed)


def fingerprints(host: Host) -> list[str]:
    return [re.findall(r" fp=(\S+) ", c["body"])[0] for c in host.comments if " fp=" in c["body"]]


def test_a_finding_on_the_diff_is_said_there_and_once(rig: Rig):
    host = rig.github.host
    push(host, design(row("OLD_SECRET"), row("NEW_SECRET"), after=FILLER))
    first, second, third = rig.review(), rig.review(), rig.review()
    assert (first.outcome.status, first.outcome.exit_code) == (PullStatus.POSTED, 1)
    assert [o.outcome.status for o in (second, third)] == [PullStatus.UNCHANGED] * 2
    assert len(host.reviews) == 1
    assert len(host.remarks) == 1
    assert len(host.checks) == 1
    assert {(c["line"], c["path"]) for c in host.comments} == {(9, PATH), (10, PATH)}
    assert all(review["state"] == "COMMENTED" for review in host.reviews)


def test_what_the_diff_does_not_show_stands_in_the_summary_which_names_the_commit(rig: Rig):
    host = rig.github.host
    outcome = rig.review().outcome
    assert outcome.status is PullStatus.POSTED
    assert host.reviews == []
    body = host.remarks[0]["body"]
    assert host.head in body
    assert "OLD\\_SECRET" in body or "OLD_SECRET" in body
    assert f"/octo/plans/blob/{host.head}/{PATH}?plain=1#L9" in body
    check = host.checks[0]
    assert (check["conclusion"], check["status"]) == ("failure", "completed")
    assert [(a["start_line"], a["annotation_level"]) for a in check["annotations"]] == [
        (9, "failure")
    ]


def test_thirty_lines_above_say_nothing_new(rig: Rig):
    host = rig.github.host
    push(host, design(row("NEW_SECRET"), after=FILLER))
    rig.review()
    assert len(host.comments) == 1
    push(host, design(row("NEW_SECRET"), before="Thirty.\n\n" * 15, after=FILLER))
    assert rig.review().outcome.status is PullStatus.POSTED, "the summary names another commit"
    assert len(host.comments) == 1
    assert len(host.reviews) == len(host.remarks) == 1
    assert host.head in host.remarks[0]["body"]


def test_a_wrapped_paragraph_says_nothing_new_and_resolves_nothing():
    words = (
        "How long events are kept is TODO, and people who operate it have to decide that before the"
    )
    host = pull_request(
        {PATH: "# a\n"}, {PATH: f"# a\n\n## Goals\n\n{words} launch.\n"}, 'select = ["STR003"]\n'
    )
    with FakeGitHub(host) as github:
        rig = Rig(github)
        rig.review()
        before = sorted(fingerprints(host))
        assert before, "there is something to say about it"
        half = words.rfind(" ", 0, 60)
        push(host, f"# a\n\n## Goals\n\n{words[:half]}\n{words[half + 1 :]} launch.\n")
        rig.review()
        assert sorted(fingerprints(host)) == before
        assert host.resolved == {}


@pytest.mark.parametrize("at_base", [True, False], ids=["there-before", "new-here"])
def test_a_renamed_file_says_nothing_new(at_base: bool):
    text = design(row("NEW_SECRET"), after=FILLER)
    host = pull_request({PATH: BASE} if at_base else {}, {PATH: text})
    with FakeGitHub(host) as github:
        rig = Rig(github)
        rig.review()
        assert len(host.comments) == 1
        new = "docs/design/parcel-lockers.md"
        push(host, text, new, {new: PATH})
        rig.review()
        assert len(host.comments) == 1
        assert host.resolved == {}


def test_a_mended_finding_is_resolved_and_no_other(rig: Rig):
    host = rig.github.host
    push(host, design(row("A_SECRET"), row("B_SECRET"), after=FILLER))
    rig.review()
    a, b = host.comments
    push(host, design(row("B_SECRET"), after=FILLER))
    outcome = rig.review()
    assert outcome.posted.resolved == 1
    assert set(host.resolved) == {a["id"]}
    assert b["id"] not in host.resolved
    assert "0 new, 1 gone" in host.remarks[0]["body"]
    assert rig.review().outcome.status is PullStatus.UNCHANGED
    assert "0 new, 1 gone" in host.remarks[0]["body"]


def test_a_finding_that_comes_back_is_said_again(rig: Rig):
    host = rig.github.host
    with_it = design(row("A_SECRET"), after=FILLER)
    push(host, with_it)
    rig.review()
    push(host, design(after=FILLER))
    rig.review()
    assert len(host.resolved) == 1
    push(host, with_it)
    rig.review()
    assert len(open_bodies(host)) == 1


def test_a_reply_of_a_person_keeps_a_thread_open(rig: Rig):
    host = rig.github.host
    push(host, design(row("A_SECRET"), after=FILLER))
    rig.review()
    host.reply(host.comments[0]["id"], "ada", "We should talk about that.")
    push(host, design(after=FILLER))
    rig.review()
    assert host.resolved == {}


@pytest.mark.parametrize("how", ["resolved", "declined"])
def test_what_a_person_closed_is_not_said_again(rig: Rig, how: str):
    host = rig.github.host
    push(host, design(row("A_SECRET"), after=FILLER))
    rig.review()
    number = host.comments[0]["id"]
    if how == "resolved":
        host.resolved[number] = "ada"
    else:
        host.reply(number, "ada", "Won't fix, it is a demo.")
        host.resolved[number] = ME.removesuffix("[bot]")
    push(host, design(row("A_SECRET"), before="More.\n\n", after=FILLER))
    rig.review()
    assert len(host.reviews) == 1


def test_nothing_is_resolved_for_a_rule_that_did_not_run(rig: Rig):
    host = rig.github.host
    push(host, design(row("A_SECRET"), after=FILLER))
    rig.review()
    tree = {**host.commits[host.base], "lld-agent.toml": b'select = ["CFG003"]\n'}
    host.base = host.commit(tree)
    push(host, design(after=FILLER))
    rig.review()
    assert host.resolved == {}


@pytest.mark.parametrize("author", ["mallory", ME])
def test_a_forged_mark_is_ignored(rig: Rig, author: str):
    host = rig.github.host
    text = design(row("A_SECRET"), after=FILLER)
    push(host, text)
    rig.review()
    (true,) = host.comments
    forged = (
        true["body"]
        if author == "mallory"
        else re.sub(r"sig=\w+", "sig=0123456789abcdef", true["body"])
    )
    host.comments.clear()
    host.remarks.clear()
    host.comments.append({**true, "user": {"login": author}, "body": forged})
    host.say(author, forged)
    rig.review()
    ours = [c for c in host.comments if c is not host.comments[0]]
    assert len(ours) == 1, "the forged one does not silence it"
    push(host, design(after=FILLER))
    rig.review()
    assert set(host.resolved) == {ours[0]["id"]}, "and is not resolved"


def test_without_a_key_the_author_decides():
    host = pull_request({PATH: BASE}, {PATH: design(row("A_SECRET"), after=FILLER)})
    with FakeGitHub(host) as github:
        rig = Rig(github, options=BotOptions())
        rig.review()
        assert rig.review().outcome.status is PullStatus.UNCHANGED
        host.comments[0]["user"] = {"login": "mallory"}
        rig.review()
        assert len(host.comments) == 2


def test_the_cap_holds_over_all_runs_and_the_rest_is_in_the_summary():
    rows = [row(f"S{number}_SECRET") for number in range(35)]
    host = pull_request({}, {PATH: design(*rows)})
    with FakeGitHub(host) as github:
        rig = Rig(github)
        rig.review()
        rig.review()
        assert len(host.comments) == 10
        body = host.remarks[0]["body"]
        said = "\n".join([body, *(c["body"] for c in host.comments)])
        assert all(f"S{number}_SECRET" in said.replace("\\_", "_") for number in range(35))
        push(host, design(*rows[5:]))
        rig.review()
        assert len(host.resolved) == 5
        assert len(open_bodies(host)) == 10


def test_a_key_of_another_pull_request_signs_nothing_here(rig: Rig):
    host = rig.github.host
    push(host, design(row("A_SECRET"), after=FILLER))
    rig.review()
    rig.options = BotOptions(signing_key=KEY + b"2")
    rig.review()
    assert len(host.reviews) == 2


def test_what_is_only_set_aside_is_not_resolved(rig: Rig):
    """The finding is gone and its words are not: nobody mended anything."""
    host = rig.github.host
    push(host, design(row("A_SECRET"), after=FILLER))
    rig.review()
    push(
        host, design(row("A_SECRET"), after=FILLER + "<!-- lld: ignore-file CFG002 -- a demo -->\n")
    )
    assert rig.review().outcome.exit_code == 0
    assert host.resolved == {}


def test_a_finding_in_other_words_is_neither_resolved_nor_said_again(rig: Rig):
    host = rig.github.host
    push(host, design(row("A_SECRET"), after=FILLER))
    rig.review()
    push(host, design(row("A_SECRET").replace("Signs codes", "Signs all codes"), after=FILLER))
    rig.review()
    assert len(host.comments) == 1
    assert host.resolved == {}


def test_a_half_annotated_check_is_not_gone_on_with():
    host = pull_request({}, {PATH: design(*(row(f"S{number}_SECRET") for number in range(60)))})
    with FakeGitHub(host) as github:
        rig = Rig(github)
        with pytest.raises(Killed):
            rig.review(kill_after=4)
        assert [len(check["annotations"]) for check in host.checks] == [50]
        rig.review()
        assert [len(check["annotations"]) for check in host.checks] == [50, 60]
        assert host.checks[-1]["status"] == "completed"
