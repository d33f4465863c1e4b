"""The analysis of designs in a process of its own, which holds no key of a code host.

It gets documents and settings on standard input and answers on standard output. What it answers is
data to the process that posts: checked, escaped, never followed.
"""

import asyncio
import base64
import contextlib
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from lld_agent.config.settings import Settings
from lld_agent.model.finding import Finding
from lld_agent.model.review import Coverage, ReviewResult
from lld_agent.model.usage import Usage

MODULE = "lld_agent.bot.analyse"
_LARGEST_ANSWER = 64_000_000
# What a Python process needs, and nothing that could be a secret of somebody else.
_PLAIN = (
    "PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP",
    "SYSTEMROOT", "SOURCE_DATE_EPOCH", "LLD_AGENT_OFFLINE",
)  # fmt: skip
# What a connection to a model needs beside its key.
_NETWORK = (
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE", "LLD_AGENT_API_KEY",
)  # fmt: skip


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DocumentData(_Data):
    """A document: its path in the repository, its bytes in base64.

    `neighbours` are what its links name and what exists, path → text; None where nobody looked.
    """

    path: str
    content: str
    neighbours: dict[str, str] | None = None


class Task(_Data):
    """What is to be analysed, and how."""

    documents: tuple[DocumentData, ...]
    settings: Settings


class Analysed(_Data):
    """What came of one document; `error` says why nothing did.

    `headings` are the lines of headings: a finding on one is about what is missing below it.
    """

    path: str
    error: str = ""
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    coverage: Coverage | None = None
    usage: Usage | None = None
    headings: tuple[int, ...] = ()

    def result(self) -> ReviewResult | None:
        """Return it as what reports are made of; None where nothing came."""
        if self.coverage is None:
            return None
        return ReviewResult(
            self.path,
            self.findings,
            self.suppressed,
            self.coverage,
            self.usage,
        )


class Reply(_Data):
    """What came of a task, in the order of its documents."""

    documents: tuple[Analysed, ...]


class AnalysisError(Exception):
    """The analysis gave nothing usable; one line says why."""


Analyse = Callable[[Task, float], Awaitable[Reply]]
"""Analyses documents within a number of seconds; raises `AnalysisError`."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it stands at the head; `neighbours` as of `DocumentData`."""

    path: str
    data: bytes
    neighbours: Mapping[str, str] | None = None


def task(documents: Sequence[Document], settings: Settings) -> Task:
    """Return what the analysis is told."""
    return Task(
        documents=tuple(
            DocumentData(
                path=one.path,
                content=base64.b64encode(one.data).decode(),
                neighbours=None if one.neighbours is None else dict(one.neighbours),
            )
            for one in documents
        ),
        settings=settings,
    )


def scrubbed(environ: Mapping[str, str], settings: Settings, folder: str) -> dict[str, str]:
    """Return the environment of the analysis: no key but those of the models that it asks.

    Args:
        environ: ours.
        settings: with `llm`, keys of its models are passed on.
        folder: takes the place of the home folder, where other programs keep their keys.
    """
    names = set(_PLAIN)
    if settings.llm:
        from lld_agent.llm.keys import key_of  # noqa: PLC0415 - only where models are asked

        models = {settings.model, *settings.models.values(), *settings.fallbacks} - {""}
        names |= {key_of(model, settings.base_url, environ).found for model in models}
        names |= set(_NETWORK)
    kept = {name: environ[name] for name in names if name in environ}
    return {**kept, "HOME": folder, "USERPROFILE": folder, "PYTHONUTF8": "1"}


async def analyse_apart(asked: Task, seconds: float) -> Reply:
    """Analyse documents in a process of its own.

    Raises:
        AnalysisError: it failed, took too long, or answered what cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="lld-agent-") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            cwd=folder,
            env=scrubbed(os.environ, asked.settings, folder),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            sent = asked.model_dump_json(by_alias=True).encode()
            async with asyncio.timeout(seconds):
                said, complaint = await process.communicate(sent)
        except TimeoutError:
            raise AnalysisError(f"the analysis took more than {seconds:g} s") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
    if process.returncode != 0:
        last = complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise AnalysisError(f"the analysis failed: {last or process.returncode}"[:500])
    return read_reply(said, asked)


def read_reply(said: bytes, asked: Task) -> Reply:
    """Return what the analysis said.

    Raises:
        AnalysisError: it is not what was agreed, or speaks of other documents.
    """
    if len(said) > _LARGEST_ANSWER:
        raise AnalysisError("the analysis answered too much")
    try:
        reply = Reply.model_validate_json(said)
    except ValidationError:
        raise AnalysisError("the analysis answered what cannot be read") from None
    paths = [one.path for one in reply.documents]
    others = {f.path for one in reply.documents for f in one.findings} - set(paths)
    if paths != [one.path for one in asked.documents] or others:
        raise AnalysisError("the analysis answered about other documents")
    return reply
