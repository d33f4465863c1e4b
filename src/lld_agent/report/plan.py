"""The plan of a run for people and scripts: what will be asked, and what it may cost."""

import json
from collections.abc import Sequence
from decimal import Decimal

from lld_agent.llm.plan import Plan, PlanRow
from lld_agent.llm.prices import dollars
from lld_agent.report.escape import one_line

_HEAD = ("stage", "subject", "model", "calls", "tokens in", "cacheable", "tokens out", "cost")
_LEFT = 3


def plan_text(plan: Plan) -> str:
    """Return a plan as an aligned table with a line of sums."""
    lines = [_HEAD, *(_cells(row) for row in plan.rows), _sums(plan)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    shown = [_aligned(line, widths) for line in lines]
    rule = "  ".join("-" * width for width in widths)
    table = [shown[0], rule, *shown[1:-1], rule, shown[-1]]
    return "\n".join(line.rstrip() for line in table) + "\n" + _notes(plan)


def plan_json(plan: Plan) -> str:
    """Return a plan as JSON; amounts are text, so that they stay exact."""
    data = {"schema_version": 1, **plan.model_dump(mode="json")}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _cells(row: PlanRow) -> tuple[str, ...]:
    cost = "kept" if row.known else _amount(row.cost, local=row.local)
    return (
        one_line(row.stage),
        one_line(row.subject),
        one_line(row.model),
        _range(row.calls),
        f"{row.tokens_in:,}",
        f"{row.cacheable:,}",
        _range(row.tokens_out),
        cost,
    )


def _sums(plan: Plan) -> tuple[str, ...]:
    return (
        "total",
        "",
        "",
        _range(plan.calls),
        _range(plan.tokens_in),
        _range(plan.cacheable),
        _range(plan.tokens_out),
        _amount(plan.cost, local=plan.local),
    )


def _notes(plan: Plan) -> str:
    notes = []
    if any(row.cost is None for row in plan.rows):
        names = dict.fromkeys(one_line(row.model) for row in plan.rows if row.cost is None)
        notes.append(f"? the price of {', '.join(names)} is unknown\n")
    if any(row.known for row in plan.rows):
        notes.append("kept: the answer is in the cache, nothing is sent\n")
    return "".join(notes)


def _range(pair: tuple[int, int]) -> str:
    low, high = pair
    return f"{low:,}" if low == high else f"{low:,}-{high:,}"


def _amount(cost: tuple[Decimal, Decimal] | None, *, local: bool) -> str:
    if cost is None:
        return "?"
    low, high = (dollars(amount, local=local) for amount in cost)
    return low if low == high else f"{low}-{high}"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if column < _LEFT else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
    return "  ".join(cells)
