"""The requirement document as a value: numbered spans, requirements, and what else it says."""

from dataclasses import dataclass
from enum import StrEnum

from lld_agent.model.quantity import Quantity
from lld_agent.model.source import SourceText, Span


class RequirementKind(StrEnum):
    """What a requirement asks for."""

    FUNCTIONAL = "functional"
    NON_FUNCTIONAL = "non_functional"
    CONSTRAINT = "constraint"
    BUSINESS_RULE = "business_rule"
    SCOPE_IN = "scope_in"
    SCOPE_OUT = "scope_out"
    ASSUMPTION = "assumption"
    ACCEPTANCE = "acceptance"
    EDGE_CASE = "edge_case"


class Role(StrEnum):
    """What a section of the brief is about; `role` of its spans."""

    OVERVIEW = "overview"  # purpose, background, problem, motivation, goals
    SCOPE_IN = "scope_in"
    SCOPE_OUT = "scope_out"
    REQUIREMENTS = "requirements"
    DESIGN = "design"  # what an RFC proposes
    METRICS = "metrics"  # how success is measured
    NON_FUNCTIONAL = "non_functional"
    ASSUMPTIONS = "assumptions"
    CONSTRAINTS = "constraints"
    DEPENDENCIES = "dependencies"
    USERS = "users"
    ACCEPTANCE = "acceptance"
    DATA = "data"
    API = "api"
    SECURITY = "security"
    TESTING = "testing"
    RISKS = "risks"
    DECISIONS = "decisions"
    ALTERNATIVES = "alternatives"
    GLOSSARY = "glossary"
    FUTURE = "future"
    REFERENCES = "references"
    META = "meta"  # document control, history, table of contents
    OTHER = ""


@dataclass(frozen=True, slots=True)
class BriefSpan:
    """One numbered piece of the brief: a sentence, a list item, a table row, a fence.

    Attributes:
        id: S1, S2, ... in document order.
        text: its words, without list markers and table pipes (cells joined by " | ").
        span: where it stands in the source.
        line, end_line: 1-based.
        headings: path of headings above it, outermost first.
        kind: sentence, item, row, fence, heading.
        role: what its section is about.
        normative: whether it demands something.
        cells: header → cell for a table row, else empty.
        lead: the sentence that introduces the list it is an item of ("The system must:").
        demanded: whether it stands under a heading of requirements, however deep.
    """

    id: str
    text: str
    span: Span
    line: int
    end_line: int
    headings: tuple[str, ...]
    kind: str
    role: Role
    normative: bool = False
    cells: tuple[tuple[str, str], ...] = ()
    lead: str = ""
    demanded: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand. `id` is the document's own (RF-001, REQ-7) or R-1, R-2, ...

    Attributes:
        text: one sentence or item, as the document has it (the quote is the text itself).
        spans: ids of its spans.
        priority: as written (Must, High, P1, Alta), "" if none is.
        quantities: numbers with units in it.
        own_id: whether the id is the document's own.
        extracted: whether a model found it, not code.
    """

    id: str
    kind: RequirementKind
    text: str
    spans: tuple[str, ...]
    priority: str = ""
    quantities: tuple[Quantity, ...] = ()
    own_id: bool = False
    title: str = ""
    extracted: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing the brief names: a technology, a role, a link; `text` as written, and where."""

    name: str
    text: str
    span_id: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class BriefAttribute:
    """An attribute of an entity that the brief spells out."""

    name: str
    type: str
    description: str
    constraints: str
    span_id: str


@dataclass(frozen=True, slots=True)
class BriefEntity:
    """An entity that the brief spells out with its attributes."""

    name: str
    attributes: tuple[BriefAttribute, ...]
    description: str
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BriefEndpoint:
    """An endpoint that the brief spells out (METHOD and path stand in the text)."""

    method: str
    path: str
    description: str
    spans: tuple[str, ...]
    request: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that belong together: term and meaning, alternative and its reasons, ..."""

    left: str
    right: str
    spans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """The whole requirement document.

    Attributes:
        language: en, de, es, pt, zh; the one most of it is in.
        kind: prd, rfc or text.
        summary: ids of the spans that say what it is about (a paragraph or two).
        withdrawn: texts that code took for requirements and that demand nothing.
    """

    source: SourceText
    title: str
    language: str
    kind: str
    spans: tuple[BriefSpan, ...]
    requirements: tuple[Requirement, ...]
    summary: tuple[str, ...] = ()
    technologies: tuple[Mention, ...] = ()
    roles: tuple[Mention, ...] = ()
    links: tuple[Mention, ...] = ()
    entities: tuple[BriefEntity, ...] = ()
    endpoints: tuple[BriefEndpoint, ...] = ()
    glossary: tuple[Pair, ...] = ()
    alternatives: tuple[Pair, ...] = ()
    decisions: tuple[Pair, ...] = ()
    withdrawn: tuple[str, ...] = ()
