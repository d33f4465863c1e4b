"""Diagrams as values. `raw` is always kept; `error` says why a diagram could not be parsed."""

from dataclasses import dataclass
from enum import StrEnum

from lld_agent.model.source import Span


class DiagramKind(StrEnum):
    """Kinds that are typed; everything else is `OTHER` and keeps its text only."""

    SEQUENCE = "sequence"
    STATE = "state"
    CLASS = "class"
    ER = "er"
    FLOW = "flow"
    OTHER = "other"


class StepKind(StrEnum):
    """What one line of a sequence diagram is."""

    MESSAGE = "message"
    NOTE = "note"
    BLOCK_START = "block_start"  # alt, opt, loop, par, critical, break, rect, box
    BLOCK_BRANCH = "block_branch"  # else, and, option
    BLOCK_END = "block_end"


@dataclass(frozen=True, slots=True)
class Participant:
    """A participant or actor; `label` is its `as` text, or its id."""

    id: str
    label: str
    actor: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a sequence diagram, in order.

    For a message: `source` and `target` are participant ids; `reply` is a dotted arrow, `failed`
    an arrow that ends in x. For a block line: `block` is alt, else, opt, loop, ... and `text` its
    condition; `depth` is the number of blocks open around it.
    """

    kind: StepKind
    span: Span
    text: str = ""
    source: str = ""
    target: str = ""
    reply: bool = False
    failed: bool = False
    block: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """A state; `pseudo` for start, end, choice, fork and join; `parent` of a nested one."""

    id: str
    label: str
    pseudo: bool
    composite: bool
    parent: str
    span: Span


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between states, flow-chart nodes or classes; `[*]` is "[*]" at either end."""

    source: str
    target: str
    label: str
    span: Span
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a class: `text` as written, `name`, whether it is a method, its parameters."""

    text: str
    name: str
    method: bool
    visibility: str
    span: Span


@dataclass(frozen=True, slots=True)
class ClassBox:
    """A class of a class diagram."""

    id: str
    label: str
    members: tuple[Member, ...]
    annotations: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ErAttribute:
    """An attribute of an entity: type, name, keys (PK, FK, UK) and comment."""

    type: str
    name: str
    keys: tuple[str, ...]
    comment: str
    span: Span


@dataclass(frozen=True, slots=True)
class ErEntity:
    """An entity of an ER diagram."""

    name: str
    attributes: tuple[ErAttribute, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ErRelation:
    """A relation; cardinalities in the form 0..1, 1, 0..n, 1..n of each end."""

    source: str
    target: str
    source_cardinality: str
    target_cardinality: str
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class DiagramError:
    """Why a diagram has no parts, and where.

    `judged` is False where that says nothing about the diagram: the engine is missing on this
    platform, or the text is too large for it.
    """

    message: str
    span: Span
    judged: bool = True


@dataclass(frozen=True, slots=True)
class Diagram:
    """One diagram of a document.

    Attributes:
        kind: what it is; the tuples of other kinds are empty.
        raw: its text without the fence.
        span: the fence (or the image that stands for it) in the document.
        heading, slot: where it stands.
        origin: path of the sibling `.mmd` file it came from, "" for a fence of the document.
            Spans inside a diagram from a sibling file are all the span of the image.
        error: set when it does not parse; then it has no parts.
    """

    kind: DiagramKind
    raw: str
    span: Span
    heading: str = ""
    slot: str = ""
    origin: str = ""
    participants: tuple[Participant, ...] = ()
    steps: tuple[Step, ...] = ()
    states: tuple[State, ...] = ()
    edges: tuple[Edge, ...] = ()
    classes: tuple[ClassBox, ...] = ()
    entities: tuple[ErEntity, ...] = ()
    relations: tuple[ErRelation, ...] = ()
    error: DiagramError | None = None
