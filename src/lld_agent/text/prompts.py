"""Prompt files: data beside the code, sent as they stand."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lld_agent.errors import InternalError

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt.

    Attributes:
        id: its path below `prompts/`, without the ending.
        text: without the front matter.
        version: 12 hex digits over the text: what a record says it was asked with.
        meta: the front matter, `key: value` a line.
    """

    id: str
    text: str
    version: str
    meta: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Id and version together, for records: `draft/spine@0a1b2c3d4e5f`."""
        return f"{self.id}@{self.version}"


@cache
def prompt(prompt_id: str) -> Prompt:
    """Return a prompt of `prompts/`.

    Raises:
        InternalError: there is no such file: the installation is broken.
    """
    meta, text = _parted(_read(f"{prompt_id}.md"))
    return Prompt(prompt_id, text, hashlib.sha256(text.encode()).hexdigest()[:12], meta)


@cache
def prompt_parts(prompt_id: str) -> dict[str, str]:
    """Return the parts of a prompt file by their headings of level 2."""
    parts = ("\n" + prompt(prompt_id).text).split("\n## ")[1:]
    return {
        head.strip(): body.strip() for head, _, body in (part.partition("\n") for part in parts)
    }


def _read(name: str) -> str:
    # The checkout first: an editable install leaves a stale copy beside the package.
    for folder in (_PACKAGE.parents[1] / "prompts", _PACKAGE / "_data" / "prompts"):
        path = folder / name
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise InternalError(f"the prompt {name} is missing", "install lld-agent again")


def _parted(text: str) -> tuple[Mapping[str, str], str]:
    """Return front matter and text."""
    if not text.startswith("---\n"):
        return {}, text.strip()
    head, _, rest = text[4:].partition("\n---\n")
    pairs = (line.partition(":") for line in head.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}, rest.strip()
