"""What an update did or would do, for people and for programs."""

from collections.abc import Iterator
from typing import Any

from lld_agent.draft.update.changes import Change
from lld_agent.draft.update.pipeline import Plan, Update

_SIGNS = {Change.ADDED: "+", Change.MODIFIED: "~", Change.REMOVED: "-", Change.MOVED: "="}
_WIDTH = 100


def update_data(update: Update) -> dict[str, Any]:
    """Return an update as plain data, for `--format json`."""
    return {
        **plan_data(update.plan),
        "effects": [
            {"effect": one.change, "address": one.where, "text": one.text} for one in update.effects
        ],
        "conflicts": [
            {
                "kind": one.conflict.kind.value,
                "where": list(one.conflict.where),
                "causes": list(one.causes),
                "mine": one.conflict.mine,
                "theirs": one.conflict.theirs,
            }
            for one in update.conflicts
        ],
        "kept": update.human,
    }


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return what changed and what rests on it as plain data."""
    changes = plan.changes
    return {
        "schema_version": 1,
        "requirements": [
            {
                "change": one.change.value,
                "requirement": one.requirement,
                "before": one.before,
                "after": one.after,
                "line": one.line,
            }
            for one in changes.requirements
        ],
        "sentences": {"new": len(changes.new), "gone": len(changes.gone)},
        "impact": [
            {
                "address": one.address,
                "heading": one.title,
                "requirements": list(one.requirements),
                "quotes": list(one.quotes),
            }
            for one in plan.impact
        ],
    }


def update_lines(update: Update) -> Iterator[str]:
    """Yield an update as lines of text, unescaped."""
    yield from plan_lines(update.plan)
    effects = [one.change for one in update.effects]
    said = ", ".join(f"{effects.count(one)} {one}" for one in ("changed", "added", "removed"))
    yield f"blocks of the draft: {said}; kept as you have them: {update.human}"
    for conflict in update.conflicts:
        where = " > ".join(conflict.conflict.where)
        yield f"  conflict, {conflict.conflict.kind.value}: {where}"


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield what changed and what rests on it as lines of text, unescaped."""
    changes = plan.changes
    counts = ", ".join(f"{number} {change}" for change, number in changes.counts().items())
    yield f"requirements: {counts}"
    for one in changes.requirements:
        texts = " → ".join(_short(text) for text in (one.before, one.after) if text)
        if one.before == one.after:
            texts = _short(one.after)
        yield f"  {_SIGNS[one.change]} {one.requirement} (line {one.line}): {texts}"
    touched: dict[str, dict[str, None]] = {}
    for value in plan.impact:
        touched.setdefault(value.title, {}).update(dict.fromkeys(value.requirements))
    if touched:
        yield "rests on what changed:"
        for title, ids in touched.items():
            yield f"  {title}" + (f": {', '.join(ids)}" if ids else "")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _WIDTH else f"{words[: _WIDTH - 1]}…"
