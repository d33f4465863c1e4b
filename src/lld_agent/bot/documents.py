"""Which files of a pull request are designs, what they say at its head, what holds at its base."""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pathspec import GitIgnoreSpec
from pydantic import ValidationError

from lld_agent.bot.analysis import Document
from lld_agent.config.load import FILE, PROJECT, parse_config, settings_of
from lld_agent.config.settings import Settings
from lld_agent.errors import ConfigError, InputError
from lld_agent.forge.patch import DiffLines, diff_lines
from lld_agent.forge.port import Forge
from lld_agent.forge.values import ChangedFile, Pull
from lld_agent.model.baseline import Baseline
from lld_agent.model.review import ReviewResult
from lld_agent.review.baseline import Places, match, set_aside
from lld_agent.sources.discover import CONFLICTS
from lld_agent.sources.load import load_bytes

LARGEST = 512 * 1024
"""Bytes that a document may have: a design of five hundred pages is more than a review can be of."""

OPERATORS = frozenset(
    {
        "llm",
        "model",
        "models",
        "fallbacks",
        "base_url",
        "structured",
        "jobs",
        "timeout",
        "max_cost",
        "max_tokens",
        "cache_dir",
    }
)
"""Settings of whoever runs the bot: a repository may neither spend its money nor send its keys elsewhere."""

_LARGEST_CONFIG = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Changed:
    """A design that the pull request changes: its file, what it says, which lines the diff shows."""

    file: ChangedFile
    data: bytes
    text: str
    lines: DiffLines


@dataclass(frozen=True, slots=True)
class Material:
    """All that a review is made of.

    Attributes:
        documents: designs to be read.
        unread: path and reason of those that cannot be.
        settings: that hold at the base.
        baseline, baseline_path: known findings at the base.
        notes: what a reader of the summary should know about configuration.
    """

    documents: tuple[Changed, ...]
    unread: tuple[tuple[str, str], ...]
    settings: Settings
    baseline: Baseline | None = None
    baseline_path: str = ""
    notes: tuple[str, ...] = ()

    def for_analysis(self) -> tuple[Document, ...]:
        """Return what the analysis is told of the documents."""
        return tuple(Document(one.file.path, one.data) for one in self.documents)


async def settings_at_base(
    forge: Forge, pull: Pull, flags: Mapping[str, Any], environ: Mapping[str, str]
) -> Settings:
    """Return the settings of the repository at the base commit; the head's say nothing.

    What it says about models does not count: see `OPERATORS`.

    Raises:
        ConfigError: they are wrong. ForgeError: they cannot be read.
    """
    for name in (FILE, PROJECT):
        data = await forge.content(name, pull.base, _LARGEST_CONFIG)
        if data is None:
            continue
        table = parse_config(_decoded(data, name), name)
        if table is not None:
            file = (f"{name} at the base commit", table)
            settings_of(file, {}, {})  # what is wrong in it is said, whatever counts of it
            counts = {k: v for k, v in table.items() if k.replace("-", "_") not in OPERATORS}
            return settings_of((file[0], counts), flags, environ).settings
    return settings_of(None, flags, environ).settings


def designs_among(files: Iterable[ChangedFile], settings: Settings) -> tuple[ChangedFile, ...]:
    """Return the files that are designs and are still there."""
    wanted = GitIgnoreSpec.from_lines(pattern.casefold() for pattern in settings.bot_include)
    unwanted = GitIgnoreSpec.from_lines(settings.exclude)
    return tuple(
        file
        for file in files
        if not file.removed
        and not file.path.endswith(CONFLICTS)
        and wanted.match_file(file.path.casefold())
        and not unwanted.match_file(file.path)
    )


async def gather(
    forge: Forge, pull: Pull, files: Sequence[ChangedFile], settings: Settings
) -> Material:
    """Read the designs at the head, and the baseline at the base.

    Raises:
        ConfigError: the baseline is wrong. ForgeError: something cannot be read.
    """
    documents: list[Changed] = []
    unread: list[tuple[str, str]] = []
    for file in designs_among(files, settings):
        data = await forge.content(file.path, pull.head, LARGEST)
        if data is None:
            unread.append((file.path, f"no file of at most {LARGEST // 1024} KiB"))
            continue
        try:
            documents.append(_changed(file, data))
        except InputError as error:
            unread.append((file.path, error.message))
    path = posixpath.normpath(settings.baseline) if settings.baseline else ""
    changed = {file.path for file in files} & {FILE, path}
    return Material(
        documents=tuple(documents),
        unread=tuple(unread),
        settings=settings,
        baseline=await _baseline(forge, pull, path) if path else None,
        baseline_path=path,
        notes=tuple(
            f"{name} is changed here; what holds is what it says at the base commit"
            for name in sorted(changed)
        ),
    )


def without_known(material: Material, results: Sequence[ReviewResult]) -> tuple[ReviewResult, ...]:
    """Return results with the findings of the baseline set aside."""
    from lld_agent.app import today  # noqa: PLC0415 - only where there is a baseline

    if material.baseline is None:
        return tuple(results)
    before = {one.file.path: one.file.previous for one in material.documents}
    folder = posixpath.dirname(material.baseline_path)

    def place(path: str) -> str:
        return posixpath.relpath(before.get(path, path), folder or ".")

    # An entry of a file that this pull request does not touch speaks of that file alone.
    known = match(results, material.baseline, Places(place, lambda _path: False))
    return set_aside(results, known, today())


def _changed(file: ChangedFile, data: bytes) -> Changed:
    text = load_bytes(data, file.path).text
    # Hosts count line feeds. Where a carriage return alone ends lines, we count otherwise.
    alike = "\r" not in text.replace("\r\n", "")
    return Changed(file, data, text, diff_lines(file.patch) if alike else DiffLines())


async def _baseline(forge: Forge, pull: Pull, path: str) -> Baseline:
    data = await forge.content(path, pull.base, _LARGEST_CONFIG)
    if data is None:
        raise ConfigError(
            f"the baseline {path} is not there at the base commit", "check `baseline`"
        )
    try:
        return Baseline.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(
            f"the baseline {path} at the base commit is wrong: {first['msg']}",
            "its shape is schemas/baseline.json",
        ) from None


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name} at the base commit: {error}", "save it as UTF-8") from None
