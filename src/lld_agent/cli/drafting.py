"""What `lld-agent draft` shows and asks when a model writes."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lld_agent.app.writing import How, WrittenRun
from lld_agent.cli.progress import Progress, last_line
from lld_agent.cli.terminal import say
from lld_agent.draft.answers import Answer
from lld_agent.errors import InterruptedRunError, UsageError

if TYPE_CHECKING:
    from lld_agent.draft.stages.spine import SpineQuestion


def how(*, resume: bool, replay: str, ask: bool, shown: Progress) -> How:
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
        ask=partial(put_questions, shown) if ask else None,
        listener=shown.listen,
        on_interrupt=lambda: say("finishing what runs, then saving; Ctrl-C again stops at once"),
    )


def put_questions(shown: Progress, questions: "Sequence[SpineQuestion]") -> tuple[Answer, ...]:
    """Put at most five questions on the terminal, each with its options; return the answers.

    Raises:
        InterruptedRunError: the person left.
    """
    import typer  # noqa: PLC0415

    try:
        with shown.aside():
            return tuple(_put(questions[:5]))
    except typer.Abort:
        raise InterruptedRunError("left at a question") from None


def _put(questions: "Sequence[SpineQuestion]") -> Iterator[Answer]:
    import typer  # noqa: PLC0415

    for number, row in enumerate(questions, 1):
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
            yield Answer(row.question, text)


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
    if written.critique is not None:
        found, (was, now) = written.critique, written.critique.weights
        repaired = "the repair was kept" if found.kept else "no repair was kept"
        yield (
            f"critics: {len(found.before)} findings before, {len(found.after)} after; with those of rules"
            f" they weigh {was} before, {now} after; {repaired}"
        )
    for what, failure in written.failed:
        yield f"not there: {what}: {failure.message}" + (
            f" ({failure.hint})" if failure.hint else ""
        )
    resume = run.command if run.exit_code else ()
    yield last_line(written.usage, run.seconds, run.run_id, resume=resume, local=run.local)
