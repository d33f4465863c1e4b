"""The process that reads documents and asks models: `python -m lld_agent.bot.analyse`.

Standard input: a `Task`. Standard output: a `Reply`. It opens no file of the person's and holds no
key of a code host.
"""

import base64
import binascii
import os
import sys
from typing import TextIO

from lld_agent.app import review_settings
from lld_agent.bot.analysis import Analysed, DocumentData, Reply, Task
from lld_agent.config.settings import Settings
from lld_agent.errors import InputError, LldError
from lld_agent.model.design import Design
from lld_agent.model.review import ReviewResult
from lld_agent.review.pipeline import review
from lld_agent.sources.load import load_bytes
from lld_agent.template.reader import read_design


def analyse(asked: Task) -> Reply:
    """Review the documents of a task; one that cannot be read stops no other.

    Raises:
        LldError: the settings name a rule that there is not, or a model that cannot be asked.
    """
    read = [_read(one) for one in asked.documents]
    designs = [one for one in read if isinstance(one, Design)]
    results = {one.path: one for one in _reviewed(designs, asked.settings)}
    return Reply(
        documents=tuple(
            Analysed(path=document.path, error=one)
            if isinstance(one, str)
            else _analysed(results[document.path])
            for document, one in zip(asked.documents, read, strict=True)
        )
    )


def _read(document: DocumentData) -> Design | str:
    """Return a document as a design, or why it is none."""
    try:
        source = load_bytes(base64.b64decode(document.content), document.path)
    except (InputError, binascii.Error) as error:
        return str(error)
    return read_design(source, document.neighbours)


def _reviewed(designs: list[Design], settings: Settings) -> list[ReviewResult]:
    chosen = review_settings(settings)
    if not settings.llm or not designs:
        return [review(design, chosen) for design in designs]
    from lld_agent.app.criticising import Models, reviewed  # noqa: PLC0415 - only with models

    return reviewed(designs, chosen, settings, None, Models())[0]


def _analysed(result: ReviewResult) -> Analysed:
    design = result.design
    headings = (
        ()
        if design is None
        else tuple(
            design.source.line_of(section.heading_span.start)
            for section in design.sections
            if section.level
        )
    )
    return Analysed(
        path=result.path,
        findings=result.findings,
        suppressed=result.suppressed,
        coverage=result.coverage,
        usage=result.usage,
        headings=headings,
    )


def main(said: TextIO, answer: TextIO) -> int:
    """Answer one task; return the exit code."""
    try:
        reply = analyse(Task.model_validate_json(said.read()))
    except LldError as error:
        sys.stderr.write(f"{error.message}\n")
        return error.exit_code
    answer.write(reply.model_dump_json())
    answer.flush()
    return 0


if __name__ == "__main__":
    # Whatever a library prints goes to the errors: standard output holds the answer alone.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.exit(main(sys.stdin, out))
