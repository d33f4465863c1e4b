"""Which rows of a threat table are about which template.

A row is about what its attacker does. What stands in its mitigation alone ("rate limiting" in a row
about stuffed credentials) is a weak hit: it says what is done, not against what, and covers nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.stems import stems
from lld_agent.model.rows import ReadRow
from lld_agent.model.threats import Ground, Stride, ThreatTemplate
from lld_agent.threats.controls import phrase_of
from lld_agent.threats.passages import Passages

CONCEPT, ELEMENT, LETTER = 0.6, 0.25, 0.15
ACCEPTED = 0.6
"""A concept alone suffices; the name of an element and a word of STRIDE together do not."""

_NO_THREAT = frozenset({"mitigation", "likelihood", "impact"})
_STATUS = re.compile(r"^(?:id|#|no\.?|status|owner|priority|state|ref)$", re.IGNORECASE)
_WORDS: dict[Stride, re.Pattern[str]] = {
    Stride.SPOOFING: re.compile(r"spoof|falsifica|suplanta|impersonat", re.IGNORECASE),
    Stride.TAMPERING: re.compile(r"tamper|adultera|manipul", re.IGNORECASE),
    Stride.REPUDIATION: re.compile(r"repudi|repúdio", re.IGNORECASE),
    Stride.DISCLOSURE: re.compile(r"disclos|divulga|leak|expos|offenleg", re.IGNORECASE),
    Stride.DENIAL: re.compile(r"denial|negaç|denega|\bd?dos\b", re.IGNORECASE),
    Stride.ELEVATION: re.compile(r"elevat|escalat|elevaç|escalada|privileg", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the threat table, read once: what its attacker does, its concepts, what is done."""

    row: ReadRow
    text: str
    concepts: frozenset[str]
    mitigation: Passages


def read_rows(rows: Iterable[ReadRow], lexicons: Lexicons) -> tuple[Row, ...]:
    """Return rows with their concepts; those that the reader is unsure of are left out."""
    return tuple(
        _read(row, lexicons) for row in rows if row.confidence >= 0.5 and row["threat"].text
    )


def _read(row: ReadRow, lexicons: Lexicons) -> Row:
    told = [cell.text for name, cell in row.cells.items() if name not in _NO_THREAT]
    told += [cell.text for title, cell in row.extra.items() if not _STATUS.match(title.strip())]
    text = " . ".join(told)
    return Row(row, text, concepts_of(text, lexicons), Passages(row["mitigation"].text))


def concepts_of(text: str, lexicons: Lexicons) -> frozenset[str]:
    """Return the attacks of `lexicons/attacks.toml` that a text speaks of."""
    return frozenset(key for key in lexicons.keys("attacks") if lexicons.find("attacks", key, text))


def score(row: Row, template: ThreatTemplate, ground: Ground) -> float:
    """Return how surely a row is about a template, 0 to 1."""
    concept = CONCEPT if row.concepts & set(template.concepts) else 0.0
    names = [ground.subject, *(part for name in ground.touches for part in name.split(" → "))]
    named = any(stems(name) & stems(row.text) for name in names)
    letter = any(_WORDS[one].search(row.text) for one in template.stride)
    return concept + ELEMENT * named + LETTER * letter


def best(rows: Iterable[Row], template: ThreatTemplate, ground: Ground) -> Row | None:
    """Return the row that covers a threat, the surest first; None if none does."""
    scored = [(score(row, template, ground), -number, row) for number, row in enumerate(rows)]
    accepted = [entry for entry in scored if entry[0] >= ACCEPTED]
    return max(accepted, key=lambda entry: entry[:2])[2] if accepted else None


def weak_rows(rows: Iterable[Row], template: ThreatTemplate) -> tuple[ReadRow, ...]:
    """Return the rows whose mitigation alone speaks of a threat: they name a control of it."""
    wanted = set(template.concepts)
    return tuple(
        row.row
        for row in rows
        if not row.concepts & wanted and phrase_of(template, row.mitigation) is not None
    )
