"""Settings from the nearest file, the environment and the command line, in rising order."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lld_agent.config.settings import Settings
from lld_agent.errors import ConfigError

FILE = "lld-agent.toml"
PROJECT = "pyproject.toml"
PREFIX = "LLD_AGENT_"
_KEYS = {name.replace("_", "-"): name for name in Settings.model_fields}
_LISTS = {
    "select",
    "ignore",
    "extend_select",
    "format",
    "exclude",
    "fallbacks",
    "critics",
    "bot_include",
}
_TABLES = {"severity", "models"}
# Read by other parts, and no settings: the key of --base-url, and switches.
_FOREIGN = {
    "LLD_AGENT_API_KEY",
    "LLD_AGENT_APP_ID",
    "LLD_AGENT_APP_KEY",
    "LLD_AGENT_APP_KEY_FILE",
    "LLD_AGENT_DEBUG",
    "LLD_AGENT_GITLAB_WEBHOOK_SECRET",
    "LLD_AGENT_GITLAB_WEBHOOK_SECRET_PREVIOUS",
    "LLD_AGENT_OFFLINE",
    "LLD_AGENT_QUEUE",
    "LLD_AGENT_SIGNING_KEY",
    "LLD_AGENT_WEBHOOK_SECRET",
    "LLD_AGENT_WEBHOOK_SECRET_PREVIOUS",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings and where each that is not a default comes from."""

    settings: Settings
    origins: Mapping[str, str]


def load_settings(
    start: Path,
    flags: Mapping[str, Any],
    *,
    config: Path | None = None,
    isolated: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Loaded:
    """Return the settings that hold for a folder.

    Args:
        start: where the search for a file begins; the nearest one upwards wins, none are merged.
        flags: what the command line says, by field name; None values say nothing.
        config: a file to use in place of the search.
        isolated: use neither files nor environment.
        environ: in place of `os.environ`.

    Raises:
        ConfigError: a file cannot be read, or a key or value is wrong; names file and key.
    """
    return settings_of(
        None if isolated else _file(start, config),
        flags,
        {} if isolated else environ if environ is not None else os.environ,
    )


def settings_of(
    file: tuple[str, Mapping[str, Any]] | None,
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
) -> Loaded:
    """Return the settings that a file, an environment and flags make, each winning over the last.

    Args:
        file: its name and what it says; None where there is none.
        flags: by field name; None values say nothing.
        environ: where `LLD_AGENT_*` is looked for.

    Raises:
        ConfigError: a key or value is wrong; names file and key.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    if file is not None:
        name, table = file
        for key, value in table.items():
            values[_known(key, name)] = value
            origins[_known(key, name)] = name
    for name, value in sorted(environ.items()):
        # An empty variable says nothing: that is what CI makes of one that is not set.
        if name.startswith(PREFIX) and name not in _FOREIGN and value:
            key = _known(
                name[len(PREFIX) :].lower().replace("_", "-"), f"environment variable {name}"
            )
            values[key] = _from_text(key, value)
            origins[key] = name
    for key, value in flags.items():
        if value is not None and value != ():
            values[key] = value
            origins[key] = "command line"
    return Loaded(_validated(values, origins), origins)


def parse_config(text: str, name: str) -> dict[str, Any] | None:
    """Return what the text of a configuration file says; None for a pyproject.toml without us.

    Raises:
        ConfigError: it is no TOML.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}", "the file must be valid TOML in UTF-8") from error
    if Path(name).name != PROJECT:
        return table
    own = table.get("tool", {}).get("lld-agent")
    return own if isinstance(own, dict) else None


def _file(start: Path, config: Path | None) -> tuple[str, dict[str, Any]] | None:
    if config is not None:
        return str(config), _read(config) or {}
    here = start.resolve()
    for folder in (here, *here.parents):
        for name in (FILE, PROJECT):
            path = folder / name
            if path.is_file():
                table = _read(path)
                if table is not None:
                    return str(path), table
    return None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}", "check the path given to --config"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: {error}", "the file must be valid TOML in UTF-8") from error
    return parse_config(text, str(path))


def _known(key: str, origin: str) -> str:
    if key in _KEYS:
        return _KEYS[key]
    near = get_close_matches(key.replace("_", "-"), _KEYS, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(_KEYS)}"
    raise ConfigError(f"{origin}: unknown key {key}", hint)


def _from_text(key: str, value: str) -> Any:
    if key in _LISTS:
        return [part.strip() for part in value.split(",") if part.strip()]
    if key in _TABLES:
        pairs = (part.partition("=") for part in value.split(",") if part.strip())
        return {name.strip(): text.strip() for name, _, text in pairs}
    return value


def _validated(values: dict[str, Any], origins: Mapping[str, str]) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("-", "_")
        where = ".".join(str(part) for part in first["loc"]).replace("_", "-")
        raise ConfigError(
            f"{origins.get(name, 'settings')}: {where}: {first['msg']}",
            "`lld-agent config show` prints every key with its value and origin",
        ) from error
