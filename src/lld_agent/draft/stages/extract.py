"""The first stage: what the register of requirements misses, with quotes that code looks up."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lld_agent.draft.stages import material
from lld_agent.language.quantity import find_quantities
from lld_agent.llm.request import Message, Request
from lld_agent.model.brief import Brief, BriefSpan, Requirement, RequirementKind
from lld_agent.model.wire import Wire
from lld_agent.text.fence import fenced
from lld_agent.text.prompts import prompt

CHUNK_TOKENS = 12_000
"""Above this a brief is extracted in parts, cut at headings (section 3.3 of the design notes)."""

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OWN = re.compile(r"R-(\d+)\Z")

Kind = Literal[
    "functional", "non_functional", "constraint", "business_rule", "scope_in", "scope_out",
    "assumption", "acceptance", "edge_case",
]  # fmt: skip


class Missing(Wire):
    """A demand that the register does not hold."""

    kind: Kind
    text: str
    spans: list[str]
    quote: str
    priority: str


class NotRequirement(Wire):
    """A known requirement that demands nothing."""

    id: str
    reason: str


class Contradiction(Wire):
    """Two demands that cannot both hold."""

    first: str
    second: str
    why: str


class Extraction(Wire):
    """The answer of the stage."""

    missing: list[Missing]
    not_requirements: list[NotRequirement]
    contradictions: list[Contradiction]


@dataclass(frozen=True, slots=True)
class Extracted:
    """The brief with its register completed, and what was said beside.

    Attributes:
        dropped: entries that were not taken, and why.
        open_points: contradictions as questions.
    """

    brief: Brief
    dropped: tuple[str, ...] = ()
    open_points: tuple[str, ...] = ()


def chunks(brief: Brief, count: Callable[[str], int]) -> list[tuple[BriefSpan, ...]]:
    """Return the spans in parts of at most `CHUNK_TOKENS`, cut at the highest headings that do.

    A section that is larger alone is cut between spans. Nothing is left out.
    """
    if count(material.spans_text(brief.spans)) <= CHUNK_TOKENS:
        return [brief.spans]
    parts: list[list[BriefSpan]] = [[]]
    size = 0
    for index, span in enumerate(brief.spans):
        tokens = count(span.text) + 8
        turns = index > 0 and span.headings[:2] != brief.spans[index - 1].headings[:2]
        if parts[-1] and (size + tokens > CHUNK_TOKENS or (turns and size > CHUNK_TOKENS // 2)):
            parts.append([])
            size = 0
        parts[-1].append(span)
        size += tokens
    return [tuple(part) for part in parts]


def requests(
    brief: Brief, count: Callable[[str], int], changed: Collection[str] | None = None
) -> list[Request[Extraction]]:
    """Return one request, or one for each part of a long brief.

    Args:
        brief: the document.
        count: tokens of a text.
        changed: ids of spans; only those that stand under one heading with one of them are shown.
    """
    asked = prompt("draft/extract")
    if changed is not None:
        around = {span.headings for span in brief.spans if span.id in changed}
        shown = tuple(span for span in brief.spans if span.headings in around)
        parts = chunks(replace(brief, spans=shown), count) if shown else []
    else:
        parts = chunks(brief, count)
    made = []
    for number, spans in enumerate(parts, 1):
        inside = {span.id for span in spans}
        known = [r for r in brief.requirements if inside.intersection(r.spans)]
        text = "\n\n".join(
            (
                material.document(brief, spans),
                "Known:\n" + fenced("register", material.register_text(known)),
                asked.text,
            )
        )
        made.append(
            Request(
                stage="extract",
                subject=f"part {number} of {len(parts)}" if len(parts) > 1 else "",
                prompt=asked.name,
                prefix=(material.system(),),
                messages=(Message("user", text),),
                answer=Extraction,
                wire="strict",
                check=lambda answer, spans=spans: list(_complaints(answer, spans)),  # type: ignore[misc]
            )
        )
    return made


def apply(brief: Brief, answers: Iterable[Extraction]) -> Extracted:
    """Return the brief with what the answers add and take away; what is not proved is dropped."""
    spans = {span.id: span for span in brief.spans}
    kept = {r.id: r for r in brief.requirements}
    held = {normal(r.text) for r in brief.requirements}
    number = max((int(m[1]) for r in brief.requirements if (m := _OWN.match(r.id))), default=0)
    dropped: list[str] = []
    points: list[str] = []
    gone: list[Requirement] = []
    for answer in answers:
        for entry in answer.missing:
            wrong = _wrong(entry, spans)
            if wrong:
                dropped.append(f"{entry.text}: {wrong}")
            elif normal(entry.quote) not in held and normal(entry.text) not in held:
                number += 1
                held |= {normal(entry.quote), normal(entry.text)}
                kept[f"R-{number}"] = _requirement(entry, f"R-{number}", spans)
        # Ids that the document gives itself are the document's to withdraw.
        refused = {row.id for row in answer.not_requirements}
        gone += [kept.pop(r.id) for r in list(kept.values()) if r.id in refused and not r.own_id]
        points += [
            f"{row.first} and {row.second} cannot both hold: {row.why}".rstrip(".")
            + ". Which one holds?"
            for row in answer.contradictions
            if row.first != row.second and {row.first, row.second} <= kept.keys() | spans.keys()
        ]
    found = without(replace(brief, requirements=tuple(kept.values())), gone)
    return Extracted(found, tuple(dropped), tuple(dict.fromkeys(points)))


def without(brief: Brief, gone: Sequence[Requirement]) -> Brief:
    """Return the brief in which requirements demand nothing, nor the sentences that only they rest on."""
    left = [r for r in brief.requirements if r not in gone]
    spans = {s for r in gone for s in r.spans} - {s for r in left for s in r.spans}
    shown = tuple(replace(s, normative=False) if s.id in spans else s for s in brief.spans)
    texts = dict.fromkeys((*brief.withdrawn, *(r.text for r in gone)))
    return replace(brief, spans=shown, requirements=tuple(left), withdrawn=tuple(texts))


def _requirement(entry: Missing, new_id: str, spans: dict[str, BriefSpan]) -> Requirement:
    holding = [s for s in entry.spans if s in spans]
    return Requirement(
        id=new_id,
        kind=RequirementKind(entry.kind),
        text=entry.text,
        spans=tuple(dict.fromkeys(holding)),
        priority=entry.priority,
        quantities=find_quantities(entry.text),
        extracted=True,
    )


def _complaints(answer: Extraction, spans: Sequence[BriefSpan]) -> Iterator[str]:
    by_id = {span.id: span for span in spans}
    for entry in answer.missing:
        if wrong := _wrong(entry, by_id):
            yield f"missing {entry.text!r}: {wrong}"


def _wrong(entry: Missing, spans: dict[str, BriefSpan]) -> str:
    """Return why an entry is not proved by its quote, "" when it is."""
    holding = [spans[s] for s in entry.spans if s in spans]
    if not holding:
        return f"there is no span {', '.join(entry.spans) or '(none given)'}"
    quote = normal(entry.quote)
    if not quote or not any(quote in normal(span.text) for span in holding):
        return "the quote does not stand in its spans letter by letter"
    unheard = set(_NUMBER.findall(entry.text)) - set(_NUMBER.findall(entry.quote))
    return f"the quote has no {', '.join(sorted(unheard))}" if unheard else ""


def normal(text: str) -> str:
    """Return a text as quotes are compared: NFKC, one dash, one blank, no case."""
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return " ".join(folded.split()).casefold()
