"""Threat models as values: data flows, expected threats and what became of each, the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lld_agent.model.rows import NOWHERE, ReadRow
from lld_agent.model.source import Span


class ElementKind(StrEnum):
    """What an element of a data-flow diagram is.

    `PEER` is a service of the same platform that this document does not design, `UNKNOWN` something
    named whose kind the document does not tell: nothing is said about it.
    """

    ACTOR = "actor"
    PROCESS = "process"
    STORE = "store"
    PEER = "peer"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


class Boundary(StrEnum):
    """A trust boundary that a flow crosses."""

    INTERNET = "B0"
    THIRD_PARTY = "B1"
    PEER = "B2"
    STORE = "B3"
    SUPPLY = "B4"
    TENANT = "B5"
    NONE = ""


BOUNDARY_NAMES: Mapping[Boundary, str] = {
    Boundary.INTERNET: "internet",
    Boundary.THIRD_PARTY: "third parties",
    Boundary.PEER: "services of the platform",
    Boundary.STORE: "stores",
    Boundary.SUPPLY: "build and model supply",
    Boundary.TENANT: "tenants",
    Boundary.NONE: "inside",
}


class DataClass(StrEnum):
    """What kind of data worth protecting a flow carries or a store holds."""

    CREDENTIAL = "credential"
    SECRET = "secret"  # noqa: S105 - the name of a kind of data
    PERSONAL = "personal data"
    TENANT = "tenant data"
    PROMPT = "prompt"
    MODEL = "model artefact"


class Stride(StrEnum):
    """The six kinds of threat."""

    SPOOFING = "S"
    TAMPERING = "T"
    REPUDIATION = "R"
    DISCLOSURE = "I"
    DENIAL = "D"
    ELEVATION = "E"


@dataclass(frozen=True, slots=True)
class Element:
    """Something that data flows from or to.

    Attributes:
        name: as the document writes it first. names: other names it goes by.
        technology: what it is for (store, cache, queue, mail, ...), "" where that is not known.
        data: what it holds. span: where it is named.
    """

    name: str
    kind: ElementKind
    span: Span = NOWHERE
    technology: str = ""
    names: tuple[str, ...] = ()
    data: frozenset[DataClass] = frozenset()


@dataclass(frozen=True, slots=True)
class Flow:
    """All data that goes from one element to another.

    Attributes:
        what: messages, routes or inputs that were merged, as written.
        protocol, auth: as the document says, "" where it does not.
        encrypted, sync: None where the document does not say.
    """

    source: str
    target: str
    span: Span
    boundary: Boundary = Boundary.NONE
    what: tuple[str, ...] = ()
    data: frozenset[DataClass] = frozenset()
    protocol: str = ""
    auth: str = ""
    encrypted: bool | None = None
    sync: bool | None = None

    @property
    def name(self) -> str:
        """`Client → orders`."""
        return f"{self.source} → {self.target}"


@dataclass(frozen=True, slots=True)
class DataFlow:
    """A data-flow model: elements by first appearance, flows one per ordered pair."""

    elements: tuple[Element, ...]
    flows: tuple[Flow, ...]

    def of(self, *kinds: ElementKind) -> tuple[Element, ...]:
        """Return the elements of some kinds."""
        return tuple(element for element in self.elements if element.kind in kinds)


class Outcome(StrEnum):
    """What became of an expected threat.

    Attributes:
        COVERED: a row of the threat table is about it.
        CONTROL_ONLY: no row, but the document declares a control.
        ASSUMED: the document leaves it to somebody else, or asks about it.
        GAP: neither a row nor a control.
        NOT_APPLICABLE: its prerequisite does not hold.
        ACCEPTED: a limitation of the document or a suppression takes it.
    """

    COVERED = "covered"
    CONTROL_ONLY = "control only"
    ASSUMED = "assumed"
    GAP = "gap"
    NOT_APPLICABLE = "not applicable"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the prerequisite of a threat holds.

    Attributes:
        subject: element, flow or route that it is about. span: the line that shows it.
        note: what the line shows.
        touches: names of elements and flows (`a → b`) that the threat is about, for the ledger.
        more: how many further subjects there are.
    """

    subject: str
    span: Span
    note: str
    touches: tuple[str, ...] = ()
    boundary: Boundary = Boundary.NONE
    data: frozenset[DataClass] = frozenset()
    more: int = 0


@dataclass(frozen=True, slots=True)
class ThreatTemplate:
    """A threat that designs of some kind have to expect.

    Attributes:
        id: T01 to T21, L01 to L09. title: the threat in one phrase, `{subject}` where it is.
        needs: its prerequisite in words; a function of the same id decides it.
        concepts: names of lists in `lexicons/attacks.toml` that a row about it speaks of.
        controls: phrases that show a control.
        likelihood, impact, mitigation: what the proposed row says.
    """

    id: str
    title: str
    stride: tuple[Stride, ...]
    owasp: tuple[str, ...]
    cwe: tuple[int, ...]
    needs: str
    concepts: tuple[str, ...]
    controls: tuple[str, ...]
    likelihood: str
    impact: str
    mitigation: str


@dataclass(frozen=True, slots=True)
class Expected:
    """An expected threat and its outcome.

    Attributes:
        ground: None where the prerequisite does not hold.
        row: the row that covers it. answer: the place of the control, limitation or assumption.
        reason: the outcome in one phrase.
        weak: rows whose mitigation alone speaks of it: they never cover it.
        priority: the higher, the more urgent; 0 unless it is a gap.
        proposal: the Markdown row to add, for gaps and controls without a row.
    """

    template: ThreatTemplate
    outcome: Outcome
    reason: str
    ground: Ground | None = None
    row: ReadRow | None = None
    answer: Span = NOWHERE
    weak: tuple[ReadRow, ...] = ()
    priority: float = 0.0
    proposal: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One element or flow of the coverage ledger: letter → what answers it.

    A letter that does not apply to its kind is missing; an empty tuple is "not considered".
    """

    name: str
    kind: str
    cells: Mapping[Stride, tuple[Expected, ...]]


@dataclass(frozen=True, slots=True)
class ThreatReport:
    """Everything the engine says about one document.

    Attributes:
        rows: the threat table. other: rows that answer no template: threats of this document only.
        unknown: elements whose kind the document does not tell.
    """

    model: DataFlow
    expected: tuple[Expected, ...]
    ledger: tuple[LedgerLine, ...]
    rows: tuple[ReadRow, ...] = ()
    other: tuple[ReadRow, ...] = ()
    unknown: tuple[Element, ...] = field(default=())

    def of(self, *outcomes: Outcome) -> tuple[Expected, ...]:
        """Return the expected threats with some outcomes, the most urgent first."""
        found = [expected for expected in self.expected if expected.outcome in outcomes]
        return tuple(sorted(found, key=lambda e: (-e.priority, e.template.id)))
