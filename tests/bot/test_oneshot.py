"""`lld-agent bot review` as a person or a workflow runs it: files, exit codes, and what it prints."""

import json
from pathlib import Path

import pytest
from tests.bot.rig import PATH, analyse_here, design, pull_request, row
from tests.github.fake import TOKEN, FakeGitHub

from lld_agent.bot import oneshot
from lld_agent.cli.run import run
from lld_agent.forge.pace import RealClock

FINDING = design(row("A_SECRET"))


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def instant(_self, _seconds):
        return None

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(RealClock, "sleep", instant)
    monkeypatch.setattr(oneshot, "analyse_apart", analyse_here)
    monkeypatch.setitem(oneshot.review_once.__kwdefaults__, "analyse", analyse_here)
    for name in (
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
        "GITHUB_EVENT_PATH",
        "GITHUB_REPOSITORY",
        "GH_TOKEN",
        "CI",
    ):
        monkeypatch.delenv(name, raising=False)
    with FakeGitHub(pull_request({}, {PATH: FINDING})) as fake:
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_API_URL", fake.base_url)
        yield fake


NAMED = ["bot", "review", "--repo", "octo/plans", "--pr", "7"]


def test_a_review_is_posted_and_told(github: FakeGitHub, tmp_path: Path, capsys):
    assert run([*NAMED, "--out", "report.json", "-f", "sarif:lld.sarif"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "github:octo/plans#7: posted\n")
    assert len(github.host.comments) == 1
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["outcome"]["exit_code"] == 1
    assert report["posted"] == {
        "inline": 1,
        "resolved": 0,
        "summary": True,
        "check": True,
        "refused": [],
    }
    assert report["review"]["findings"][0]["rule"] == "CFG002"
    sarif = json.loads((tmp_path / "lld.sarif").read_text())
    assert (
        sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][
            "uri"
        ]
        == PATH
    )
    assert run([*NAMED, "-q"]) == 1
    assert run([*NAMED, "-q", "--fail-on", "never"]) == 0


@pytest.mark.parametrize("how", ["closed", "draft", "no design"])
def test_what_is_not_to_be_reviewed_is_left_alone(github: FakeGitHub, how: str, capsys):
    if how == "closed":
        github.host.state = "closed"
    elif how == "draft":
        github.host.draft = True
    else:
        github.host.push({"src/main.py": "print()\n", "README.md": FINDING})
    assert run(NAMED) == 0
    assert "skipped" in capsys.readouterr().err
    assert not any(call.is_write for call in github.calls)


