"""`lld-agent bot`: reviews of pull requests and merge requests."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from lld_agent.cli import bot_server
from lld_agent.cli.options import Model, Quiet

app = typer.Typer(
    help="Review pull requests and merge requests.", no_args_is_help=True, rich_markup_mode=None
)


@app.callback()
def group() -> None:
    """Review pull requests and merge requests."""


@app.command("review")
def review(
    repo: Annotated[
        str | None, typer.Option(help="owner/name; in a workflow, that of its event.")
    ] = None,
    pr: Annotated[
        int | None, typer.Option(help="Number of the pull request; in a workflow, of its event.")
    ] = None,
    host: Annotated[Literal["github", "gitlab"], typer.Option(help="github or gitlab.")] = "github",
    api_url: Annotated[
        str | None,
        typer.Option(help="Address of the API, for servers of your own (https://HOST/api/v3)."),
    ] = None,
    identity: Annotated[
        list[str] | None,
        typer.Option(help="Login that the key writes as, where it cannot ask. Repeatable."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option(help="Print what would be posted, post nothing.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write outcome and findings to this file, as JSON.")
    ] = None,
    format: Annotated[  # noqa: A002 - the name of the option
        list[str] | None,
        typer.Option("--format", "-f", help="FORMAT:PATH, as of `review`. Repeatable."),
    ] = None,
    require_post: Annotated[
        bool, typer.Option(help="Exit 3 where nothing could be posted, even with annotations.")
    ] = False,
    strict: Annotated[
        bool, typer.Option(help="Exit 3 where a part could not be reviewed.")
    ] = False,
    fail_on: Annotated[
        str | None, typer.Option(help="error, warning, info or never: what makes the exit code 1.")
    ] = None,
    llm: Annotated[
        bool | None,
        typer.Option("--llm/--no-llm", help="Ask language models. Never without being told."),
    ] = None,
    model: Model = None,
    quiet: Quiet = False,
) -> int:
    """Review the designs of one pull request, once, and say on it what was found.

    Keys: GITHUB_TOKEN or GH_TOKEN; GITLAB_TOKEN. LLD_AGENT_SIGNING_KEY signs what is written.
    Settings are those of the repository at the base commit.
    """
    import asyncio  # noqa: PLC0415 - commands import their work
    import os  # noqa: PLC0415

    from lld_agent.bot import oneshot  # noqa: PLC0415
    from lld_agent.bot.event import named_pull  # noqa: PLC0415
    from lld_agent.bot.options import BotOptions  # noqa: PLC0415
    from lld_agent.cli.terminal import put, say  # noqa: PLC0415
    from lld_agent.errors import CredentialsError, UsageError  # noqa: PLC0415
    from lld_agent.report import formats  # noqa: PLC0415
    from lld_agent.store.atomic import write_atomic  # noqa: PLC0415

    outputs = [formats.parse_output(text) for text in format or ()]
    if any(output.path is None for output in outputs):
        raise UsageError("--format needs a file here", "write it as sarif:lld.sarif")
    ref = named_pull(host, repo, pr, os.environ)
    api_variable = "CI_API_V4_URL" if host == "gitlab" else "GITHUB_API_URL"
    names = ("GITLAB_TOKEN",) if host == "gitlab" else ("GITHUB_TOKEN", "GH_TOKEN")
    token = next((os.environ[name] for name in names if os.environ.get(name)), "")
    if not token:
        raise CredentialsError(f"no key for {host}", f"set {names[0]}")
    options = BotOptions(
        flags={"fail_on": fail_on, "llm": llm, "model": model},
        signing_key=os.environ.get("LLD_AGENT_SIGNING_KEY", "").encode(),
        identities=frozenset(identity or ()),
        strict=strict,
        dry_run=dry_run,
    )
    in_actions = os.environ.get("GITHUB_ACTIONS") == "true"
    shot = asyncio.run(
        oneshot.review_once(
            ref,
            oneshot.opener(token, api_url or os.environ.get(api_variable, "")),
            options,
            annotates=in_actions,
            require_post=require_post,
        )
    )
    for output in outputs:
        if output.path is not None:
            text = formats.render_report(
                output.format, shot.report.results, oneshot.report_options(shot.report)
            )
            write_atomic(output.path, text)
    if out is not None:
        write_atomic(out, oneshot.report_text(shot, ref))
    oneshot.append_summary(oneshot.summary_text(shot), os.environ)
    put(oneshot.printed(shot, in_actions=in_actions))
    if not quiet:
        outcome = shot.report.outcome
        say(f"{ref.key}: {outcome.status.value}" + (f" ({outcome.why})" if outcome.why else ""))
    return shot.exit_code


app.command("serve")(bot_server.serve)
app.command("worker")(bot_server.worker)
app.add_typer(bot_server.dead, name="dead")
