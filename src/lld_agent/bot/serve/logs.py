"""Logs as one JSON object per line, without secrets."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from lld_agent.model.redaction import Redactor

_OWN = set(logging.makeLogRecord({}).__dict__) | {
    "message", "asctime", "taskName", "color_message", "applicationID", "applicationVersion", "executorID", "operationUUID",
}  # fmt: skip
_LONGEST = 2000


class JsonLines(logging.Formatter):
    """Formats a record: time, level, logger, event, and what was passed as `extra`.

    Args:
        redactor: takes secrets out of every value.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage()[:_LONGEST],
        }
        line |= {
            name: value if isinstance(value, int | float | bool) else str(value)[:_LONGEST]
            for name, value in record.__dict__.items()
            if name not in _OWN and value is not None and value != ""
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["trace"] = "".join(traceback.format_exception(*record.exc_info))[-_LONGEST:]
        return json.dumps(self._redactor.data(line), ensure_ascii=False)


def set_up_logs(redactor: Redactor, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send the logs of this program and its libraries to standard error as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines(redactor))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("lld_agent").setLevel(level)
    for name in ("dbos", "uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [logging.NullHandler()]  # DBOS adds its own where there is none
        logger.propagate = True
        logger.setLevel(logging.WARNING)
