"""The questions of critics and of the second reading, as requests."""

from collections.abc import Iterable, Iterator, Mapping

from lld_agent.critics import material
from lld_agent.critics.candidates import Candidate, Document, Located, examined
from lld_agent.critics.evidence import normal
from lld_agent.critics.reading import Part, numbered
from lld_agent.critics.reasons import Reason
from lld_agent.critics.wire import CriticAnswer, Verdict
from lld_agent.llm.request import Message, Request
from lld_agent.model.brief import Brief
from lld_agent.model.criticism import Rejected
from lld_agent.rules.critics import Critic
from lld_agent.text.fence import fenced
from lld_agent.text.prompts import prompt

TRACE = "feasibility"
"""The critic that is also shown the requirements."""

_AROUND = 30
"""Lines shown around a quote (4.6 of the design notes)."""

_ANSWER = 6_000
_VERDICT = 1_000
_ABOUT = (
    "scope",
    "limits",
    "context.business_assumptions",
    "context.technical_assumptions",
    "record",
)
_MENDED: Mapping[Reason, str] = {
    Reason.EVIDENCE_NOT_FOUND: "a quote does not stand in the document, or is too short; copy one place letter by letter",
    Reason.EVIDENCE_WEAK: "headings, headers of tables, text of the template and whole pages prove nothing; quote the statement",
    Reason.EVIDENCE_MISSING: "a contradiction needs quotes from two lines, an omission a quote and absence_terms; give them",
    Reason.KIND_NOT_ALLOWED: "this kind is not asked for here; give one that is",
    Reason.NUMBER_NOT_FOUND: "a number of the title or claim stands in no quoted line and follows from none; take it out",
    Reason.SUBJECT_UNKNOWN: "no subject is a name from the document; copy one",
}

_LISTS = frozenset({"record", "record.traceability"})
"""Parts of the record that only repeat names."""

_AGAIN = (
    "Others read the same document. Begin in the middle, go to the end, then read the beginning.",
    "Others read the same document. Begin at the end and go backwards, section by section.",
)
"""Ways to read once more: another way finds other things, and the same request would be answered from
the cache."""

_SECOND = (
    "Another reader judges the same claim; you will not meet. Begin with the reading that you think"
    " most likely to refute it."
)


def critic_request(
    critic: Critic, document: Document, part: Part, brief: Brief | None = None, sample: int = 1
) -> Request[CriticAnswer]:
    """Return the question of a critic about a part of a document.

    What code can disprove is complained about once: a model that copied badly may copy again, one that
    invented leaves the finding out.
    """
    kinds = ", ".join(f"`{kind}`" for kind in sorted(critic.kinds))
    texts = [critic.asked.text, f"Kinds that may be reported here: {kinds}."]
    if brief is not None and critic.key == TRACE:
        texts.append(
            "The requirements that the design was made from:\n" + material.requirements(brief)
        )
    if sample > 1:
        texts.append(_AGAIN[sample % len(_AGAIN)])
    number = f" {part.number}/{part.of}" if part.of > 1 else ""
    number += f" again {sample}" if sample > 1 else ""

    def check(answer: CriticAnswer) -> list[str]:
        return list(_complaints(answer, critic, document, part))

    return Request(
        stage="critic",
        subject=f"{critic.key}{number} {document.design.source.path}",
        prompt=f"{critic.asked.name}+{prompt('critics/frame').version}",
        prefix=material.prefix(document, part),
        messages=(Message("user", "\n\n".join(texts)),),
        answer=CriticAnswer,
        max_output=_ANSWER,
        check=check,
    )


def _complaints(
    answer: CriticAnswer, critic: Critic, document: Document, part: Part
) -> Iterator[str]:
    """Yield what code has against findings, in words of ours: what the model wrote may be the document's."""
    for number, raised in enumerate(answer.findings, 1):
        found = examined(raised, critic, part, document)
        if isinstance(found, Rejected):
            yield f"finding {number}: {_MENDED[Reason(found.reason)]}, or leave the finding out"


def verify_request(candidate: Candidate, document: Document, reader: int = 1) -> Request[Verdict]:
    """Return the question whether a candidate holds, for one of two readers.

    It shows the claim and its quotes, not who raised it, nor why, nor any other finding.
    """
    asked = prompt("critics/refute")
    part = context_of(candidate, document)
    raised = candidate.raised
    finding = {
        "id": candidate.id,
        "kind": raised.kind,
        "claim": candidate.message,
        "quotes": [_quoted(quote, candidate, document, part) for quote in candidate.quotes],
        "absent": [term for term in raised.absence_terms if raised.kind == "omission"],
        "found_in_lines": [part.label(line) for line in candidate.hits],
    }
    texts = [
        fenced("document", numbered(document.lines, part)),
        fenced("finding", material.listed([finding])),
        "Does the finding hold?",
        *([_SECOND] if reader > 1 else []),
    ]

    def check(answer: Verdict) -> list[str]:
        wrong = answer.id != candidate.id
        return [f"id is {answer.id!r}, that of the finding is {candidate.id!r}"] if wrong else []

    return Request(
        stage="verify",
        subject=f"{candidate.id}/{reader} {document.design.source.path}",
        prompt=asked.name,
        prefix=(Message("system", asked.text),),
        messages=(Message("user", "\n\n".join(texts)),),
        answer=Verdict,
        max_output=_VERDICT,
        wire="strict",
        check=check,
    )


def _quoted(
    quote: Located, candidate: Candidate, document: Document, part: Part
) -> dict[str, object]:
    # As it was written: what quotes are compared by has lost its case and its marks.
    written = (q.quote for q in candidate.raised.evidence if normal(q.quote) == quote.text)
    text = " ".join(line.strip() for line in document.lines[quote.first - 1 : quote.last])
    return {
        "lines": [part.label(quote.first), part.label(quote.last)],
        "quote": next(written, quote.text),
        "text": text[:500],
    }


def context_of(candidate: Candidate, document: Document) -> Part:
    """Return the lines that a second reader sees: around the quotes, hits, terms, scope and limits."""
    last = len(document.lines)
    shown: set[int] = set()
    for quote in candidate.quotes:
        shown.update(range(max(1, quote.first - _AROUND), min(last, quote.last + _AROUND) + 1))
    for line in (*candidate.hits, *document.mentions(candidate.subjects, frozenset(shown))):
        shown.update(range(max(1, line - 2), min(last, line + 2) + 1))
    shown.update(_about(document))
    return Part(tuple(sorted(shown)))


def _about(document: Document) -> Iterable[int]:
    """Yield the lines of terms, scope, accepted limits and open questions."""
    design = document.design
    spans = [row.span for row in design.rows if row.kind.__name__ in {"Term", "Limitation"}]
    spans += [
        section.span
        for section in design.sections
        if any(name in section.slot for name in _ABOUT[:2])
        or (section.slot.startswith(_ABOUT[2:]) and section.slot not in _LISTS)
        or "scope" in section.title.casefold()
        or "limitation" in section.title.casefold()
    ]
    for span in spans:
        first = design.source.line_of(span.start)
        yield from range(first, design.source.line_of(max(span.end - 1, span.start)) + 1)
