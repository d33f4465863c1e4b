"""`lld-agent doctor`."""

from pathlib import Path

from lld_agent.cli.models import Format, Online
from lld_agent.cli.options import ConfigFile, Isolated


def doctor(
    online: Online = False,
    format: Format = "text",  # noqa: A002 - the name of the option
    config: ConfigFile = None,
    isolated: Isolated = False,
) -> int:
    """Look for what is wrong with the installation and its settings, and name the fix."""
    from lld_agent.cli.terminal import put  # noqa: PLC0415 - commands import their work
    from lld_agent.config.load import load_settings  # noqa: PLC0415
    from lld_agent.config.settings import Settings  # noqa: PLC0415
    from lld_agent.doctor.checks import (  # noqa: PLC0415
        Check,
        State,
        asked,
        examine,
        exit_code,
        surroundings,
    )
    from lld_agent.doctor.models import configured  # noqa: PLC0415
    from lld_agent.doctor.text import checks_json, checks_text  # noqa: PLC0415
    from lld_agent.errors import ConfigError, UsageError  # noqa: PLC0415

    if format not in {"text", "json"}:
        raise UsageError(f"--format cannot be {format!r}", "use text or json")
    around = surroundings(Path.cwd())
    checks = []
    try:
        settings = load_settings(around.folder, {}, config=config, isolated=isolated).settings
    except ConfigError as error:
        settings = Settings()
        checks.append(Check("settings", State.FAILED, error.message, error.hint))
    checks += examine(settings, around)
    if online:
        from lld_agent.doctor.online import try_out  # noqa: PLC0415

        checks += asked(try_out(configured(settings, around.environ)))
    put(checks_text(checks) if format == "text" else checks_json(checks))
    return exit_code(checks)
