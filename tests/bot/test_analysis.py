"""The process that reads: no key of a code host in it, and its answer is data."""

import asyncio
import sys

import pytest
from tests.bot.rig import PATH, Rig, design, pull_request, row
from tests.github.fake import TOKEN, FakeGitHub

from lld_agent.bot.analysis import AnalysisError, Document, Reply, analyse_apart, scrubbed, task
from lld_agent.bot.pull import PullStatus
from lld_agent.config.settings import Settings

SETTINGS = Settings(select=("CFG002",))
ASKED = task(
    [Document(PATH, design(row("A_SECRET")).encode()), Document("b.md", b"\xff\xfe\xff")], SETTINGS
)


def test_a_process_of_its_own_answers_about_each_document():
    reply = asyncio.run(analyse_apart(ASKED, 60))
    assert [f.rule for f in reply.documents[0].findings] == ["CFG002"]
    assert reply.documents[0].headings == (1, 3, 5)
    assert reply.documents[1].error.startswith("b.md ")


@pytest.mark.parametrize("llm", [False, True])
def test_its_environment_holds_no_key_but_those_of_its_models(llm: bool):
    environ = {
        "PATH": "/bin", "GITHUB_TOKEN": TOKEN, "GH_TOKEN": TOKEN, "GITLAB_TOKEN": "glpat-x", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "t",
        "ACTIONS_RUNTIME_TOKEN": "t", "LLD_AGENT_SIGNING_KEY": "k", "LLD_AGENT_WEBHOOK_SECRET": "s", "AWS_SECRET_ACCESS_KEY": "a",
        "OPENAI_API_KEY": "o", "ANTHROPIC_API_KEY": "n", "HOME": "/home/me", "SSH_AUTH_SOCK": "/s", "GITHUB_EVENT_PATH": "/e",
    }  # fmt: skip
    settings = Settings(llm=llm, model="openai/gpt-5.2")
    kept = scrubbed(environ, settings, "/tmp/x")
    assert kept == {
        "PATH": "/bin", "HOME": "/tmp/x", "USERPROFILE": "/tmp/x", "PYTHONUTF8": "1", **({"OPENAI_API_KEY": "o"} if llm else {}),
    }  # fmt: skip


def answering(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Put another program in the place of the analysis."""
    program = f"import sys, os\nsys.stdin.read()\n{code}\n"
    real = asyncio.create_subprocess_exec

    async def other(*_arguments, **options):
        return await real(sys.executable, "-c", program, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", other)


def test_the_process_really_has_no_token(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    answering(monkeypatch, "sys.exit('keys: ' + ' '.join(sorted(os.environ)))")
    with pytest.raises(AnalysisError) as said:
        asyncio.run(analyse_apart(ASKED, 60))
    assert "PATH" in str(said.value)
    assert "TOKEN" not in str(said.value)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("print('APPROVE')", "cannot be read"),
        ("print('{\"documents\": []}')", "other documents"),
        ('print(\'{"documents": [], "post": "merge"}\')', "cannot be read"),
        ("sys.exit('no model is named')", "no model is named"),
        ("import time; time.sleep(60)", "more than 0.5 s"),
        ("os.kill(os.getpid(), 9)", "failed"),
    ],
)
def test_an_answer_that_is_none_is_no_review(monkeypatch: pytest.MonkeyPatch, code: str, why: str):
    answering(monkeypatch, code)
    with pytest.raises(AnalysisError, match=why):
        asyncio.run(analyse_apart(ASKED, 0.5 if "sleep" in code else 60))


def test_a_failed_analysis_is_told_and_never_green():
    async def broken(_task, _seconds):
        raise AnalysisError("the analysis failed: out of memory")

    host = pull_request({}, {PATH: design(row("A_SECRET"))})
    with FakeGitHub(host) as github:
        outcome = Rig(github).review(analyse=broken).outcome
        assert (outcome.status, outcome.exit_code) == (PullStatus.FAILED, 3)
        (check,) = host.checks
        assert check["conclusion"] == "neutral"
        assert check["output"]["title"] == "NOT REVIEWED: the analysis failed: out of memory"
        assert host.comments == host.remarks == []


def test_a_finding_whose_quote_is_not_in_the_document_is_dropped_and_counted():
    async def invents(task, _seconds):
        reply = await analyse_apart(task, 60)
        (one,) = reply.documents
        (finding,) = one.findings
        evidence = finding.evidence[0].model_copy(
            update={"quote": "The service has no login at all."}
        )
        made_up = finding.model_copy(update={"evidence": (evidence,), "subject": "other"})
        return Reply(documents=(one.model_copy(update={"findings": (finding, made_up)}),))

    host = pull_request({}, {PATH: design(row("A_SECRET"))})
    with FakeGitHub(host) as github:
        report = Rig(github).review(analyse=invents)
        assert len(host.comments) == 1
        assert "1 dropped: their quotes are not in the document" in host.remarks[0]["body"]
        assert sum(len(result.findings) for result in report.results) == 1


def test_the_token_is_in_nothing_that_is_written():
    host = pull_request(
        {}, {PATH: design(row("A_SECRET", TOKEN), row("B_SECRET"), after=f"\n{TOKEN}\n")}
    )
    with FakeGitHub(host) as github:
        report = Rig(github).review()
        said = str([host.comments, host.remarks, host.checks, report.outcome])
        assert "SECRET" in said
        assert TOKEN not in said
