"""What a draft rests on: quotes, sources of figures, assumptions, text left over from the template."""

import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from lld_agent.draft.sidecar import Sidecar
from lld_agent.draft.sourced import Sources
from lld_agent.evaluation.contents import Statement, is_within, statements
from lld_agent.evaluation.wording import letters
from lld_agent.model.brief import Brief
from lld_agent.model.provenance import Basis
from lld_agent.template.kit import Document
from lld_agent.template.record import DesignRecord
from lld_agent.template.registry import Template


class Named(BaseModel):
    """Something in a slot, for people to look at."""

    model_config = ConfigDict(frozen=True)

    slot: str
    text: str


def broken_quotes(record: Sidecar, brief: Brief) -> Iterator[str]:
    """Yield the quotes of a draft that do not stand in its source, marks and blanks apart."""
    source = letters(brief.source.text)
    quotes = dict.fromkeys(quote for one in record.provenance for quote in one.quotes)
    # What a person answered to a question is a source that is not in the brief.
    answers = letters(" ".join(span.text for span in brief.spans))
    return (q for q in quotes if letters(q) not in source and letters(q) not in answers)


def sourced_share(
    document: Document, brief: Brief, record: Sidecar | None
) -> tuple[float | None, tuple[Named, ...]]:
    """Return the share of statements with figures, products, dates or people that may state them.

    That is: a source holds all of them, the statement is marked as an assumption, or the record
    says that it rests on something else than the brief. Also the statements that may not.
    """
    sources = Sources.of(brief, _decided(document))
    elsewhere = _resting_elsewhere(record)
    judged, loose = 0, []
    for one in statements(document):
        if one.given or not one.plain or not _states_something(one):
            continue
        judged += 1
        unheard = sources.unheard(one.plain, literal=one.literal)
        if unheard and not one.assumed and one.plain not in elsewhere:
            loose.append(Named(slot=one.slot, text=f"{', '.join(unheard)}: {_short(one.plain)}"))
    return (1 - len(loose) / judged if judged else None), tuple(loose)


def _states_something(one: Statement) -> bool:
    return bool(Sources("").unheard(one.plain, literal=one.literal))


def _decided(document: Document) -> Iterator[str]:
    return (f"{row.decision} {row.binds}" for row in _record(document).decisions)


def _record(document: Document) -> DesignRecord:
    found = getattr(document, "record", None)
    return found if isinstance(found, DesignRecord) else DesignRecord()


def _resting_elsewhere(record: Sidecar | None) -> frozenset[str]:
    """Return the texts that the record calls an assumption, a default or a person's."""
    if record is None or record.written is None:
        return frozenset()
    loose = {Basis.ASSUMPTION, Basis.TEMPLATE_DEFAULT, Basis.HUMAN}
    texts: set[str] = set()
    for one in record.written.placements:
        if one.basis in loose:
            cells = [one.value] if isinstance(one.value, str) else one.value.values()
            texts.update(map(str, cells))
    return frozenset(texts)


def assumptions_share(document: Document) -> float | None:
    """Return the share of assumptions that are both listed in the record and marked in the design."""
    listed = {row.id for row in _record(document).assumptions}
    text = "\n".join(one.text for one in statements(document) if not one.given)
    marked = set(re.findall(r"\[(A-\d+)\]", text))
    both = listed | marked
    return len(listed & marked) / len(both) if both else None


def leaked(document: Document, template: Template) -> Iterator[Named]:
    """Yield examples of the template that stand in a design as if they were content."""
    examples = {slot.address: slot.examples for slot in template.manifest if slot.examples}
    for one in statements(document):
        for slot, literals in examples.items():
            if is_within(one.slot, slot):
                plain = one.plain.casefold()
                yield from (
                    Named(slot=one.slot, text=text) for text in literals if text.casefold() == plain
                )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else line[:97].rstrip() + "..."
