"""What is set up, for people and scripts."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from lld_agent.doctor.checks import Check, State
from lld_agent.doctor.models import ModelRow
from lld_agent.report.escape import one_line

_MARKS = {State.OK: "ok  ", State.NOTE: "note", State.FAILED: "FAIL"}


def checks_text(checks: Sequence[Check]) -> str:
    """Return checks, a line each, and the fix under those that need one."""
    lines = []
    for check in checks:
        lines.append(f"{_MARKS[check.state]}  {one_line(f'{check.name}: {check.message}')}\n")
        if check.fix and check.state is not State.OK:
            lines.append(f"      fix: {one_line(check.fix)}\n")
    return "".join(lines)


def checks_json(checks: Sequence[Check]) -> str:
    """Return checks as JSON."""
    return _json({"schema_version": 1, "checks": [asdict(check) for check in checks]})


def models_text(rows: Sequence[ModelRow]) -> str:
    """Return models, a paragraph each."""
    return "\n".join(_paragraph(row) for row in rows)


def models_json(rows: Sequence[ModelRow]) -> str:
    """Return models as JSON."""
    return _json({"schema_version": 1, "models": [row.model_dump(mode="json") for row in rows]})


def _paragraph(row: ModelRow) -> str:
    prices = row.prices
    cost = (
        "local: costs nothing here"
        if row.local
        else f"{prices['input']} in, {prices['cached']} cached, {prices['written']} written, {prices['output']} out"
        " per million tokens"
    )
    window = f"{row.window:,}" if row.window else "?"
    answer = f"{row.longest_answer:,}" if row.longest_answer else "?"
    lines = [
        f"{one_line(row.model)}  ({', '.join(row.stages)})",
        f"  at      {one_line(row.base_url or row.provider or 'a provider that litellm finds')}",
        f"  key     {_key(row)}",
        f"  price   {cost}",
        f"  window  {window} tokens, answers up to {answer}",
    ]
    if row.reachable is not None:
        lines.append(f"  online  {'answers' if row.reachable else one_line(row.problem)}")
        lines += [f"  fix     {one_line(row.fix)}"] if row.fix else []
    return "".join(f"{line}\n" for line in lines)


def _key(row: ModelRow) -> str:
    if row.key_present is None:
        return (
            f"{row.key_variable}, or the machine's own credentials"
            if row.key_variable and not row.local
            else "none needed"
        )
    return f"{row.key_variable}: {'yes' if row.key_present else 'no'}"


def _json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
