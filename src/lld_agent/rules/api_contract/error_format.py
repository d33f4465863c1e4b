"""API012."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.design import Design, Section
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell
from lld_agent.model.source import Span
from lld_agent.rules.base import Context, Hit, Place, Repair, Rule, Skipped
from lld_agent.text import payload

_OLD = re.compile(r"RFC[\s-]?7807", re.IGNORECASE)
_NEW = re.compile(r"RFC[\s-]?9457", re.IGNORECASE)
_FORMAT = re.compile(
    r"error (?:response )?(?:format|schema|body|structure|envelope)|problem details|standard error",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:previous|former|earlier|old|legacy|until|obsolete|deprecated|supersede|replace|instead"
    r"|migrat|history|changelog|not? longer|2016)|\bv\d",
    re.IGNORECASE,
)
_SAMPLE = re.compile(r"error|failure|fehler|错误", re.IGNORECASE)


class ErrorFormat(Rule):
    """Errors have one format, and cite the standard that is in force.

    ## What it checks
    References to RFC 7807; samples of errors against the format that the document declares.

    ## Why
    RFC 9457 took the place of RFC 7807 in 2023. A sample in another format is what people copy.

    ## Fires when
    RFC 7807 is cited and RFC 9457 is not (info, one finding), or a sample of an error has fewer
    than half of the declared keys (warning). Further keys are legal.

    ## Incorrect
        ### Error Response Format (RFC 7807)

    ## Correct
        ### Error Response Format (RFC 9457)

    ## Known false positives
    Samples of errors that another service answers with.

    ## Sections read
    All text, JSON samples.

    ## Source
    RFC 9457, which obsoletes RFC 7807.
    """

    id: ClassVar[str] = "API012"
    name: ClassVar[str] = "error-format"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most two hits."""
        text = design.source.text
        cited = [Span(*found.span()) for found in _OLD.finditer(text)] if "7807" in text else []
        if cited and not _NEW.search(text):
            yield Hit(
                message="RFC 7807 is obsolete since 2023; RFC 9457 took its place",
                places=tuple(Place(span) for span in cited),
                subject="RFC 7807",
                object="RFC 9457",
                hint="cite RFC 9457; the format is compatible",
                severity=Severity.INFO,
                repair=_newer(cited, design),
            )
        declared, samples = _samples(design)
        if declared is None:
            return
        keys = _keys(declared)
        other = [s for s in samples if _keys(s) and len(_keys(s) & keys) * 2 < len(keys)]
        if keys and other:
            yield Hit(
                message=(
                    f"an error sample has {', '.join(sorted(_keys(other[0])))}, while errors are declared with "
                    f"{', '.join(sorted(keys))}"
                ),
                places=(
                    *(Place(s.span, "the sample") for s in other),
                    Place(declared.span, "the format"),
                ),
                subject="format",
                object=",".join(sorted(_keys(other[0]))),
                hint="give the sample the declared keys",
            )


def _newer(cited: list[Span], design: Design) -> Repair | None:
    """Return the edit of all citations; None where a line speaks of the past or of the date.

    RFC 9457 has the title, the sections and the media type of RFC 7807.
    """
    source = design.source
    lines = (source.lines[source.line_of(span.start) - 1] for span in cited)
    if any(_PAST.search(line) for line in lines):
        return None
    digits = tuple((Span(span.end - len("7807"), span.end), "9457") for span in cited)
    return Repair("cite RFC 9457", digits)


def _samples(design: Design) -> tuple[Cell | None, list[Cell]]:
    """Return the declared format of errors and the samples of errors elsewhere."""
    declared: Cell | None = None
    samples: list[Cell] = []
    for section in design.sections:
        blocks = design.blocks[section.first : section.last]
        for before, block in zip((None, *blocks), blocks, strict=False):
            if block.kind is not BlockKind.FENCE or "{" not in block.text:
                continue
            cell = Cell(block.text, block.text, block.text_span)
            words = _label(before, section)
            if declared is None and _FORMAT.search(words):
                declared = cell
            elif _SAMPLE.search(words) and _SAMPLE.search(block.text):
                samples.append(cell)
    return declared, samples


def _label(before: Block | None, section: Section) -> str:
    """Return the label of a fence: the short line before it, else the heading over it."""
    if before is not None and before.kind is BlockKind.PARAGRAPH and len(before.text) < 80:
        return before.text
    direct = before is not None and before.kind is BlockKind.HEADING
    return section.title if direct or _FORMAT.search(section.title) else ""


def _keys(sample: Cell) -> set[str]:
    return {member.key for member in payload.members(sample) if member.depth == 1}
