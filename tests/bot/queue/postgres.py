"""A PostgreSQL server of our own for a test, in a folder that is gone afterwards."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_OWNER = "postgres"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, None where there are none."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "pg_ctl").exists()), None)


def _as_owner(*command: str) -> None:
    # PostgreSQL refuses to run as root.
    prefix = ["runuser", "-u", _OWNER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, capture_output=True, cwd="/", timeout=60)


@contextlib.contextmanager
def running(bin_folder: Path) -> Iterator[str]:
    """Yield the address of a database."""
    folder = Path(tempfile.mkdtemp(prefix="lld-postgres-"))
    user = _OWNER if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, _OWNER)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = folder / "data", folder / "log"
    try:
        _as_owner(
            str(bin_folder / "initdb"), "-D", str(data), "-A", "trust", "-U", user, "--no-sync"
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        _as_owner(
            str(bin_folder / "pg_ctl"),
            "-D",
            str(data),
            "-l",
            str(log),
            "-w",
            "-o",
            options,
            "start",
        )
        try:
            yield f"postgresql://{user}@127.0.0.1:{port}/postgres"
        finally:
            _as_owner(str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
