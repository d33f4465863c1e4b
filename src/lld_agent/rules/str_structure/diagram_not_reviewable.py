"""STR006."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import ClassVar

from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design, Mark
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SOURCES = (".mmd", ".mermaid", ".puml", ".plantuml", ".dot", ".gv", ".d2", ".drawio", ".dsl")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp")
_DIAGRAM = re.compile(
    r"diagram|architect|flow|sequence|state|topolog|schema|\ber\b|\berd\b|entit|component|overview"
    r"|model|pipeline|lifecycle|interaction|class|design|diagrama|arquitet|arquitect|fluxo|flujo",
    re.IGNORECASE,
)
_OTHER = re.compile(r"badge|shields\.io|logo|screenshot|icon|avatar|mockup|photo", re.IGNORECASE)
_SHOWN = 5


class DiagramNotReviewable(Rule):
    """Every diagram is there as text, not only as a picture.

    ## What it checks
    Images that show a diagram: whether a source stands beside them (`x.mmd` beside `x.png`), is
    linked, or a diagram in text stands in the same section.

    ## Why
    Nobody can comment on a line of a picture, compare two versions of it, or mend it.

    ## Fires when
    At least one image has none of these: one finding per document, with every image.

    ## Incorrect
        ![Login flow](images/login-flow.png)

    ## Correct
        The same flow in a fence tagged `mermaid`, or `images/login-flow.mmd` beside the image.

    ## Known false positives
    Badges, logos and screenshots are passed over by their names only.

    ## Sections read
    All; images that name, or stand under a heading that names, a diagram.

    ## Source
    Own; "diagrams as code".
    """

    id: ClassVar[str] = "STR006"
    name: ClassVar[str] = "diagram-not-reviewable"
    severity: ClassVar[Severity] = Severity.INFO

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit for all images without a source."""
        images = [image for image in design.images if _is_diagram(image)]
        if images and design.neighbours is None:
            yield Skipped("the document came without its folder, so sources cannot be looked for")
            return
        alone = [image for image in images if not _has_source(image, design)]
        if alone:
            names = [PurePosixPath(_file(image)).name or image.target for image in alone]
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            yield Hit(
                message=f"only as pictures: {', '.join(names[:_SHOWN])}{more}",
                places=tuple(Place(image.span) for image in alone),
                subject="pictures",
                hint="put the diagram into a mermaid fence, or its source beside the picture",
            )


def _is_diagram(image: Mark) -> bool:
    words = f"{image.text} {image.target}"
    if _OTHER.search(words) or not _file(image).lower().endswith(_PICTURES):
        return False
    return bool(_DIAGRAM.search(words) or _DIAGRAM.search(image.heading))


def _has_source(image: Mark, design: Design) -> bool:
    near = design.section_at(image.span)
    stem = str(PurePosixPath(_file(image)).with_suffix(""))
    if any(stem + ending in (design.neighbours or ()) for ending in _SOURCES):
        return True
    for diagram in design.diagrams:
        if diagram.span == image.span or near.span.start <= diagram.span.start < near.span.end:
            return True
    for link in design.links:
        if near.span.start <= link.span.start < near.span.end and link.target.endswith(_SOURCES):
            return True
    blocks = design.blocks[near.first : near.last]
    return any(block.kind is BlockKind.FENCE and not block.info.strip() for block in blocks)


def _file(image: Mark) -> str:
    return image.target.partition("#")[0].partition("?")[0]
