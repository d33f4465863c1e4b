"""Entry point: `lld-agent`, `python -m lld_agent.cli`."""

import os
import sys


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        # Answered before typer is imported: it is what scripts ask most often.
        from lld_agent import __version__  # noqa: PLC0415

        sys.stdout.write(f"lld-agent {__version__}\n")
        return
    from lld_agent.cli.run import run  # noqa: PLC0415

    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone; nothing more can be said to it, not even at shutdown.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


if __name__ == "__main__":
    main()
