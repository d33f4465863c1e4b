"""What `lld-agent review --llm` shows: progress, the plan, the last lines."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lld_agent import app
from lld_agent.app import criticising, models
from lld_agent.cli.progress import last_line, progress
from lld_agent.cli.terminal import put, say
from lld_agent.config.settings import Settings
from lld_agent.llm.plan import plan
from lld_agent.llm.shape import Mode
from lld_agent.report.plan import plan_text
from lld_agent.report.prompts import prompt_text


def with_models(
    paths: Sequence[str], settings: Settings, options: app.ReviewOptions, replay: str, shown_as: str
) -> app.ReviewRun:
    """Review with critics, showing how far they are on standard error.

    Args:
        paths: documents.
        settings: models and limits.
        options: of the review.
        replay: run to reproduce, "" for none.
        shown_as: mode of progress.
    """
    with progress(shown_as, local=app.is_local(settings)) as shown:
        asked = criticising.Models(
            listener=shown.listen,
            on_interrupt=lambda: say("finishing what runs; Ctrl-C again stops at once"),
            replay=replay,
        )
        return app.review_paths(paths, settings, replace(options, models=asked))


def show_plan(paths: Sequence[str], settings: Settings, prd: str | None, *, prompts: bool) -> int:
    """Print what critics would be asked, with tokens and cost; with `prompts`, word for word.

    Needs neither key nor network.
    """
    designs, errors = app.read_designs(paths, settings)
    for error in errors:
        say(f"error: {error.message}")
    brief = app.brief_of(prd) if prd else None
    asked = (designs, app.review_settings(settings), settings, brief)
    if prompts:
        mode: Mode = "prompt" if settings.structured == "prompt" else "strict"
        for request in criticising.requests(*asked):
            model = models.facts_of(settings, request.stage).model
            put(prompt_text(request, model, mode, settings.base_url))
    else:
        put(plan_text(plan(criticising.planned(*asked), lambda s: models.facts_of(settings, s))))
        say("nothing was sent")
    return 2 if errors else 0


def told(run: criticising.CriticRun) -> Iterator[str]:
    """Yield what a person must know about a run of critics."""
    if run.replayed is not None:
        name, drifted = run.replayed
        edited = f"; prompts edited since: {', '.join(drifted)}" if drifted else ""
        yield f"replayed {name}: a recording, no model was asked{edited}"
    for what, failure in run.failures:
        hint = f" ({failure.hint})" if failure.hint else ""
        yield f"no answer: {what}: {failure.message}{hint}"
    if run.failures or run.interrupted:
        yield "answers that came are kept: the same command asks only for what is missing"
    yield last_line(run.usage, run.seconds, run.run_id, local=run.local)
