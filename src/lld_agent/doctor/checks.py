"""Checks of an installation and its settings; each failure names its fix."""

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from lld_agent import __version__
from lld_agent.config.settings import Settings
from lld_agent.doctor.models import ModelRow, configured
from lld_agent.errors import LldError
from lld_agent.llm.budget import RunBudget
from lld_agent.llm.bundled import price_map, tokenizer_tables
from lld_agent.llm.request import FailureKind
from lld_agent.store.cache import FileCache, default_cache_folder
from lld_agent.store.runs import FOLDER, project_folder

STOLEN = {"1.82.7", "1.82.8"}
"""Releases of litellm that stole credentials (2026-03-24, BerriAI/litellm issue 24518)."""

_NEEDED = ("instructor", "litellm", "openai", "pydantic", "tiktoken", "typer")
_REINSTALL = "install lld-agent again in a fresh environment"


class State(StrEnum):
    """What a check found."""

    OK = "ok"
    NOTE = "note"  # works, with a restriction
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """The result of a check.

    Attributes:
        name: what was looked at.
        state: what was found; `message` says it in words.
        fix: what to do about it, where it is not ok.
        credentials: it is about a key: the exit code says so.
    """

    name: str
    state: State
    message: str
    fix: str = ""
    credentials: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the checks look at, so that tests can put something else in its place.

    Attributes:
        version_of: version of an installed package, None where it is not installed.
        files_of: files that an installed package brought along.
        sites: folders that Python looks for packages in.
        tool: path of a program, None where there is none.
    """

    folder: Path
    environ: Mapping[str, str]
    version_of: Callable[[str], str | None]
    files_of: Callable[[str], Iterable[str]]
    sites: tuple[Path, ...]
    tool: Callable[[str], str | None] = field(default=shutil.which)


def surroundings(folder: Path) -> Surroundings:
    """Return this process and a working folder."""
    sites = tuple(
        Path(entry) for entry in sys.path if Path(entry).name in {"site-packages", "dist-packages"}
    )
    return Surroundings(folder, os.environ, _version_of, _files_of, sites)


def examine(settings: Settings, around: Surroundings) -> Iterator[Check]:
    """Yield the results of all checks; nothing leaves the machine."""
    yield from _versions(around)
    yield from _litellm(around)
    yield _tables()
    yield from _keys(configured(settings, around.environ))
    yield _limit(settings)
    yield _templates()
    yield _rules()
    yield _git(around)
    yield from _rights(settings, around)


def exit_code(checks: Iterable[Check]) -> int:
    """Return 0 without a failure, 4 when one is about a key, else 2."""
    failed = [check for check in checks if check.state is State.FAILED]
    if any(check.credentials for check in failed):
        return 4
    return 2 if failed else 0


def asked(rows: Iterable[ModelRow]) -> Iterator[Check]:
    """Yield a check per model that was asked just now."""
    for row in rows:
        if row.reachable is not None:
            state = State.OK if row.reachable else State.FAILED
            yield Check(
                f"answer of {row.model}",
                state,
                "it answers" if row.reachable else row.problem,
                row.fix,
                credentials=row.key_present is False or row.kind == FailureKind.CREDENTIALS,
            )


def _versions(around: Surroundings) -> Iterator[Check]:
    python = ".".join(map(str, sys.version_info[:3]))
    yield Check("lld-agent", State.OK, f"{__version__} on Python {python}")
    missing = [name for name in _NEEDED if around.version_of(name) is None]
    if missing:
        yield Check("packages", State.FAILED, f"not installed: {', '.join(missing)}", _REINSTALL)
    else:
        listed = ", ".join(f"{name} {around.version_of(name)}" for name in _NEEDED)
        yield Check("packages", State.OK, listed)
    if around.environ.get("PYTHONDONTWRITEBYTECODE"):
        yield Check(
            "bytecode", State.NOTE, "PYTHONDONTWRITEBYTECODE is set: the first request starts slowly",
            "unset PYTHONDONTWRITEBYTECODE",
        )  # fmt: skip


def _litellm(around: Surroundings) -> Iterator[Check]:
    version = around.version_of("litellm")
    if version in STOLEN:
        yield Check(
            "litellm", State.FAILED, f"version {version} steals credentials",
            "remove this environment, replace every key this machine has held, install again",
        )  # fmt: skip
    own = [name for name in around.files_of("litellm") if name.endswith(".pth")]
    beside = [str(path) for site in around.sites for path in site.glob("*litellm*.pth")]
    started = sorted({*own, *beside})
    if started:
        yield Check(
            "files that run at every start of Python", State.FAILED, f"litellm has {', '.join(started)}",
            "no honest litellm has one: remove this environment, replace every key, install again",
        )  # fmt: skip
    elif version not in STOLEN:
        yield Check("litellm", State.OK, "not one of the stolen releases, runs nothing at start-up")


def _tables() -> Check:
    missing = [
        name
        for name, there in (
            ("prices", bool(price_map())),
            ("tokenizers", tokenizer_tables() is not None),
        )
        if not there
    ]
    if missing:
        return Check(
            "tables of litellm", State.NOTE, f"not found: {', '.join(missing)}; costs and counts are estimates or ?",
            "install the litellm of requirements/runtime.lock",
        )  # fmt: skip
    return Check(
        "tables of litellm", State.OK, f"prices of {len(price_map()):,} models, tokenizers"
    )


def _keys(rows: tuple[ModelRow, ...]) -> Iterator[Check]:
    if not rows:
        yield Check(
            "model", State.NOTE, "none is set: drafts are outlines, reviews use the rules",
            "set `model` (docs/models.md) to draft with one",
        )  # fmt: skip
    for row in rows:
        name = f"key of {row.model}"
        if row.key_present is False:
            yield Check(
                name, State.FAILED, f"{row.key_variable} is not set", f"set {row.key_variable}", credentials=True
            )  # fmt: skip
        elif row.key_present:
            yield Check(name, State.OK, f"{row.key_variable} is set")
        else:
            why = (
                f"from {row.key_variable} or the machine itself"
                if row.key_variable
                else "none needed"
            )
            yield Check(name, State.OK, why)


def _limit(settings: Settings) -> Check:
    names = [row.model for row in configured(settings, {})]
    budget = RunBudget(settings.max_cost, settings.max_tokens, settings.base_url)
    try:
        budget.require_prices(names)
    except LldError as error:
        return Check("max-cost", State.FAILED, error.message, error.hint)
    if settings.max_cost is None and settings.max_tokens is None:
        return Check("max-cost", State.OK, "no limit is set")
    parts = [f"${settings.max_cost}"] if settings.max_cost is not None else []
    parts += [f"{settings.max_tokens:,} tokens"] if settings.max_tokens is not None else []
    return Check("max-cost", State.OK, f"{' and '.join(parts)} a run")


def _templates() -> Check:
    from lld_agent.template.blank import blank  # noqa: PLC0415 - a broken one is a result, not a crash
    from lld_agent.template.registry import TEMPLATES  # noqa: PLC0415

    return _loads(
        "templates", lambda: ", ".join(name for name, one in TEMPLATES.items() if blank(one))
    )


def _rules() -> Check:
    from lld_agent.rules.registry import all_rules  # noqa: PLC0415

    return _loads("rules", lambda: f"{len(all_rules())} rules")


def _loads(name: str, load: Callable[[], str]) -> Check:
    try:
        return Check(name, State.OK, load())
    except Exception as error:  # noqa: BLE001 - whatever it is, the person hears of it here
        return Check(name, State.FAILED, f"{type(error).__name__}: {error}", _REINSTALL)


def _git(around: Surroundings) -> Check:
    if around.tool("git") is None:
        return Check(
            "git", State.NOTE, "not found: comparisons with a branch do not work", "install git"
        )
    inside = any((folder / ".git").exists() for folder in (around.folder, *around.folder.parents))
    return Check(
        "git", State.OK, "found, in a repository" if inside else "found, not in a repository"
    )


def _rights(settings: Settings, around: Surroundings) -> Iterator[Check]:
    cache = Path(settings.cache_dir) if settings.cache_dir else default_cache_folder()
    try:
        FileCache(cache).require_writable()
        yield Check("cache", State.OK, str(cache))
    except LldError as error:
        yield Check("cache", State.FAILED, error.message, error.hint)
    project = project_folder(around.folder)
    runs = project / FOLDER if (project / FOLDER).exists() else project
    if runs.is_dir() and os.access(runs, os.W_OK | os.X_OK):
        yield Check("run records", State.OK, str(project / FOLDER / "runs"))
    else:
        yield Check(
            "run records",
            State.FAILED,
            f"cannot write to {runs}",
            "work in a folder that you may write to",
        )


def _version_of(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _files_of(name: str) -> Iterable[str]:
    try:
        return [str(path) for path in metadata.files(name) or ()]
    except metadata.PackageNotFoundError:
        return []
