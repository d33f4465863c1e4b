"""Answers of a person to open questions, from a file."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from lld_agent.errors import InputError

_HINT = 'write one answer a line: "Q-3: keep it for 30 days"'


def load_answers(path: Path) -> Mapping[str, str]:
    """Return question or id of a question → answer, from YAML, JSON or TOML.

    Raises:
        InputError: the file cannot be read, or is no mapping of text to text.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError(
            f"cannot read {path}: {why}", "check the path given to --answers"
        ) from error
    found = _parsed(path, text)
    if not isinstance(found, dict):
        raise InputError(f"{path} holds no answers", _HINT)
    bad = [key for key, value in found.items() if isinstance(value, (dict, list))]
    if bad:
        raise InputError(f"{path}: the answer to {bad[0]!r} is no text", _HINT)
    return {str(key): str(value) for key, value in found.items() if value is not None}


def _parsed(path: Path, text: str) -> object:
    import yaml  # noqa: PLC0415 - only where answers come from a file

    try:
        if path.suffix == ".toml":
            return tomllib.loads(text)
        if path.suffix == ".json":
            return json.loads(text)
        return yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        problem = str(error).splitlines()[0]
        raise InputError(f"{path} cannot be parsed: {problem}", _HINT) from error
