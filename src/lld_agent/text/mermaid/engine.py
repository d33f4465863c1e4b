"""The Mermaid engine behind one function: JSON out, or why not."""

import atexit
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

_LARGEST = 200_000
_LARGEST_DRAWN = 30_000


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text has no parse. `line` is 1-based, 0 where the engine does not say.

    `judged` is False where the engine never looked at the text.
    """

    message: str
    line: int = 0
    judged: bool = True


UNAVAILABLE = Problem(
    "diagrams cannot be checked on this platform: the Mermaid engine is missing", judged=False
)


@cache
def _engine() -> Any | None:
    # No wheel for Linux on arm64 or musl: diagrams then keep their text.
    try:
        import merman  # noqa: PLC0415 - 20 MB of native code that most commands never need
    except ImportError:
        return None
    # Freed before the interpreter takes its modules away: the binding's destructor needs them.
    atexit.register(_engine.cache_clear)
    return merman.MermanEngine(None, None)


def parse(raw: str) -> dict[str, Any] | Problem:
    """Return what the engine makes of a text: its own JSON, or the problem."""
    if len(raw) > _LARGEST:
        return Problem(f"longer than {_LARGEST} characters; kept as text", judged=False)
    engine = _engine()
    if engine is None:
        return UNAVAILABLE
    try:
        parsed = json.loads(engine.parse_json(raw, "{}"))
    except Exception:  # noqa: BLE001 - the binding raises its own types, and the text is hostile
        return _diagnose(engine, raw)
    return parsed if isinstance(parsed, dict) else Problem("no diagram")


def draw(raw: str) -> str:
    """Return a text drawn as SVG, as the engine makes it; "" where it cannot.

    The SVG holds words of the text: whoever shows it must clean it first (`svg.clean`).
    """
    engine = None if len(raw) > _LARGEST_DRAWN else _engine()
    if engine is None:
        return ""
    try:
        # Without foreignObject: labels are text.
        return str(engine.render_svg(raw, '{"svg": {"pipeline": "resvg-safe"}}'))
    except Exception:  # noqa: BLE001 - the binding raises its own types, and the text is hostile
        return ""


def _diagnose(engine: Any, raw: str) -> Problem:
    try:
        report = json.loads(engine.analyze_json(raw, "{}"))
        first = report["diagnostics"][0]
        line = int((first.get("span") or {}).get("line", 0))
        return Problem(str(first["message"]).split(";")[0], line)
    except Exception:  # noqa: BLE001 - as above
        # No parse and no reason why: a limit of the engine, not a finding about the text.
        return Problem("the engine gives no reason", judged=False)
