"""One open question for every slot that has nothing to say: what is missing, and who would know.

A question stands in its slot as `[Q-4] What ...?`: as the text of prose, bullets and fences, in
the last cell of a table row. Its other slots, when it has several, carry the bare mark.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from lld_agent.draft.previous import FIRST, Previous, QuestionIds
from lld_agent.draft.trace import slot_of
from lld_agent.model.provenance import OpenQuestion
from lld_agent.model.rows import Row
from lld_agent.template.kit import (
    Bullets,
    Document,
    Elsewhere,
    Group,
    Item,
    Labelled,
    Nested,
    NotApplicable,
    Property,
    Repeated,
    RowBullets,
    RowSlot,
    SlotField,
    fields_of,
    group_type,
    pending,
    pending_text,
    row_type,
)
from lld_agent.template.manifest import mark_column
from lld_agent.template.render import is_empty

G = TypeVar("G", bound=Group)
D = TypeVar("D", bound=Document)


_NAMED = 4
"""As many parts are named in a question about several."""


class _Wording(NamedTuple):
    text: str
    ask: str


class Asked(NamedTuple):
    """A question that stands in no slot: its text, who would know, the section it matters to."""

    text: str
    ask: str
    slot: str = ""


@cache
def wordings() -> dict[str, _Wording]:
    """Return address → wording, from `data/questions.toml`."""
    text = files("lld_agent.draft").joinpath("data/questions.toml").read_text(encoding="utf-8")
    return {address: _Wording(**entry) for address, entry in tomllib.loads(text).items()}


def _wording(address: str) -> _Wording:
    where = slot_of(address)
    # Parts that only a model writes have no question of their own.
    return (
        wordings()["part"]
        if where.endswith("[]") and where not in wordings()
        else wordings()[where]
    )


@dataclass
class _Asker:
    """Hands out ids in document order."""

    ids: QuestionIds
    asked: list[OpenQuestion] = field(default_factory=list)

    def ask(self, address: str, wording: _Wording, **words: str) -> str:
        """Return the text that stands in the slot: the mark and the question."""
        text = wording.text.format(**words) if words else wording.text
        identity = self.ids.take(address, text)
        question = OpenQuestion(id=identity, text=text, slot=address, ask=wording.ask)
        self.asked.append(question)
        return f"[{question.id}] {text}"


def ask_what_is_missing(
    document: D,
    already: Sequence[Asked] = (),
    failed: Mapping[str, str] = MappingProxyType({}),
    previous: Previous = FIRST,
) -> tuple[D, tuple[OpenQuestion, ...]]:
    """Return the document with a question in each empty slot, and the questions.

    Args:
        document: as assembled.
        already: questions that the brief itself leaves open or that a model asks; they come first
            and stand in the record only.
        failed: section → why it was not drafted, a sentence; it stands in the section itself.
        previous: the draft before this one: a question keeps its id.
    """
    asker = _Asker(QuestionIds(previous))
    for text, who, slot in already:
        asker.ask(slot, _Wording(text, who))
    for section, why in failed.items():
        document = _stub(document, section, asker.ask(section, _Wording(why, "lld-agent")))
    return _fill(document, "", asker), tuple(asker.asked)


def _stub(document: D, section: str, text: str) -> D:
    """Return the document with a sentence in the first free place of a section."""
    slot = next(f for f in fields_of(type(document)) if f.name == section)
    value = getattr(document, section)
    return document.model_copy(update={section: _stubbed(slot, value, text) or value})


def _stubbed(slot: SlotField, value: Any, text: str) -> Any:
    """Return a value with a sentence in its first free place, None where it has none."""
    if isinstance(slot.slot, Repeated):
        return None if value else (pending(group_type(slot), text),)
    if not isinstance(slot.slot, Nested):
        return _marked_value(slot, value, text) if _empty_value(slot, value) else None
    group: Group = value
    fields = fields_of(type(group))
    if _absent(group, fields):
        name = next(f.name for f in fields if isinstance(f.slot, NotApplicable))
        return group.model_copy(update={name: text})
    for inner in fields:
        if (
            inner.slot.given
            or inner.slot.optional
            or isinstance(inner.slot, (Elsewhere, NotApplicable))
        ):
            continue
        found = _stubbed(inner, getattr(group, inner.name), text)
        if found is not None:
            return type(group)(**{**_values(group), inner.name: found})
    return None


def _fill(group: G, at: str, asker: _Asker) -> G:
    """Fill the empty slots of a group that stands once in the document."""
    changes: dict[str, Any] = {}
    fields = fields_of(type(group))
    if _absent(group, fields):
        name = next(f.name for f in fields if isinstance(f.slot, NotApplicable))
        return group.model_copy(update={name: asker.ask(at, _wording(at))})
    whole = wordings().get(at)
    if whole is not None and _is_blank(group):
        return _mark_all(group, asker.ask(at, whole))
    for slot in fields:
        if (
            slot.slot.given
            or slot.slot.optional
            or isinstance(slot.slot, (Elsewhere, NotApplicable))
        ):
            continue
        address = f"{at}.{slot.name}".lstrip(".")
        changes[slot.name] = _filled(slot, getattr(group, slot.name), address, asker)
    filled = type(group)(**{**_values(group), **changes})
    return _ask_rest(filled, at, asker)


def _ask_rest(group: G, at: str, asker: _Asker) -> G:
    """Ask one question about the small values of a group that have no question of their own."""
    left = [
        slot
        for slot in _leaves(type(group))
        if isinstance(slot.slot, (Property, Labelled, Item))
        and not slot.slot.given
        and f"{at}.{slot.name}".lstrip(".") not in wordings()
        and _empty(slot, group)
    ]
    if not left:
        return group
    text = asker.ask(at, _wording("values"), missing=", ".join(map(_title, left)))
    mark = text.split(" ", 1)[0]
    texts = iter([text])
    changes = {
        slot.name: _marked_value(slot, getattr(group, slot.name), next(texts, mark))
        for slot in left
    }
    return type(group)(**{**_values(group), **changes})


def _filled(slot: SlotField, value: Any, address: str, asker: _Asker) -> Any:
    if isinstance(slot.slot, Nested):
        return _fill(value, address, asker)
    if isinstance(slot.slot, Repeated):
        return _repeated(slot, value, address, asker)
    if isinstance(slot.slot, RowSlot):
        return _rows(slot, value, address, asker)
    if not is_empty(value) or address not in wordings():
        return value
    text = asker.ask(address, _wording(address))
    return (text,) if isinstance(slot.slot, Bullets) else text


def _repeated(slot: SlotField, parts: Any, address: str, asker: _Asker) -> Any:
    kind = group_type(slot)
    if pending_text(parts):
        return parts
    if not parts:
        return (pending(kind, asker.ask(address, _wording(address))),)
    lacking = [part for part in parts if _missing(part)]
    text = _ask_of_all(lacking, address, asker) if lacking else ""
    mark = text.split(" ", 1)[0]
    texts = iter([text])
    return tuple(
        _mark_all(part, next(texts, mark))
        if _missing(part)
        else _inner(part, f"{address}[{_name(part)}]", asker)
        for part in parts
    )


def _ask_of_all(parts: list[G], address: str, asker: _Asker) -> str:
    """Ask one question about the empty slots of all parts of a group that have some."""
    names = [_name(part) for part in parts]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    titles = dict.fromkeys(_title(slot) for part in parts for slot in _missing(part))
    at = f"{address}[{names[0]}]"
    where = at if len(names) == 1 else address
    words = {"name": ", ".join(names[:_NAMED]) + more, "missing": ", ".join(titles)}
    return asker.ask(where, _wording(at), **words)


def _missing(part: Group) -> list[SlotField]:
    return [slot for slot in _leaves(type(part)) if _empty(slot, part)]


def _inner(part: G, address: str, asker: _Asker) -> G:
    """Fill the repeated groups within a part that lacks nothing itself."""
    changes = {
        f.name: _repeated(f, getattr(part, f.name), f"{address}.{f.name}", asker)
        for f in fields_of(type(part))
        if isinstance(f.slot, Repeated)
    }
    return type(part)(**{**_values(part), **changes})


def _leaves(group: type[Group]) -> Iterator[SlotField]:
    for found in fields_of(group):
        if (
            not isinstance(found.slot, (Elsewhere, Repeated, NotApplicable))
            and not found.slot.optional
        ):
            yield found


def _empty(slot: SlotField, group: Group) -> bool:
    return _empty_value(slot, getattr(group, slot.name))


def _empty_value(slot: SlotField, value: Any) -> bool:
    if isinstance(slot.slot, Nested):
        return _is_blank(value)
    if isinstance(slot.slot, RowSlot):
        return not _said(slot, value)
    return is_empty(value)


def _said(slot: SlotField, rows: tuple[Row, ...]) -> bool:
    """Return whether any row says more than its fixed key."""
    assert isinstance(slot.slot, RowSlot)
    key = slot.slot.columns(row_type(slot))[0]
    kind = row_type(slot)
    return any(
        row != kind(**{key: getattr(row, key)}) or getattr(row, key) not in slot.slot.fixed_keys
        for row in rows
    )


def _rows(slot: SlotField, rows: tuple[Row, ...], address: str, asker: _Asker) -> tuple[Row, ...]:
    assert isinstance(slot.slot, RowSlot)
    kind = row_type(slot)
    last = _mark_column(slot)
    if not _said(slot, rows):
        return _marked(rows, kind, last, asker.ask(address, _wording(address)))
    key = slot.slot.columns(kind)[0]
    unknown = [row for row in rows if not getattr(row, last) and not _is_bare(row, key, slot.slot)]
    if not unknown or len(slot.slot.titles) < 2:
        return rows
    columns = zip(slot.slot.columns(kind), slot.slot.titles, strict=True)
    missing = [title for name, title in columns if any(not getattr(row, name) for row in unknown)]
    text = asker.ask(address, _wording("rest"), missing=", ".join(missing))
    mark = text.split(" ", 1)[0]
    texts = iter([text])
    return tuple(
        row.model_copy(update={last: next(texts, mark)}) if row in unknown else row for row in rows
    )


def _mark_column(slot: SlotField) -> str:
    """Return where the mark goes: the last free column, in a list of rows what each begins with."""
    assert isinstance(slot.slot, RowSlot)
    columns = slot.slot.columns(row_type(slot))
    return columns[0] if isinstance(slot.slot, RowBullets) else mark_column(row_type(slot), columns)


def _is_bare(row: Row, key: str, slot: RowSlot) -> bool:
    """Return whether a row is a fixed one that says no more than its key."""
    name = getattr(row, key)
    return name in slot.fixed_keys and row == type(row)(**{key: name})


def _marked(rows: tuple[Row, ...], kind: type[Row], last: str, text: str) -> tuple[Row, ...]:
    if not rows:
        return (kind(**{last: text}),)
    return (rows[0].model_copy(update={last: text}), *rows[1:])


def _mark_all(group: G, text: str) -> G:
    """Put the question into the first empty slot of a group, its mark into the others."""
    texts = iter([text])
    mark = text.split(" ", 1)[0]
    changes: dict[str, Any] = {}
    run: type | None = None
    for slot in _leaves(type(group)):
        # Neighbouring properties share a table and labelled values a paragraph: one mark for all.
        neighbours = type(slot.slot) if isinstance(slot.slot, (Property, Labelled, Item)) else None
        if _empty(slot, group) and not (neighbours and neighbours is run):
            changes[slot.name] = _marked_value(slot, getattr(group, slot.name), next(texts, mark))
            run = neighbours
    return type(group)(**{**_values(group), **changes})


def _marked_value(slot: SlotField, value: Any, text: str) -> Any:
    if isinstance(slot.slot, Nested):
        return _mark_all(value, text)
    if isinstance(slot.slot, RowSlot):
        kind = row_type(slot)
        return _marked(value, kind, _mark_column(slot), text)
    if slot.inner is not None:
        first = next(iter(slot.inner.model_fields))
        return slot.inner(**{first: text})
    return (text,) if isinstance(slot.slot, Bullets) else text


def _is_blank(group: Group) -> bool:
    return all(
        _empty(f, group)
        if not isinstance(f.slot, (Repeated, Elsewhere))
        else not getattr(group, f.name)
        for f in fields_of(type(group))
    )


def _absent(group: Group, fields: tuple[SlotField, ...]) -> bool:
    return any(isinstance(f.slot, NotApplicable) for f in fields) and _is_blank(group)


def _values(group: Group) -> dict[str, Any]:
    return {name: getattr(group, name) for name in type(group).model_fields}


def _name(part: Group) -> str:
    names = [f.name for f in fields_of(type(part)) if isinstance(f.slot, Elsewhere)]
    return " ".join(str(getattr(part, name)) for name in names if getattr(part, name))


def _title(slot: SlotField) -> str:
    kind = slot.slot
    if isinstance(kind, (Property, Labelled, Item)):
        return kind.name
    return kind.label.partition(" — ")[0] or (
        slot.heading.title if slot.heading else slot.name.replace("_", " ")
    )
