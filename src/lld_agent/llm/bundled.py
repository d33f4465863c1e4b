"""Files inside the litellm package, found without importing it: that takes seconds, this does not.

The layout is litellm's own affair and not promised to anybody, so everything here may be missing;
`tests/llm/test_prices.py` says so when a new version moves it.
"""

import json
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PRICES = "model_prices_and_context_window_backup.json"
_TOKENIZERS = "litellm_core_utils/tokenizers"


@cache
def litellm_folder() -> Path | None:
    """Return the folder of the installed litellm, None where there is none."""
    try:
        spec = find_spec("litellm")
    except (ImportError, ValueError):
        return None
    return Path(spec.origin).parent if spec is not None and spec.origin else None


@cache
def price_map() -> dict[str, dict[str, Any]]:
    """Return litellm's map of model name → prices and limits; empty where it cannot be read.

    Numbers with a point are `Decimal`: money is added up without rounding.
    """
    folder = litellm_folder()
    if folder is None:
        return {}
    try:
        text = (folder / _PRICES).read_text(encoding="utf-8")
        # Entries alone: the sample entry explains the fields in words.
        entries = json.loads(text, parse_float=Decimal)
    except (OSError, ValueError):
        return {}
    return {
        name: entry
        for name, entry in entries.items()
        if isinstance(entry, dict) and name != "sample_spec"
    }


def tokenizer_tables() -> Path | None:
    """Return the folder of tiktoken's tables that litellm brings along."""
    folder = litellm_folder()
    tables = folder / _TOKENIZERS if folder is not None else None
    return tables if tables is not None and tables.is_dir() else None
