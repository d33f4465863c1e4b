"""What an earlier draft of the same design handed out: ids that stay, and what is to be redone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lld_agent.model.provenance import OpenQuestion
from lld_agent.model.vocabulary import DocumentVersion
from lld_agent.template.kit import Document


@dataclass(frozen=True, slots=True)
class Previous:
    """The draft before this one; an empty one for a first draft.

    Attributes:
        document: as generated.
        questions: of it, with their ids.
        decisions: decision → id.
        assumptions: assumption → id.
        last: prefix (`Q`) → the highest number ever handed out; ids are never used twice.
        redo: addresses of the values that rest on something that changed. A drafter that pays for
            what it makes need only make these again.
        history: rows of the document history, with one for this draft if it has a date.
    """

    document: Document | None = None
    questions: tuple[OpenQuestion, ...] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    assumptions: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)
    redo: frozenset[str] = frozenset()
    history: tuple[DocumentVersion, ...] = ()


FIRST = Previous()


class QuestionIds:
    """Hands out ids of questions: the one it had, else the next that nobody ever had."""

    def __init__(self, previous: Previous) -> None:
        self._last = previous.last.get("Q", 0)
        self._left = list(previous.questions)

    def take(self, slot: str, text: str) -> str:
        """Return the id of a question: the same question has the id it had, also reworded."""
        same = [q for q in self._left if q.slot == slot]
        exact = next((q for q in same if q.text == text), None)
        # A slot asks one question as a rule: then another wording is the same question.
        known = exact or (same[0] if slot and len(same) == 1 else None)
        if known is not None:
            self._left.remove(known)
            return known.id
        self._last += 1
        return f"Q-{self._last}"


def decision_ids(texts: Iterable[str], previous: Previous) -> list[str]:
    """Return the ids of decisions: a decision keeps the one it had."""
    last, taken = previous.last.get("D", 0), set[str]()
    ids = []
    for text in texts:
        found = previous.decisions.get(text, "")
        if not found or found in taken:
            last += 1
            found = f"D-{last}"
        taken.add(found)
        ids.append(found)
    return ids
