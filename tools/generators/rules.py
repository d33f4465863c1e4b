"""The page of every rule (docs/rules/API001.md) and the table of all (docs/rules/README.md).

A page is the docstring of its class; what the project knows beside it is added: how to set a
finding aside, since when the rule exists, and how often it was right where people judged it
(evals/verdicts/API001.jsonl, one judged finding a line).
"""

import json
from collections import Counter
from pathlib import Path

from lld_agent.rules.base import Rule
from lld_agent.rules.pages import page_of, summary_of
from lld_agent.rules.registry import every_rule

FOLDER = "docs/rules"

_INTRODUCTION = """# Rules

Made from the docstrings by `make generate`. `lld-agent explain ID` prints a page.

Severity is a default: settings may change it. `Precision` is true of judged findings on real
documents (errors and warnings, judged by hand; the verdicts are in `evals/verdicts`).

| Id | Name | Severity | Tier | What must hold | Precision |
|---|---|---|---|---|---|
"""


def rule_pages(root: Path) -> dict[str, str]:
    """Return path relative to the checkout → content, for all pages.

    Args:
        root: the checkout; verdicts are read from there.
    """
    pages = {f"{FOLDER}/{rule.id}.md": _page(rule, root) for rule in every_rule()}
    rows = [_row(rule, root) for rule in every_rule()]
    return {f"{FOLDER}/README.md": _INTRODUCTION + "\n".join(rows) + "\n", **pages}


def judged(rule: Rule, root: Path) -> Counter[bool]:
    """Return how many findings of a rule were judged true, and how many false."""
    path = root / "evals" / "verdicts" / f"{rule.id}.jsonl"
    if not path.exists():
        return Counter()
    lines = path.read_text(encoding="utf-8").split("\n")
    return Counter(bool(json.loads(line)["verdict"]) for line in lines if line)


def _row(rule: Rule, root: Path) -> str:
    cells = (
        f"[{rule.id}]({rule.id}.md)",
        rule.name,
        rule.severity.value,
        rule.tier.value,
        summary_of(rule),
        _precision(judged(rule, root)),
    )
    return f"| {' | '.join(cells)} |"


def _page(rule: Rule, root: Path) -> str:
    count = judged(rule, root)
    measured = (
        f"{count[True]} of {count.total()} findings on real documents were judged true; the"
        f" verdicts are in `evals/verdicts/{rule.id}.jsonl`."
        if count
        else "No finding of an error or a warning has been judged on a real document yet."
    )
    return page_of(rule, measured)


def _precision(count: Counter[bool]) -> str:
    return f"{count[True]}/{count.total()}" if count else "not measured"
