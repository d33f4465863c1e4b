"""Sections: which are asked for together, what each call is shown, what becomes of the answer."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from lld_agent.draft.assemble import section_of, steps_of
from lld_agent.draft.ground import Ground, complaints
from lld_agent.draft.placement import Placement
from lld_agent.draft.stages import material
from lld_agent.draft.stages.spine import Spine, spine_text
from lld_agent.draft.trace import slot_of
from lld_agent.llm.request import Message, Request, WireMode
from lld_agent.model.brief import Brief, BriefSpan
from lld_agent.model.rows import Row
from lld_agent.model.source import Span
from lld_agent.model.wire import Wire
from lld_agent.template.manifest import SlotKind
from lld_agent.template.registry import Template
from lld_agent.template.wire import Claimed, answer_type, claims
from lld_agent.text.fence import fenced
from lld_agent.text.mermaid import read_diagram, sniff
from lld_agent.text.prompts import prompt, prompt_parts

SHARED_TOKENS = 8_000
"""A brief up to this size stands whole in the prefix of every section; of a longer one each section
gets the spans that it must answer (section 3.5 of the design notes)."""

_KEYS = 40
"""Names of one slot that are handed on; a section that needs more has them in the spine."""


@dataclass(frozen=True, slots=True)
class CallGroup:
    """Sections that are written in one call, and the groups whose names they need."""

    id: str
    sections: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What people and records call it."""
        return "+".join(self.sections)


