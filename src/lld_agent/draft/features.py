"""Which feature a requirement belongs to: the heading or list lead that it stands under."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from lld_agent.draft.place.wording import without_number
from lld_agent.model.brief import Brief, BriefSpan, Requirement, RequirementKind, Role
from lld_agent.sources.brief.ids import identified, whole_id
from lld_agent.sources.brief.normative import demands
from lld_agent.sources.brief.segment import role_of_title

_LONGEST_LEAD = 6
_LONGEST_NAME = 60
_KIND_OF_TEXT = re.compile(
    r"(?:requirements?|user stories|use cases|criteria|anforderungen|kriterien|funktionen|requisitos(?: \w+)*|"
    r"requerimientos(?: \w+)*|"
    r"casos de uso|criterios|critérios|功能需求|需求|用户故事|用例)\W*\Z",
    re.IGNORECASE,
)
_ALLOWED = re.compile(
    r"actions?|permissions?|rights?|can|may|tasks?|responsib|rechte|aufgaben|darf|kann|acciones|permisos|puede|ações|"
    r"permissões|pode|权限|操作",
    re.IGNORECASE,
)
_FUNCTIONAL = {RequirementKind.FUNCTIONAL, RequirementKind.BUSINESS_RULE}
_FEATURE_ROLES = {Role.REQUIREMENTS, Role.OTHER, Role.API, Role.DATA}
# Titles that say what kind of text follows, not which part of the system it is about.
_GENERIC = re.compile(
    r"(?:(?:detailed|high[- ]level|technical|proposed|general|main|key|system|product) )?"
    r"(?:design(?: details)?|proposal|solution|approach|overview|details?|implementation|behaviou?r|specification|"
    r"description|architecture|changes?|rules|logic|workflow|process)|guide-level explanation|reference-level explanation|"
    r"entwurf|lösung|beschreibung|ablauf|umsetzung|verhalten|diseño|solución|propuesta|descripción|proceso|"
    r"solução|proposta|descrição|processo|comportamento|设计|方案|描述|流程|实现|详细设计",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Feature:
    """A named part of what is asked for.

    `intro` are spans under its heading that demand nothing; `requirements` stand in order.
    """

    name: str
    intro: tuple[BriefSpan, ...]
    requirements: tuple[Requirement, ...]


class BriefIndex:
    """Look-ups into a brief that all placers share.

    `tabled` are ids of spans that have their place as rows of a table of the design.
    """

    def __init__(self, brief: Brief, tabled: frozenset[str] = frozenset()) -> None:
        self.brief = brief
        self.tabled = tabled
        self.spans: Mapping[str, BriefSpan] = {span.id: span for span in brief.spans}

    def first_span(self, requirement: Requirement) -> BriefSpan:
        """Return the span that a requirement begins in."""
        return self.spans[requirement.spans[0]]

    def with_role(self, *roles: Role) -> tuple[BriefSpan, ...]:
        """Return the spans of sections with these roles, headings and fences left out."""
        return tuple(
            span
            for span in self.brief.spans
            if span.role in roles and span.kind not in {"heading", "fence"}
        )

    def allowed(self, span_id: str) -> BriefSpan:
        """Return the span that says what a role may do; the span that names it where none does."""
        span = self.spans[span_id]
        if span.kind != "heading":
            return span
        below = [s for s in self.brief.spans if s.headings == span.headings and s.kind == "item"]
        return next((s for s in below if _ALLOWED.match(s.text)), next(iter(below), span))

    @cached_property
    def structured(self) -> frozenset[str]:
        """Ids of the spans that became a row, an attribute of an entity or an endpoint."""
        attributes = {a.span_id for entity in self.brief.entities for a in entity.attributes}
        return self.tabled | attributes | {s for e in self.brief.endpoints for s in e.spans}

    def is_structured(self, requirement: Requirement) -> bool:
        """Return whether a requirement has its place among entities or endpoints already."""
        return self.structured.issuperset(requirement.spans)

    def requirement_of(self, span_id: str) -> str:
        """Return the id of the requirement that a span belongs to, or ""."""
        return self._owner.get(span_id, "")

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """The functional requirements by feature, in document order.

        Requirements under a generic heading ("Functional requirements") form a feature without a
        name.
        """
        return _features(self)

    @cached_property
    def in_named_features(self) -> frozenset[str]:
        """Ids of the requirements that belong to a feature with a name."""
        return frozenset(one.id for f in self.features if f.name for one in f.requirements)

    @cached_property
    def _owner(self) -> Mapping[str, str]:
        return {
            span: requirement.id
            for requirement in reversed(self.brief.requirements)
            for span in requirement.spans
        }


def _features(index: BriefIndex) -> tuple[Feature, ...]:
    groups: dict[str, list[Requirement]] = {}
    for requirement in index.brief.requirements:
        if requirement.kind in _FUNCTIONAL and not index.is_structured(requirement):
            name = _name(index.first_span(requirement))
            groups.setdefault(name, []).append(requirement)
    intros = _intros(index.brief.spans)
    return tuple(
        Feature(name, tuple(intros.get(name, ())[:2]), tuple(found))
        for name, found in groups.items()
    )


def _name(span: BriefSpan) -> str:
    lead = without_number(span.lead)
    if lead and _is_name(lead):
        return lead
    if not span.headings or span.role not in _FEATURE_ROLES:
        return ""
    # A heading whose own words gave the section its role is generic; one below it is a feature.
    return _named(span.headings[-1]) if len(span.headings) > 2 else _specific(span)


def _named(heading: str) -> str:
    """Return a heading as the name of a feature, "" for one that only says what kind of text follows."""
    title = without_number(heading)
    return "" if _KIND_OF_TEXT.search(title) and not identified(title).id else title


def _is_name(lead: str) -> bool:
    """Return whether a lead names a part of the system: a phrase, not a sentence or kind of text."""
    short = len(lead.split()) <= _LONGEST_LEAD and len(lead) <= _LONGEST_NAME
    return short and lead[-1] not in ".。是" and not role_of_title(lead) and not demands(lead)


def _specific(span: BriefSpan) -> str:
    title = without_number(span.headings[-1])
    generic = span.role is Role.REQUIREMENTS or _GENERIC.fullmatch(title)
    return "" if generic and len(span.headings) <= 2 else title


def words_of(span: BriefSpan) -> str:
    """Return the words of a span on one line; the cells of a row with colons between."""
    if span.cells:
        return ": ".join(" ".join(text.split()) for _, text in span.cells if text)
    return " ".join(span.text.split())


def said_of(span: BriefSpan, name: str) -> str:
    """Return what a span says of a thing: a row without its name and id, an item without the name."""
    if span.cells:
        texts = [" ".join(text.split()) for _, text in span.cells if text]
        rest = [text for text in texts if text != name and not whole_id(text)]
        return ": ".join(rest) or words_of(span)
    return words_of(span).removeprefix(f"{name}: ")


def _intros(spans: tuple[BriefSpan, ...]) -> Mapping[str, list[BriefSpan]]:
    """Return, by the heading that they stand under, the sentences that demand nothing."""
    found: dict[str, list[BriefSpan]] = {}
    for span in spans:
        if span.kind == "sentence" and not span.normative and span.headings:
            found.setdefault(without_number(span.headings[-1]), []).append(span)
    found.pop("", None)
    return found
