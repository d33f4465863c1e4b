"""The figures of a run as text and as JSON."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from lld_agent.evaluation.mutations.base import Kind, Operator
from lld_agent.evaluation.mutations.figures import Figures, Tally
from lld_agent.evaluation.mutations.registry import OPERATORS
from lld_agent.evaluation.mutations.run import Outcome

_SHOWN = 100
"""Characters of an edit that are shown."""


def as_text(found: Figures, outcomes: Iterable[Outcome]) -> str:
    """Return operators with their kills, survivors, collateral, and the sums."""
    known = list(outcomes)
    lines = ["operator  kind        mutants  killed  collateral  edit"]
    lines += [_row(operator, tally) for operator, tally in found.operators]
    lines += ["", *_survivors(known), *_extra(known), *_rules(found), "", *_sums(found)]
    return "\n".join(lines) + "\n"


def as_json(found: Figures, outcomes: Iterable[Outcome]) -> str:
    """Return every mutant with its verdict, and the figures, as one JSON object."""
    data = {
        "operators": [_operator(operator, tally) for operator, tally in found.operators],
        "mutants": [_mutant(outcome) for outcome in outcomes],
        "deterministic": asdict(found.deterministic),
        "either": asdict(found.either),
        "critics": asdict(found.critics),
        "equivalent": asdict(found.equivalent),
        "rules_fired": dict(found.fired),
        "rules_silent": dict(found.silent),
        "reasons_stale": list(found.stale),
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _operator(operator: Operator, tally: Tally) -> dict[str, Any]:
    told = {"op": operator.id, "title": operator.title, "dimension": operator.dimension}
    return {**told, "class": operator.kind.value, "expect": list(operator.expect), **asdict(tally)}


def _mutant(outcome: Outcome) -> dict[str, Any]:
    data = asdict(outcome)
    operator = _by_id(outcome.operator)
    return {"op": data.pop("operator"), "expect": list(operator.expect), **data}


def _by_id(name: str) -> Operator:
    return next(operator for operator in OPERATORS if operator.id == name)


def _row(operator: Operator, tally: Tally) -> str:
    told = f"{operator.id:<9} {operator.kind.value:<10} {tally.mutants:>8}"
    killed = "-" if operator.kind is Kind.NONE else str(tally.killed)
    extra = f"{tally.collateral}" + (f"+{tally.preview}" if tally.preview else "")
    return f"{told} {killed:>7} {extra:>11}  {operator.title}"


def _survivors(outcomes: list[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        operator = _by_id(outcome.operator)
        if operator.kind in {Kind.RULES, Kind.EITHER} and not outcome.killed:
            yield f"survived {outcome.operator} {_where(outcome)}: {_edit(outcome)}"


def _extra(outcomes: list[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        for seen in outcome.collateral:
            tier = "" if seen.stable else " (preview)"
            yield (
                f"collateral {outcome.operator} {_where(outcome)}: {seen.rule}{tier} at line {seen.line}: "
                f"{seen.message[:_SHOWN]}"
            )


def _where(outcome: Outcome) -> str:
    return f"{outcome.file}:{min(outcome.lines, default=0)}"


def _edit(outcome: Outcome) -> str:
    before, after = (" / ".join(t.split("\n"))[:_SHOWN] for t in (outcome.before, outcome.after))
    return f"{before!r} -> {after!r}"


def _rules(found: Figures) -> Iterator[str]:
    for rule, reason in found.silent.items():
        yield f"rule {rule} killed nothing: {reason or 'NO REASON IS GIVEN'}"
    for rule in found.stale:
        yield f"rule {rule} killed a mutant, although a reason says that it cannot"


def _sums(found: Figures) -> Iterator[str]:
    tally = found.deterministic
    if tally.mutants:
        stable = tally.stable / tally.mutants
        yield (
            f"deterministic: {tally.killed} of {tally.mutants} mutants killed ({tally.rate:.1%}), "
            f"{stable:.1%} by stable rules alone"
        )
        yield (
            f"collateral: {tally.collateral} findings, {tally.noise:.2f} per mutant; preview rules {tally.preview}; "
            f"true consequences elsewhere {tally.consequences}"
        )
    for told, tally in (("rules or critics", found.either), ("critics", found.critics)):
        if tally.mutants:
            yield f"for {told}: {tally.mutants} mutants, {tally.killed} found by rules"
    if found.equivalent.mutants:
        new = found.equivalent.collateral + found.equivalent.preview
        yield f"equivalent: {found.equivalent.mutants} mutants, {new} new findings"
    yield f"stable rules that killed a mutant: {len(found.fired)}, silent: {len(found.silent)}"
