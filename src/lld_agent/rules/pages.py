"""The documentation page of a rule, from its docstring."""

import inspect
from typing import Any

from lld_agent.rules.base import Rule
from lld_agent.rules.critics import Critic


def summary_of(rule: Rule) -> str:
    """Return what must hold, one line."""
    return inspect.cleandoc(type(rule).__doc__ or "").partition("\n")[0]


def origin_of(rule: Rule) -> str:
    """Return who judges: `rule` for code, `model` for a language model."""
    return "model" if isinstance(rule, Critic) else "rule"


def page_of(rule: Rule, measured: str = "") -> str:
    """Return the page as Markdown.

    Args:
        rule: the rule.
        measured: what is known of its precision; "" leaves that part out.
    """
    summary, _, body = inspect.cleandoc(type(rule).__doc__ or "").partition("\n")
    scope = ", ".join(sorted(rule.templates)) or "all designs"
    page = f"""# {rule.id} {rule.name}

{summary}

Severity {rule.severity.value}, {rule.tier.value}, for {scope}.

{_spaced(body.strip())}

## Suppress

`<!-- lld: ignore {rule.id} -- reason -->` at the end of the line, on the line above the block, or
on the heading of the section; `ignore-file` for the whole document.

## Since

{rule.since}
"""
    return page + (f"\n## Measured precision\n\n{measured}\n" if measured else "")


def page_data(rule: Rule) -> dict[str, Any]:
    """Return the page with its metadata, for JSON."""
    return {
        "id": rule.id,
        "name": rule.name,
        "severity": rule.severity.value,
        "tier": rule.tier.value,
        "since": rule.since,
        "templates": sorted(rule.templates),
        "origin": origin_of(rule),
        "summary": summary_of(rule),
        "page": page_of(rule),
    }


def _spaced(body: str) -> str:
    """Return Markdown with a blank line below every heading."""
    lines: list[str] = []
    for line in body.split("\n"):
        lines.append(line)
        if line.startswith("## "):
            lines.append("")
    return "\n".join(lines)
