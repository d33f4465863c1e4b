"""Golden documents: requirements, the design that a person would sign, and what it must answer."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from lld_agent.errors import InputError
from lld_agent.evaluation.contents import is_within
from lld_agent.evaluation.wording import flat
from lld_agent.model.brief import Brief
from lld_agent.model.source import SourceText
from lld_agent.sources.brief import load_brief
from lld_agent.template.kit import Document
from lld_agent.template.parse import parse
from lld_agent.template.registry import TEMPLATES, Template

M = TypeVar("M", bound=BaseModel)

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
META, REQUIREMENTS, DESIGN, RECORDING = "meta.yaml", "requirements.yaml", "golden.md", "run.jsonl"
KINDS = ("explicit", "non_functional", "negative")


class GoldenRequirement(BaseModel):
    """One demand of the input and how to see that a design answers it.

    Attributes:
        id: within the document.
        kind: explicit, non_functional, or negative: what must not be.
        quote: exact words of the input.
        slots: addresses, or beginnings of addresses, of which at least one must speak to it.
        evidence: of each inner list one phrase must stand in the text of those slots.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: _Words
    kind: Literal["explicit", "non_functional", "negative"]
    quote: _Words
    slots: Annotated[tuple[_Words, ...], Field(min_length=1)]
    evidence: Annotated[
        tuple[Annotated[tuple[_Words, ...], Field(min_length=1)], ...], Field(min_length=1)
    ]


class GoldenMeta(BaseModel):
    """What `meta.yaml` says about a document."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    template: Literal["service", "module"]
    domain: _Words
    language: Literal["en", "de", "es", "pt", "zh"]
    split: Literal["development", "frozen"]
    input: _Words
    author: _Words
    notes: str = ""


class _Requirements(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    requirements: Annotated[tuple[GoldenRequirement, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Golden:
    """One golden document.

    Attributes:
        slug: name of its folder.
        meta: what is said about it.
        brief: the input as read.
        markdown: the golden design as written. document: the same, typed; "" and None where there is
            none: then requirements are checked, and rows are compared with nothing.
        requirements: what it must answer.
        recording: log of a recorded run on the same input, None where there is none.
        digest: 16 hex digits over all of it but the recording: figures of other contents are no match.
    """

    slug: str
    meta: GoldenMeta
    brief: Brief
    markdown: str
    document: Document | None
    requirements: tuple[GoldenRequirement, ...]
    recording: Path | None = None
    digest: str = ""

    @property
    def template(self) -> Template:
        """The template that it follows."""
        return TEMPLATES[self.meta.template]


def load_goldens(
    folder: Path, *, frozen: bool = False, only: Sequence[str] = ()
) -> tuple[Golden, ...]:
    """Return the golden documents of a folder, by name.

    Args:
        folder: that holds a folder per document.
        frozen: also those that are kept away from development.
        only: names of documents; all without any.

    Raises:
        InputError: there is none, or one is not in the format of docs/evals.md.
    """
    folders = [path.parent for path in sorted(folder.glob(f"*/{META}"))]
    if unknown := sorted(set(only) - {one.name for one in folders}):
        raise InputError(f"there is no golden document {unknown[0]} in {folder}")
    found = [load_golden(one) for one in folders if not only or one.name in only]
    chosen = tuple(one for one in found if frozen or one.meta.split == "development")
    if not chosen:
        raise InputError(
            f"no golden document in {folder}", f"each is a folder with {META}, see docs/evals.md"
        )
    return chosen


def load_golden(folder: Path) -> Golden:
    """Return one golden document.

    Raises:
        InputError: a file is missing or not in the format of docs/evals.md.
    """
    meta = _validated(GoldenMeta, folder / META)
    listed = _validated(_Requirements, folder / REQUIREMENTS).requirements
    given = folder / meta.input
    if given.parent != folder:
        raise InputError(f"{folder / META}: input is not a file beside it", "give its name only")
    brief = load_brief(SourceText(_read(given), meta.input))
    design = folder / DESIGN
    markdown = _read(design) if design.is_file() else ""
    document = parse(TEMPLATES[meta.template], markdown, str(design)) if markdown else None
    recording = folder / RECORDING
    golden = Golden(
        slug=folder.name,
        meta=meta,
        brief=brief,
        markdown=markdown,
        document=document,
        requirements=listed,
        recording=recording if recording.is_file() else None,
        digest=_digest(brief.source.text, markdown, meta, *listed),
    )
    for complaint in complaints(golden):
        raise InputError(f"{folder}: {complaint}", "see docs/evals.md for the format")
    return golden


def _digest(*parts: str | BaseModel) -> str:
    texts = (one if isinstance(one, str) else one.model_dump_json() for one in parts)
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def complaints(golden: Golden) -> Iterator[str]:
    """Yield what is wrong with the requirements of a golden document, a sentence each."""
    ids = [one.id for one in golden.requirements]
    for twice in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"requirement {twice} stands twice"
    text = flat(golden.brief.source.text)
    addresses = [slot.address for slot in golden.template.manifest]
    for one in golden.requirements:
        if flat(one.quote) not in text:
            yield f"the quote of {one.id} does not stand in the input"
        for slot in unknown_slots(one.slots, addresses):
            yield f"{one.id} names {slot}, which no slot of the template begins with"


def unknown_slots(slots: Sequence[str], addresses: Sequence[str]) -> list[str]:
    """Return the slots that no address of a template is or lies below."""
    return [slot for slot in slots if not any(is_within(one, slot) for one in addresses)]


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {path}", "it belongs to every golden document") from error


def _validated(kind: type[M], path: Path) -> M:
    try:
        return kind.model_validate(yaml.safe_load(_read(path)))
    except yaml.YAMLError as error:
        raise InputError(f"{path} is no YAML", str(error).partition("\n")[0]) from error
    except ValidationError as error:
        [first, *_] = error.errors(include_url=False, include_input=False)
        where = ".".join(map(str, first["loc"])) or "top"
        raise InputError(f"{path}: {where}: {first['msg']}", "see docs/evals.md") from None
