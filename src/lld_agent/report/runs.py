"""Records of runs for people."""

from collections.abc import Iterator, Sequence

from lld_agent.llm.prices import dollars
from lld_agent.model.run import RunEvent, RunState, RunSummary
from lld_agent.model.usage import Usage
from lld_agent.report.escape import one_line

_RESUMABLE = {RunState.INCOMPLETE, RunState.UNFINISHED}


def run_line(run: RunSummary) -> str:
    """Return a run on one line: id, state, what it was, what it used."""
    what = " ".join(part for part in (run.command, run.source) if part)
    asked = f"{run.requests} request{'s' * (run.requests != 1)}"
    if run.cached:
        asked += f", {run.cached} kept"
    cost = dollars(run.usage.cost, local=run.local)
    return f"{one_line(run.id)}  {run.state.value:<10}  {one_line(what)}  {asked}, {cost}"


def run_text(run: RunSummary, events: Sequence[RunEvent]) -> str:
    """Return a run with everything that became of its questions."""
    lines = [
        f"run {run.id}: {run.state.value}",
        f"record: {run.path}",
        f"begun: {run.begun}, {run.seconds:.0f} s",
        f"asked for: {' '.join(part for part in (run.command, run.source, run.output and '-> ' + run.output) if part)}",
        f"models: {', '.join(run.models) or 'none'}",
        f"requests: {run.requests}, answers from the cache: {run.cached}, without an answer: {run.failures}",
        f"used: {_used(run.usage, local=run.local)}",
    ]
    if run.torn:
        lines.append(f"torn lines: {run.torn}: it was stopped while it wrote them")
    if run.state in _RESUMABLE:
        again = f"the same command with --resume {run.id}"
        kept = "the same command: answers that came are kept"
        lines.append(f"resume: {kept if run.command == 'review' else again}")
    lines += [
        _outcome(event, local=run.local) for event in events if event.event == "model.outcome"
    ]
    for event in events:
        lines += [*_criticised(event), *_weighed(event)]
    return "".join(f"{one_line(line)}\n" for line in lines)


def _outcome(event: RunEvent, *, local: bool) -> str:
    name = " ".join(part for part in (event.stage, event.subject) if part)
    if event.failure:
        return f"- {name}: {event.failure}: {event.message}"
    if event.cached:
        return f"- {name}: kept, {event.model}"
    used = _used(event.usage, local=local) if event.usage is not None else "nothing reported"
    return f"- {name}: answered, {event.model}, {used}, {event.seconds:.1f} s"


def _criticised(event: RunEvent) -> Iterator[str]:
    """Yield what critics of a document raised, what stands of it, and why the rest does not."""
    if event.event != "critics.finished":
        return
    more = event.model_extra or {}
    yield f"{event.subject}: critics raised {more.get('raised', 0)}, {more.get('confirmed', 0)} stand"
    yield from (f"- stands: {finding}" for finding in more.get("findings", ()))
    for gone in more.get("rejected", ()):
        detail = f" ({gone['detail']})" if gone.get("detail") else ""
        yield f"- {gone.get('reason', '')}: {gone.get('rule', '')} {gone.get('message', '')}{detail}"


def _weighed(event: RunEvent) -> Iterator[str]:
    """Yield what findings about a draft weighed before and after repairs."""
    weights = (event.model_extra or {}).get("weights")
    if event.event == "run.finished" and isinstance(weights, dict):
        for who, pair in weights.items():
            if who in {"rules", "with_critics"}:
                yield f"findings weigh, {who.replace('_', ' ')}: {pair[0]} before repairs, {pair[1]} after"


def _used(usage: Usage, *, local: bool) -> str:
    at_least = "" if usage.complete else "at least "
    tokens = (
        f"{usage.tokens_in:,} tokens in ({usage.tokens_cached:,} cached), {usage.tokens_out:,} out"
    )
    return f"{at_least}{tokens}, {dollars(usage.cost, local=local)}"
