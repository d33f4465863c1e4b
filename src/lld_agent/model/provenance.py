"""Where a statement of a draft comes from."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Basis(StrEnum):
    """What a row rests on."""

    PRD = "prd"
    DECISION = "decision"
    DERIVED = "derived"
    ASSUMPTION = "assumption"
    TEMPLATE_DEFAULT = "template_default"
    HUMAN = "human"


class Provenance(BaseModel):
    """The basis of one value of a design.

    Attributes:
        address: slot and row, for example `security.threats/sql-injection`.
        basis: what it rests on.
        refs: ids of requirements, decisions, assumptions and questions (R-7, D-2, A-3, Q-4).
        spans: ids of the brief's spans it came from (S12).
        quotes: the words of those spans that carry it; each is a substring of one of them.
        content_hash: sha256 (16 hex digits) of the value as generated: the merge base.
    """

    model_config = ConfigDict(frozen=True)

    address: str
    basis: Basis
    refs: tuple[str, ...] = ()
    spans: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    content_hash: str = ""


class Assumption(BaseModel):
    """Something that is taken for true though no source says it. `id` is A-1, A-2, ..."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    why: str = ""
    impact: str = ""
    revisit_when: str = ""


class OpenQuestion(BaseModel):
    """Something that a person must answer. `id` is Q-1, Q-2, ...

    Attributes:
        text: the question, one sentence.
        slot: address of the slot that waits for the answer.
        ask: who would know.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    slot: str
    ask: str = ""


class Decision(BaseModel):
    """A choice that binds other parts of the design. `id` is D-1, D-2, ..."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    binds: str = ""
    prevents: str = ""
    alternatives: str = ""
