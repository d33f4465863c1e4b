"""What is about language models: headers such as Check or Condition are used for anything."""

import re
from collections.abc import Iterator

from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span

_MODELS = re.compile(
    r"\b(?:LLMs?|SLMs?|models?|prompts?|guard-?rails?|inference|completions?|hallucinat\w+|jailbreak\w*|tokens?|GPUs?"
    r"|embeddings?|RAG|Modelle?n?|modelos?|提示词|模型)\b|模型",
    re.IGNORECASE,
)
_ROUTING = re.compile(r"rout(?:e|ing)|roteamento|enrutamiento|路由", re.IGNORECASE)
_SECTION = "machine_learning"
_LONGEST = 1_000


def is_about_models(design: Design, row: ReadRow) -> bool:
    """Return whether the section of a row speaks of language models, or the template says so."""
    if row.slot.startswith(_SECTION):
        return True
    section = design.section_at(row.span)
    about = _ROUTING.search(section.title) or _MODELS.search(design.source.slice(section.span))
    return about is not None


def told_lines(design: Design) -> Iterator[tuple[str, Span]]:
    """Yield the lines of prose, lists and tables, cut where no figure would be looked for, with their places."""
    for block in design.blocks:
        if block.kind in {BlockKind.HEADING, BlockKind.FENCE}:
            continue
        at = block.span.start
        for line in design.source.slice(block.span).splitlines(keepends=True):
            yield line[:_LONGEST], Span(at, at + len(line.rstrip()))
            at += len(line)
