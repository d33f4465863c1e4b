"""Runs the command line: every way it can end, as an exit code and at most two lines."""

import os
import sys
import traceback
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from lld_agent.cli.main import app
from lld_agent.errors import LldError

INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Return the exit code; what went wrong is on standard error, never as a traceback.

    An error that nobody foresaw exits 2: 1 means findings.
    """
    debug = "--debug" in arguments or bool(os.environ.get("LLD_AGENT_DEBUG"))
    try:
        code = app(args=list(arguments), standalone_mode=False, prog_name="lld-agent")
    except typer.Exit as leaving:
        return int(leaving.exit_code)
    except LldError as error:
        if debug:
            _trace()
        return complain(error.message, error.hint, error.exit_code)
    except TyperException as error:
        return complain(_message(error), "`lld-agent --help` lists commands and options", 2)
    except (KeyboardInterrupt, typer.Abort):
        return complain("interrupted", "", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback, no exit 1
        if debug:
            _trace()
        hint = "run again with --debug and report what it prints"
        return complain(f"internal error: {type(error).__name__}: {error}", hint, 2)
    return code if isinstance(code, int) else 0


def _message(error: TyperException) -> str:
    """Return what typer has to say about the command line, on one line."""
    described = getattr(error, "format_message", None)
    return str(described() if described else error)


def _trace() -> None:
    """Print the traceback of the error that is being handled, without secrets."""
    from lld_agent.model.redaction import redactor  # noqa: PLC0415 - only with --debug

    sys.stderr.write(redactor(os.environ).text(traceback.format_exc()))


def complain(message: str, hint: str, code: int) -> int:
    """Print an error line and a hint line on standard error, without secrets; return the code."""
    from lld_agent.model.redaction import redactor  # noqa: PLC0415 - only when something is wrong
    from lld_agent.report.escape import one_line  # noqa: PLC0415

    clean = redactor(os.environ)
    sys.stderr.write(f"error: {one_line(clean.text(message))}\n")
    if hint:
        sys.stderr.write(f"hint: {one_line(clean.text(hint))}\n")
    return code
