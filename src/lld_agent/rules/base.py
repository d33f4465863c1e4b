"""What a rule is: metadata, a documentation page, and a pure function of a design."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import Resolver
from lld_agent.model.brief import Brief
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.model.source import Span


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the document that a hit rests on.

    `note` says what it shows ("declared here"). The engine quotes the line that it begins on.
    """

    span: Span
    note: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """The one right edit that resolves a hit; the engine makes a `Fix` of it.

    Attributes:
        title: what it does, one line, as an order: "cite RFC 9457".
        edits: spans and the text that takes their place; they do not overlap. An empty span
            is a place to insert at.
    """

    title: str
    edits: tuple[tuple[Span, str], ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule yields; the engine makes a `Finding` of it.

    Attributes:
        message: names both sides, one line, plain text.
        places: where it is reported first, the other side after it; at least one.
        subject, object: canonical names of both sides, stable under edits elsewhere.
        severity: where it differs from the rule's own.
        repair: only where exactly one edit is right; never a guess.
    """

    message: str
    places: tuple[Place, ...]
    subject: str
    object: str = ""
    hint: str = ""
    severity: Severity | None = None
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a rule did not look at a document: a part it needs is not there or not understood."""

    reason: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may ask beside the design itself."""

    resolver: Resolver
    lexicons: Lexicons
    brief: Brief | None = None
    options: dict[str, str] = field(default_factory=dict)


class Rule(ABC):
    """One rule. The docstring of the subclass is its documentation page.

    A docstring has one summary line, then these headings in this order, each as `## Heading`:
    What it checks, Why, Fires when, Incorrect, Correct, Known false positives, Sections read,
    Source. Tests demand them.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    tier: ClassVar[Tier] = Tier.STABLE
    since: ClassVar[str] = "0.1.0"
    templates: ClassVar[frozenset[str]] = frozenset()
    """Templates it is for; empty: all designs, those without a template too."""

    @abstractmethod
    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield what is wrong with a design, in document order.

        Yields at most one `Skipped`, and then nothing else: the rule could not judge. A rule that
        judged and found nothing yields nothing.
        """
