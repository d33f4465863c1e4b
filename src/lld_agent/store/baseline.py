"""Baseline files."""

import json
from pathlib import Path

from pydantic import ValidationError

from lld_agent.errors import InputError
from lld_agent.model.baseline import Baseline
from lld_agent.store.atomic import write_atomic


def load_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        InputError: missing, unreadable or not a baseline; names the entry that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        hint = "`lld-agent baseline write` makes one"
        raise InputError(f"the baseline {path} does not exist", hint) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the baseline {path} cannot be read: {error}", "check the file") from None
    try:
        return Baseline.model_validate(json.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise InputError(
            f"the baseline {path} is wrong at {where}: {first['msg']}",
            "its shape is schemas/baseline.json",
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"the baseline {path} is no JSON: {error}", "restore the file") from None


def save_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline in one step.

    Raises:
        OutputError: the file cannot be written.
    """
    data = baseline.model_dump(mode="json")
    write_atomic(path, json.dumps(data, ensure_ascii=False, indent=2) + "\n")
