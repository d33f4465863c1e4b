"""`lld-agent draft --dry-run`: what a run would ask, and what that may cost."""

from functools import partial

from lld_agent.app import models
from lld_agent.cli.terminal import put, say
from lld_agent.config.settings import Settings
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.planned import planned, requests
from lld_agent.llm.counting import count_tokens
from lld_agent.llm.plan import plan
from lld_agent.llm.shape import Mode
from lld_agent.model.brief import Brief
from lld_agent.report.escape import one_line
from lld_agent.report.plan import plan_json, plan_text
from lld_agent.report.prompts import prompt_text


def show_plan(
    brief: Brief, options: DraftOptions, settings: Settings, *, prompts: bool, as_json: bool
) -> int:
    """Print the calls of a draft with tokens and cost; with `prompts`, what would leave the machine.

    Needs neither key nor network. Sections are shown without the names that earlier calls will fix.
    """
    count = partial(count_tokens, model=settings.model)
    asked = (brief, options, count, settings.structured)
    if prompts:
        mode: Mode = "prompt" if settings.structured == "prompt" else "strict"
        for request in requests(*asked):
            model = models.facts_of(settings, request.stage).model
            put(prompt_text(request, model, mode, settings.base_url))
        return 0
    calls = planned(*asked, critics=settings.draft_critics)
    made = plan(calls, lambda stage: models.facts_of(settings, stage))
    put(plan_json(made) if as_json else plan_text(made))
    if not as_json:
        say(f"nothing was sent; {one_line(brief.source.path)} was read only")
    return 0
