"""`lld-agent rules`."""

from typing import Annotated

import typer


def rules(
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",  # noqa: A002
) -> None:
    """List all rules."""
    import json  # noqa: PLC0415

    from lld_agent.cli.terminal import put  # noqa: PLC0415
    from lld_agent.errors import UsageError  # noqa: PLC0415
    from lld_agent.rules.pages import origin_of, summary_of  # noqa: PLC0415
    from lld_agent.rules.registry import every_rule  # noqa: PLC0415

    if format not in {"text", "json"}:
        raise UsageError(f"--format cannot be {format!r}", "use text or json")
    if format == "text":
        for rule in every_rule():
            put(
                f"{rule.id}  {rule.severity.value:<8}{rule.tier.value:<8}  {rule.name}: {summary_of(rule)}\n"
            )
        return
    listed = [
        {
            "id": rule.id,
            "name": rule.name,
            "severity": rule.severity.value,
            "tier": rule.tier.value,
            "summary": summary_of(rule),
            "since": rule.since,
            "templates": sorted(rule.templates),
            "origin": origin_of(rule),
        }
        for rule in every_rule()
    ]
    put(json.dumps({"rules": listed}, indent=2, ensure_ascii=False) + "\n")
