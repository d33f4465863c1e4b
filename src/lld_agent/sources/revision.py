"""Documents as they stood at a git revision. Nothing is checked out, nothing in the repository changes."""

import posixpath
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

from lld_agent.errors import InputError, UsageError
from lld_agent.model.design import Design
from lld_agent.sources.design import LARGEST_DIAGRAM, design_in
from lld_agent.sources.load import load_bytes

_SECONDS = 60


class Revision:
    """One commit of the repository that holds a folder.

    Args:
        folder: somewhere inside the repository.
        ref: a branch, tag, commit or anything else that names one commit.

    Raises:
        UsageError: git is missing, the folder is in no repository, there is no such commit.
    """

    def __init__(self, folder: Path, ref: str) -> None:
        self._root = folder
        root = self._git("rev-parse", "--show-toplevel")
        if root is None:
            raise UsageError(
                f"--diff-base needs a git repository, and {folder} is in none",
                "run in the repository, or use --baseline",
            )
        self._root = Path(root.decode().rstrip("\n")).resolve()
        commit = self._git(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
        )
        if commit is None:
            raise UsageError(
                f"git knows no commit {ref!r}",
                "fetch it first: a shallow clone lacks older commits",
            )
        self._commit = commit.decode().strip()

    def design(self, path: Path | str) -> Design | None:
        """Read a document as it stood, with its neighbours as they stood.

        Args:
            path: where it stands now; a rename since then is followed.

        Returns:
            None when it was not there, or could not be used.
        """
        name = self._then(Path(path))
        data = None if name is None else self._blob(name)
        if name is None or data is None:
            return None
        try:
            source = load_bytes(data, str(path))
        except InputError:
            return None
        return design_in(source, _Tree(self, posixpath.dirname(name)))

    def holds(self, name: str) -> bool:
        """Return whether a file or a folder of this name, relative to the root, was there."""
        return name in self._files or name in self._folders

    def text(self, name: str) -> str:
        """Return the text of a file, "" when it is none or too large for a diagram."""
        data = self._blob(name) if name in self._files else None
        if data is None or len(data) > LARGEST_DIAGRAM:
            return ""
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return ""

    def _then(self, path: Path) -> str | None:
        """Return the name that a document of today had."""
        try:
            name = path.absolute().resolve().relative_to(self._root).as_posix()
        except ValueError:
            return None
        return name if name in self._files else self._renamed.get(name)

    def _blob(self, name: str) -> bytes | None:
        return self._git("cat-file", "blob", f"{self._commit}:{name}")

    @cached_property
    def _files(self) -> frozenset[str]:
        listed = self._git("ls-tree", "-r", "-z", "--name-only", "--full-tree", self._commit) or b""
        return frozenset(listed.decode(errors="surrogateescape").split("\0")) - {""}

    @cached_property
    def _folders(self) -> frozenset[str]:
        found: set[str] = {"."}
        for name in self._files:
            folder = posixpath.dirname(name)
            while folder and folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)

    @cached_property
    def _renamed(self) -> dict[str, str]:
        """New name → old name, of what git calls a rename between the commit and now."""
        asked = ("diff", "--no-ext-diff", "--name-status", "-z", "-M", "--diff-filter=R")
        listed = self._git(*asked, self._commit, "--") or b""
        parts = listed.decode(errors="surrogateescape").split("\0")
        return {parts[n + 2]: parts[n + 1] for n in range(0, len(parts) - 2, 3)}

    def _git(self, *arguments: str) -> bytes | None:
        program = shutil.which("git")
        if program is None:
            raise UsageError("--diff-base needs git, which is not installed", "use --baseline")
        # Neither hooks nor a monitor of the repository may run: it may be somebody else's.
        options = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the only free argument is behind --end-of-options
                [program, "-C", str(self._root), "--no-optional-locks", *options, *arguments],
                capture_output=True,
                check=False,
                timeout=_SECONDS,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise UsageError(f"git does not answer: {error}", "use --baseline") from None
        return done.stdout if done.returncode == 0 else None


class _Tree:
    """The files of a revision as a document in one of its folders names them."""

    in_checkout = True

    def __init__(self, revision: Revision, folder: str) -> None:
        self._revision = revision
        self._folder = folder

    def holds(self, path: str) -> bool:
        """Return whether a relative path was there."""
        return self._revision.holds(self._name(path))

    def text(self, path: str) -> str:
        """Return the text of a Mermaid source, "" for any other file."""
        diagram = path.lower().endswith((".mmd", ".mermaid"))
        return self._revision.text(self._name(path)) if diagram else ""

    def _name(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, path))