@cache
def groups(template: str) -> tuple[CallGroup, ...]:
    """Return the call groups of a template, those without needs first."""
    text = files("lld_agent.draft").joinpath("data/waves.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)[template]
    return tuple(CallGroup(k, tuple(v["sections"]), tuple(v["after"])) for k, v in table.items())


def waves(template: str) -> Iterator[tuple[CallGroup, ...]]:
    """Yield the groups that can run at once, wave by wave."""
    left, done = list(groups(template)), set[str]()
    while left:
        ready = tuple(group for group in left if done.issuperset(group.after))
        yield ready
        done |= {group.id for group in ready}
        left = [group for group in left if group not in ready]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all section calls of a run have in common.

    Attributes:
        prefix: their first messages, byte for byte the same.
        whole: whether the prefix holds the whole brief.
    """

    template: Template
    brief: Brief
    spine: Spine
    known: Sequence[Placement]
    ground: Ground
    prefix: tuple[Message, ...]
    whole: bool
    wire: WireMode

    @staticmethod
    def of(  # noqa: PLR0913, PLR0917 - one value, made in one place
        template: Template,
        brief: Brief,
        spine: Spine,
        known: Sequence[Placement],
        ground: Ground,
        count: Callable[[str], int],
        wire: WireMode = "auto",
        answers: str = "",
    ) -> "Shared":
        """Return what is shared; `answers` are a person's, as data for a prompt."""
        whole = count(material.spans_text(brief.spans)) <= SHARED_TOKENS
        parts = (
            material.document(brief) if whole else "",
            material.register(brief),
            answers,
            spine_text(spine),
        )
        prefix = (material.system(), Message("user", "\n\n".join(filter(None, parts))))
        return Shared(template, brief, spine, known, ground, prefix, whole, wire)


def request(shared: Shared, group: CallGroup, exports: Mapping[str, str]) -> Request[Wire]:
    """Return the question for the sections of a group.

    Args:
        shared: of the run.
        group: what to write.
        exports: names that finished groups fixed, by id of the group.
    """
    asked = prompt("draft/section")
    own = [p for p in shared.known if section_of(p.slot) in group.sections]
    names = "\n".join(exports[need] for need in group.after if exports.get(need))
    parts = (
        "" if shared.whole else material.document(shared.brief, _spans(shared, group, own)),
        asked.text,
        f"Sections: {', '.join(group.sections)}",
        _guide(shared.template, group),
        _planned(shared.spine, group),
        f"known:\n{material.known_rows(own)}" if own else "",
        f"names:\n{fenced('names', names)}" if names else "",
    )
    answer = answer_type(shared.template, group.sections)
    return Request(
        stage="section",
        subject=group.subject,
        prompt=asked.name,
        prefix=shared.prefix,
        messages=(Message("user", "\n\n".join(filter(None, parts))),),
        answer=answer,
        max_output=16_000,
        wire=shared.wire,
        check=lambda found: list(_complaints(shared, group, found)),
    )


def claimed(shared: Shared, group: CallGroup, answer: Wire) -> tuple[Claimed, ...]:
    """Return what an answer claims; sections that the plan says do not apply claim only why."""
    return tuple(claims(shared.template, group.sections, answer))


def is_left_out(shared: Shared, group: CallGroup) -> bool:
    """Return whether nothing is to be written: the plan says so, and the brief itself says nothing."""
    planned = any(shared.spine.applies(name) for name in group.sections)
    said = any(section_of(place.slot) in group.sections for place in shared.known)
    return not planned and not said


def not_applicable(shared: Shared, group: CallGroup) -> Iterator[Claimed]:
    """Yield why sections do not apply, where the template has a place for that."""
    for name in group.sections:
        slot = shared.ground.slots.get(f"{name}.not_applicable")
        if slot is not None:
            refs = shared.spine.planned(name)
            yield Claimed(slot.address, shared.spine.reason(name), "derived", refs, "")


def exported(placements: Iterable[Placement]) -> str:
    """Return the names that placements fix, one slot a line: `api.internal[].endpoints: POST /x, ...`."""
    return "\n".join(
        material.to_json({slot: list(keys)[:_KEYS]})
        for slot, keys in exported_names(placements).items()
    )


def exported_names(placements: Iterable[Placement]) -> dict[str, dict[str, None]]:
    """Return slot → the names that placements fix there, in order."""
    names: dict[str, dict[str, None]] = {}
    for place in placements:
        path: list[str] = []
        for name, key in steps_of(place.slot):
            path.append(name)
            if key is not None:
                names.setdefault(".".join(path), {})[key] = None
        if isinstance(place.value, Row):
            key = _name(place.value)
            if key:
                owner = place.slot if "[" in place.slot else slot_of(place.slot)
                names.setdefault(owner, {})[key] = None
    return names


def _name(row: Row) -> str:
    """Return what other sections call a row: its key, of an error answer also its code."""
    parts = (getattr(row, row.key_field()), getattr(row, "code", ""))
    return " ".join(str(part) for part in parts if part)


def _guide(template: Template, group: CallGroup) -> str:
    texts = prompt_parts(f"draft/guides/{template.name}")
    return "\n\n".join(f"## {name}\n{texts[name]}" for name in group.sections if name in texts)


def _planned(spine: Spine, group: CallGroup) -> str:
    refs = dict.fromkeys(ref for name in group.sections for ref in spine.planned(name))
    return (
        f"These requirements must be answered here, each cited: {', '.join(refs)}" if refs else ""
    )


def _spans(shared: Shared, group: CallGroup, own: Sequence[Placement]) -> list[BriefSpan]:
    """Return the spans that a group needs of a long brief: planned, known, and their neighbours."""
    wanted = {span for place in own for span in place.spans}
    planned = {ref for name in group.sections for ref in shared.spine.planned(name)}
    wanted |= {s for r in shared.brief.requirements if r.id in planned for s in r.spans}
    wanted |= set(shared.brief.summary)
    spans = shared.brief.spans
    near = {
        spans[at].id
        for index, span in enumerate(spans)
        if span.id in wanted
        for at in range(max(0, index - 1), min(len(spans), index + 2))
    }
    return [span for span in spans if span.id in near]


def _complaints(shared: Shared, group: CallGroup, answer: Wire) -> Iterator[str]:
    found = claimed(shared, group, answer)
    applies = any(shared.spine.applies(name) for name in group.sections)
    if applies and not found:
        yield "the answer is empty, though the plan says that these sections apply"
    yield from complaints(found, shared.ground)
    for claim in found:
        if isinstance(claim.value, str) and (wrong := _diagram_error(shared, claim)):
            yield wrong


def _diagram_error(shared: Shared, claim: Claimed) -> str:
    slot = shared.ground.slots[slot_of(claim.slot)]
    if slot.kind is not SlotKind.FENCE or not slot.diagram or not sniff(str(claim.value)):
        return ""
    error = read_diagram(str(claim.value), Span(0, 0)).error
    if error is None or not error.judged:
        return ""
    return f"{claim.slot}: the Mermaid diagram does not parse: {error.message}"
