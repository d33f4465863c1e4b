"""What models are shown: documents between markers, ids, known rows; bytes depend on content only."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lld_agent.draft.placement import Placement
from lld_agent.llm.request import Message
from lld_agent.model.brief import Brief, BriefSpan, Requirement
from lld_agent.model.rows import Row
from lld_agent.text.fence import fenced
from lld_agent.text.prompts import prompt


def system() -> Message:
    """Return the system message, the same for all stages."""
    return Message("system", prompt("draft/system").text)


def spans_text(spans: Iterable[BriefSpan]) -> str:
    """Return numbered spans, each heading path once, where it changes."""
    lines: list[str] = []
    path: tuple[str, ...] | None = None
    for span in spans:
        if span.kind == "heading":
            continue
        if span.headings != path:
            path = span.headings
            lines.append(f"# {' > '.join(path)}" if path else "#")
        lines.append(f"[{span.id}] {_lead(span)}{span.text}")
    return "\n".join(lines)


def _lead(span: BriefSpan) -> str:
    return f"({' '.join(span.lead.split())}) " if span.lead else ""


def register_text(requirements: Iterable[Requirement]) -> str:
    """Return the register: id, kind, spans, priority, text; one requirement a line."""
    return "\n".join(
        " | ".join(
            filter(
                None,
                (
                    r.id,
                    r.kind.value,
                    " ".join(r.spans),
                    r.priority,
                    r.title,
                    " ".join(r.text.split()),
                ),
            )
        )
        for r in requirements
    )


def document(brief: Brief, spans: Iterable[BriefSpan] | None = None) -> str:
    """Return the brief, or some spans of it, as data for a prompt."""
    head = f"title: {brief.title}\nlanguage: {brief.language}\nkind: {brief.kind}\n"
    return fenced("document", head + spans_text(brief.spans if spans is None else spans))


def register(brief: Brief) -> str:
    """Return the register of requirements as data for a prompt."""
    return fenced("register", register_text(brief.requirements))


def known_rows(placements: Iterable[Placement]) -> str:
    """Return what code placed, as data for a prompt: slot, value, refs."""
    rows = [
        {"slot": p.slot, "value": value_data(p.value), "refs": list(p.refs)} for p in placements
    ]
    return fenced("known", "\n".join(to_json(row) for row in rows)) if rows else ""


def value_data(value: Any) -> Any:
    """Return a value of a slot as plain data; of rows only the cells that say something."""
    if isinstance(value, Row):
        return {name: cell for name, cell in value.model_dump().items() if cell}
    return value.model_dump() if hasattr(value, "model_dump") else value


def to_json(value: Mapping[str, Any]) -> str:
    """Return data as JSON on one line, in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
