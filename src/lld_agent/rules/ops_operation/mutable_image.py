"""OPS004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.containers import specifications

_IMAGE = re.compile(r"(?:base |container |docker )?image(?: name)?", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?P<name>(?:[a-z0-9][\w.-]{0,80}(?::\d{1,5})?/){0,6}[a-z0-9][\w.-]{0,80})"
    r"(?P<tag>:[\w.-]{1,128})?(?P<digest>@sha256:[0-9a-fA-F]{6,64})?"
)
_NO_IMAGE = {"scratch", "todo", "tbd", "tbc"}
_MOVING = {"latest", "main", "master", "edge", "nightly", "dev", "stable"}


class MutableImage(Rule):
    """A container image is named so that it stays the same.

    ## What it checks
    The images of container specifications.

    ## Why
    What is deployed tomorrow is not what was tested today, and a rollback brings nothing back.

    ## Fires when
    An image has no tag and no digest, or a tag that moves: latest, main, edge, ...

    ## Incorrect
        | Base Image | `python:latest` |

    ## Correct
        | Base Image | `python:3.12-slim` |

    ## Known false positives
    Tags that a registry freezes. Variables, placeholders and descriptions in words are exempt.

    ## Sections read
    Container specifications.

    ## Source
    Kubernetes documentation, Configuration Best Practices; Threagile.
    """

    id: ClassVar[str] = "OPS004"
    name: ClassVar[str] = "mutable-image"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per image."""
        images = list(_images(design))
        if not images:
            yield Skipped("no container specification names an image")
            return
        for cell in images:
            what = _moving(cell.text.strip())
            if what:
                yield Hit(
                    message=f"image {cell.text} {what}: what is deployed changes without a change here",
                    places=(Place(cell.span),),
                    subject=cell.text,
                    object="image",
                    hint="pin a version or a digest",
                )


def _images(design: Design) -> Iterator[Cell]:
    for _, cells in specifications(design):
        for name, cell in cells.items():
            if _IMAGE.fullmatch(name):
                yield cell


def _moving(text: str) -> str:
    """Return what is wrong with an image, "" for nothing and for what is no reference."""
    found = _REFERENCE.fullmatch(text)
    if found is None or is_none(text) or found["digest"] or text in _NO_IMAGE:
        return ""
    tag = (found["tag"] or "").removeprefix(":")
    if not tag:
        return "has no tag"
    return f"has the tag {tag}, which moves" if tag.lower() in _MOVING else ""
