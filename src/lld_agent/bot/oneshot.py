"""One review from a command line or a workflow: where findings go when they cannot be posted."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import httpx

from lld_agent import app
from lld_agent.bot.analysis import Analyse, analyse_apart
from lld_agent.bot.dry import DryForge
from lld_agent.bot.options import BotOptions
from lld_agent.bot.pull import PullRef, PullStatus
from lld_agent.bot.review import PullReport, report_on
from lld_agent.errors import OutputError
from lld_agent.forge.http import TIMEOUT
from lld_agent.forge.pace import Pace
from lld_agent.forge.port import Forge
from lld_agent.github.client import API as GITHUB
from lld_agent.github.client import fixed, github_requests
from lld_agent.github.pull import GitHubPull
from lld_agent.gitlab.client import API as GITLAB
from lld_agent.gitlab.client import gitlab_requests
from lld_agent.gitlab.pull import GitLabPull
from lld_agent.model.finding import Severity
from lld_agent.model.review import Bars, ReviewResult
from lld_agent.report.data import review_data
from lld_agent.report.escape import visible
from lld_agent.report.github import github_report
from lld_agent.report.markdown import markdown_report
from lld_agent.report.options import ReportOptions

_TRIES = 3
"""How often a review begins anew because the pull request moved on meanwhile."""

_MOST_SUMMARY = 900_000
"""Bytes for the summary of a step; GitHub drops one of more than 1 MiB."""

Open = Callable[[PullRef, httpx.AsyncClient], Forge]


@dataclass(frozen=True, slots=True)
class OneShot:
    """A report, the exit code of the run, and what a dry run would have written."""

    report: PullReport
    exit_code: int
    said: tuple[str, ...] = ()
    annotate: bool = False


def opener(token: str, base_url: str, pace: Pace | None = None) -> Open:
    """Return what opens a pull request on its host with a token.

    Args:
        token: of a person, an app or a workflow.
        base_url: of the API; "" for the public ones.
        pace: in place of the usual one.
    """

    def open_pull(ref: PullRef, client: httpx.AsyncClient) -> Forge:
        if ref.host == "gitlab":
            asks = gitlab_requests(token, base_url or GITLAB, pace, client)
            return GitLabPull(asks, ref.repo, ref.number)
        return GitHubPull(
            github_requests(fixed(token), base_url or GITHUB, pace, client), ref.repo, ref.number
        )

    return open_pull


async def review_once(
    ref: PullRef,
    open_pull: Open,
    options: BotOptions,
    *,
    annotates: bool = False,
    require_post: bool = False,
    analyse: Analyse = analyse_apart,
) -> OneShot:
    """Review a pull request; begin anew where it moves on meanwhile.

    Args:
        ref: which one.
        open_pull: opens it.
        options: how.
        annotates: what is printed becomes annotations (a workflow of GitHub Actions).
        require_post: not to be able to post is a failure even then.
        analyse: reads the documents.
    """
    async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
        forge = open_pull(ref, client)
        dry = DryForge(forge) if options.dry_run else None
        for _ in range(_TRIES):
            report = await report_on(ref, dry or forge, options, analyse)
            if report.outcome.status is not PullStatus.SUPERSEDED:
                break
    found = any(result.findings for result in report.results)
    annotate = annotates and found and not report.posted.shown
    code = report.outcome.exit_code
    if annotate and report.posted.refused and not require_post and code == 3:
        code = _by_findings(report)
    if require_post and found and not report.posted.shown:
        code = max(code, 3)
    return OneShot(report, code, tuple(dry.said) if dry else (), annotate)


def _by_findings(report: PullReport) -> int:
    """Return the exit code of a review whose findings are shown as annotations."""
    bars = Bars() if report.settings is None else app.failing(report.settings)
    return int(any(bars.reached_by(f) for r in report.results for f in r.findings))


def report_options(report: PullReport) -> ReportOptions:
    """Return how reports look: as the settings of the repository say."""
    settings = report.settings
    if settings is None:
        return ReportOptions()
    return ReportOptions(rule_url=settings.rule_url, fails=app.failing(settings))


def report_text(shot: OneShot, ref: PullRef) -> str:
    """Return everything about a run as JSON: outcome, what was posted, findings."""
    outcome, posted = shot.report.outcome, shot.report.posted
    data = {
        "pull": ref.key,
        "outcome": {**asdict(outcome), "exit_code": shot.exit_code},
        "posted": {
            "inline": posted.inline,
            "resolved": posted.resolved,
            "summary": posted.summary,
            "check": posted.check,
            "refused": list(posted.refused),
        },
        "review": review_data(shot.report.results).model_dump(mode="json"),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def summary_text(shot: OneShot) -> str:
    """Return what a workflow shows as the summary of its step."""
    report = shot.report
    text = report.posted.text or (
        markdown_report(report.results, ReportOptions()) if report.results else ""
    )
    why = f"\nlld-agent: {report.outcome.status.value}"
    why += f", {report.outcome.why}" if report.outcome.why else ""
    data = f"{text}\n{why}\n".encode("utf-8", "replace")
    return data[:_MOST_SUMMARY].decode("utf-8", "ignore")


def append_summary(text: str, environ: Mapping[str, str]) -> None:
    """Add text to the summary of a workflow's step, where there is one.

    Raises:
        OutputError: it cannot be written.
    """
    path = environ.get("GITHUB_STEP_SUMMARY", "")
    if not path:
        return
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise OutputError(f"the step summary cannot be written: {error}", "") from None


def printed(shot: OneShot, *, in_actions: bool) -> str:
    """Return what goes to standard output: what a dry run would write, or annotations.

    In a workflow a line of a document could be a command to the runner; it is told to obey none.
    """
    said = "".join(visible(text) for text in shot.said)
    if said and in_actions:
        word = secrets.token_hex(16)
        said = f"::stop-commands::{word}\n{said}::{word}::\n"
    if shot.annotate:
        said += github_report(_shown(shot.report.results), ReportOptions())
    return said


def _shown(results: Sequence[ReviewResult]) -> list[ReviewResult]:
    """Return results with no more findings than a step shows: ten of each severity."""
    left = dict.fromkeys(Severity, 10)
    kept: list[ReviewResult] = []
    for result in results:
        findings = []
        for finding in result.findings:
            if left[finding.severity] > 0:
                left[finding.severity] -= 1
                findings.append(finding)
        kept.append(replace(result, findings=tuple(findings)))
    return kept
