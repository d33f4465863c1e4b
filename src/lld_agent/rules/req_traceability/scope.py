"""What a design says that it does not do."""

import re
from collections.abc import Iterator

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design
from lld_agent.model.source import Span

_OUT = re.compile(
    r"(?:explicitly )?(?:out[- ]of[- ]scope|not in scope|non[- ]goals?|does not own|not owned|not covered|fora d[eo] escopo"
    r"|fuera de(?:l)? alcance|nicht im umfang|außerhalb des umfangs|不在范围|范围之外|非目标)(?: items?)?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[*_ ]*(?P<name>[^*_:：\n]{3,60})[*_]*[:：][*_]*(?P<rest>.*)", re.DOTALL)


def out_of_scope(design: Design) -> Iterator[tuple[str, Span]]:
    """Yield each thing that is out of scope by a heading or a label, with its place."""
    for section in design.sections:
        here = bool(section.level and _OUT.fullmatch(section.title.strip()))
        labelled = False
        for block in design.blocks[section.first : section.last]:
            if block.kind is BlockKind.PARAGRAPH:
                found = _LABEL.fullmatch(block.text.split("\n")[-1].strip())
                labelled = bool(found and _OUT.fullmatch(found["name"].strip()))
                if labelled and found and found["rest"].strip():
                    yield from _parts(found["rest"], block.text_span)
                    labelled = False
            elif block.kind is BlockKind.LIST and (here or labelled):
                yield from _items(block)
                labelled = False


def _items(block: Block) -> Iterator[tuple[str, Span]]:
    for item in block.items:
        yield item.text, item.span


def _parts(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    for part in re.split(r"[;,]", text):
        if part.strip():
            yield part.strip(), span
