"""`lld-agent explain`."""

from difflib import get_close_matches
from typing import Annotated

import typer


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="Id or name of a rule.")] = "",
    all_pages: Annotated[
        bool, typer.Option("--all", help="All rules, one after the other.")
    ] = False,
    format: Annotated[str, typer.Option("--format", help="markdown or json.")] = "markdown",  # noqa: A002
) -> None:
    """Explain a rule: what it checks, why, when it fires, and when it is wrong."""
    import json  # noqa: PLC0415

    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.rules.pages import page_data, page_of  # noqa: PLC0415
    from lld_agent.rules.registry import every_rule, rule  # noqa: PLC0415

    if not rule_id and not all_pages:
        raise UsageError("explain needs the id of a rule", "`lld-agent rules` lists them")
    found = rule(rule_id) if rule_id else None
    if rule_id and found is None:
        near = get_close_matches(rule_id.upper(), [one.id for one in every_rule()], n=1, cutoff=0.4)
        hint = f"did you mean {near[0]}?" if near else "`lld-agent rules` lists all rules"
        raise UsageError(f"there is no rule {rule_id!r}", hint)
    shown = every_rule() if all_pages else (found,) if found else ()
    if format == "markdown":
        put("\n".join(page_of(one) for one in shown))
    elif format == "json":
        put(json.dumps([page_data(one) for one in shown], indent=2, ensure_ascii=False) + "\n")
    else:
        raise UsageError(f"--format cannot be {format!r}", "use markdown or json")
