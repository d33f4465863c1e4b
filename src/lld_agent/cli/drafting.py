"""What `lld-agent draft` shows and asks when a model writes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from lld_agent.app.writing import How, WrittenRun
from lld_agent.cli.progress import last_line
from lld_agent.cli.terminal import say
from lld_agent.draft.answers import Answer
from lld_agent.errors import UsageError
from lld_agent.model.events import Listener

if TYPE_CHECKING:
    from lld_agent.draft.stages.spine import SpineQuestion


def how(*, resume: bool, replay: str, ask: bool, listener: Listener) -> How:
    """Return how a draft is written.

    Raises:
        UsageError: options contradict each other.
    """
    import sys  # noqa: PLC0415 - one caller

    if resume and replay:
        raise UsageError("--resume and --replay exclude each other", "give one of them")
    if ask and not sys.stdin.isatty():
        raise UsageError(
            "--ask needs a terminal", "write the answers into a file and give it with --answers"
        )
    return How(
        resume=resume,
        replay=replay,
        ask=put_questions if ask else None,
        listener=listener,
        on_interrupt=lambda: say("finishing what runs, then saving; Ctrl-C again stops at once"),
    )


def put_questions(questions: "Sequence[SpineQuestion]") -> tuple[Answer, ...]:
    """Put at most five questions on the terminal, each with its options; return the answers."""
    import typer  # noqa: PLC0415

    given = []
    for number, row in enumerate(questions[:5], 1):
        say(f"\n{number}. {row.question}\n   {row.why}")
        for letter, option in zip("abcde", row.options, strict=False):
            advised = "  (recommended)" if option == row.recommended else ""
            say(f"   {letter}) {option}{advised}")
        said = typer.prompt(
            "   letter or own words, Enter to leave it open",
            default="",
            show_default=False,
            err=True,
        )
        text = dict(zip("abcde", row.options, strict=False)).get(
            said.strip().casefold(), said.strip()
        )
        if text:
            given.append(Answer(row.question, text))
    return tuple(given)


def told(run: WrittenRun) -> Iterator[str]:
    """Yield what a person must know about a run."""
    written = run.written
    if run.replayed is not None:
        name, drifted = run.replayed
        edited = f"; prompts edited since: {', '.join(drifted)}" if drifted else ""
        yield f"replayed {name}: a recording, no model was asked{edited}"
    if written.before.findings:
        yield (
            f"own review: {len(written.before.findings)} findings before repairs, "
            f"{len(written.after.findings)} after"
        )
    for what, failure in written.failed:
        yield f"not there: {what}: {failure.message}" + (
            f" ({failure.hint})" if failure.hint else ""
        )
    resume = run.command if run.exit_code else ()
    yield last_line(written.usage, run.seconds, run.run_id, resume=resume, local=run.local)
