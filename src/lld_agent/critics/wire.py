"""What a model fills: findings of a critic, and the verdict of a second reading."""

from typing import Literal

from lld_agent.model.wire import Wire

Kind = Literal["contradiction", "omission", "wrong", "ambiguous", "risk"]


class Quote(Wire):
    """Words of the document, and on which numbered lines they stand."""

    quote: str
    line_start: int
    line_end: int
    role: Literal["premise", "conflict"]


class Raised(Wire):
    """One finding as a critic raises it; the prompt says what the fields mean.

    `absence_sections` and `absence_terms` are only filled for an omission: where was looked, and for
    which words.
    """

    kind: Kind
    title: str
    claim: str
    evidence: list[Quote]
    absence_sections: list[str]
    absence_terms: list[str]
    subjects: list[str]
    impact: str
    severity: Literal["error", "warning", "info"]
    confidence: float
    falsifier: str


class CriticAnswer(Wire):
    """The answer of a critic; an empty list is a good one."""

    findings: list[Raised]


class Verdict(Wire):
    """What a second reading makes of one finding. The reason stands before the verdict on purpose."""

    id: str
    reason: str
    quote: str
    reading: Literal[
        "stands", "stated_elsewhere", "other_name", "out_of_scope", "optional", "misread"
    ]
    verdict: Literal["UPHELD", "REFUTED", "UNDETERMINED"]
    confidence: float