def test_a_dry_run_prints_all_and_writes_nothing(github: FakeGitHub, capsys, monkeypatch):
    assert run([*NAMED, "--dry-run"]) == 1
    out = capsys.readouterr().out
    assert f"=== comment on {PATH}:9\n**error** `CFG002`" in out
    assert "=== summary\n### Design review: 1 error" in out
    assert ": failure, 1 annotations" in out
    assert not any(call.is_write for call in github.calls)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    run([*NAMED, "--dry-run"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("::stop-commands::")
    assert lines[-1] == f"::{lines[0].rpartition('::')[2]}::"


def test_a_fork_without_any_right_gets_annotations_and_a_summary(
    github: FakeGitHub, tmp_path: Path, capsys, monkeypatch
):
    github.may.clear()
    github.host.head_repo = "mallory/plans"
    event = {"pull_request": {"number": 7}, "repository": {"full_name": "octo/plans"}}
    (tmp_path / "event.json").write_text(json.dumps(event))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    assert run(["bot", "review", "-f", "sarif:lld.sarif", "--out", "r.json"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"::error title=CFG002 secret-default,file={PATH},line=9,endLine=9,")
    assert "Resource not accessible by integration" in err
    assert "A_SECRET" in (tmp_path / "summary.md").read_text()
    assert json.loads((tmp_path / "lld.sarif").read_text())["runs"][0]["results"]
    assert json.loads((tmp_path / "r.json").read_text())["posted"]["refused"]
    assert run(["bot", "review", "--require-post"]) == 3
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert run(NAMED) == 3, "findings that nobody sees are no success"


def test_annotations_are_ten_of_a_kind_the_first_ones(github: FakeGitHub, capsys, monkeypatch):
    github.may.clear()
    github.host.push(
        {
            "lld-agent.toml": 'select = ["CFG002"]\n',
            PATH: design(*(row(f"S{n}_SECRET") for n in range(14))),
        }
    )
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert run(NAMED) == 1
    assert capsys.readouterr().out.count("::error ") == 10


def test_one_right_is_enough_to_be_seen(github: FakeGitHub, capsys):
    github.may = {"checks"}
    assert run(NAMED) == 1
    assert len(github.host.checks[0]["annotations"]) == 1
    assert github.host.comments == github.host.remarks == []
    assert run([*NAMED, "--strict"]) == 3


def test_keys_and_names_that_are_wrong(github: FakeGitHub, capsys, monkeypatch):
    assert run(["bot", "review", "--repo", "octo/plans"]) == 2
    assert run(["bot", "review", "--repo", "../x", "--pr", "7"]) == 2
    assert run([*NAMED, "-f", "sarif"]) == 2
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_wrong0123456789abcdefghijklmnopqrstuv")
    assert run(NAMED) == 4
    err = capsys.readouterr().err
    assert "Bad credentials" in err
    assert "ghs_wrong" not in err
    monkeypatch.delenv("GITHUB_TOKEN")
    assert run(NAMED) == 4


def test_configuration_is_that_of_the_base(github: FakeGitHub, capsys):
    host = github.host
    host.push({PATH: FINDING, "lld-agent.toml": 'select = ["CFG003"]\nfail-on = "never"\n'})
    assert run(NAMED) == 1
    assert "is changed here" in host.remarks[0]["body"]
    host.base = host.commit({"lld-agent.toml": 'sellect = ["CFG003"]\n'})
    assert run(NAMED) == 2
    assert "did you mean select?" not in host.remarks[0]["body"]
    assert "NOT REVIEWED: lld-agent.toml at the base commit: unknown key sellect" in str(
        host.checks
    )


def test_a_repository_spends_no_money_of_the_bots_and_sends_its_keys_nowhere(
    github, monkeypatch, capsys
):
    seen = []

    async def looking(task, seconds):
        seen.append(task.settings)
        return await analyse_here(task, seconds)

    monkeypatch.setitem(oneshot.review_once.__kwdefaults__, "analyse", looking)
    said = 'llm = true\nmodel = "x/y"\nbase-url = "https://evil.example/v1"\ncache-dir = "/etc"\nselect = ["CFG002"]\n'
    github.host.base = github.host.commit({"lld-agent.toml": said})
    assert run(NAMED) == 1
    (settings,) = seen
    assert (settings.llm, settings.model, settings.base_url, settings.cache_dir) == (
        False,
        "",
        "",
        "",
    )
    assert settings.select == ("CFG002",)
    github.host.base = github.host.commit({"lld-agent.toml": 'base-url = "nonsense"\n'})
    assert run(NAMED) == 2


def test_a_baseline_is_that_of_the_base_and_follows_a_rename(github: FakeGitHub, capsys):
    host = github.host
    assert run([*NAMED, "--out", "r.json", "--dry-run"]) == 1
    found = json.loads(Path("r.json").read_text())["review"]["findings"][0]
    entry = {
        "fingerprint": found["fingerprint"],
        "rule": "CFG002",
        "path": f"../{PATH}",
        "reason": "a demo",
    }
    known = json.dumps({"version": 1, "entries": [entry]})
    settings = 'select = ["CFG002"]\nbaseline = "config/known.json"\n'
    base = {"lld-agent.toml": settings, "config/known.json": known, PATH: FINDING}
    host.base = host.commit(base)
    host.push(
        {**{p: t for p, t in base.items() if p != PATH}, "docs/lld/b.md": FINDING},
        {"docs/lld/b.md": PATH},
    )
    assert run(NAMED) == 0
    assert "1 known to the baseline" in host.remarks[0]["body"]


def test_what_cannot_be_read_is_told(github: FakeGitHub, capsys):
    host = github.host
    host.push(
        {
            "lld-agent.toml": 'select = ["CFG002"]\n',
            PATH: b"\x89PNG\r\n\x1a\n\x00",
            "docs/lld/b.md": design(),
            "docs/lld/big.md": "x" * 600_000,
        }
    )
    assert run(NAMED) == 0
    body = host.remarks[0]["body"]
    assert "#### Not reviewed" in body
    assert "`docs/lld/big.md`: no file of at most 512 KiB" in body
    assert f"`{PATH}`" in body
    assert host.checks[-1]["conclusion"] == "neutral"
    assert run([*NAMED, "--strict"]) == 3


def test_suppressions_that_the_pull_request_adds_are_counted(github: FakeGitHub, capsys):
    host = github.host
    marked = row("A_SECRET").replace("| Yes |", "| Yes <!-- lld: ignore CFG002 -- a demo --> |")
    host.push({"lld-agent.toml": 'select = ["CFG002"]\n', PATH: design(marked)})
    assert run(NAMED) == 0
    assert "1 finding set aside by comments (1 such comment added here)" in host.remarks[0]["body"]
    assert host.checks[-1]["conclusion"] == "success"
