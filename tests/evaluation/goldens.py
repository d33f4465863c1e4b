"""Golden documents as the tests see them, and what is checked about each; `evals/README.md` is the format."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from lld_agent.model.source import SourceText
from lld_agent.template.kit import Document
from lld_agent.template.parse import ShapeError, parse
from lld_agent.template.reader import read_design
from lld_agent.template.registry import TEMPLATES, Template
from lld_agent.template.render import render

ROOT = Path(__file__).parents[2]
EVALS = ROOT / "evals"
LOCK = EVALS / "frozen.lock"
KINDS = {"explicit", "non_functional", "negative"}
META = {"template", "domain", "language", "split", "input", "author", "notes"}
RUN = 8
"""Words in a row that may not be shared with what tunes the product."""


@dataclass(frozen=True)
class Golden:
    """One folder of `evals/golden`."""

    slug: str
    meta: dict[str, Any]
    source: str
    markdown: str
    requirements: list[dict[str, Any]]

    @property
    def template(self) -> Template:
        return TEMPLATES[self.meta["template"]]

    @property
    def design(self) -> Document:
        return parse(self.template, self.markdown, self.slug)

    @property
    def frozen(self) -> bool:
        return self.meta["split"] == "frozen"


def folders() -> list[Path]:
    return sorted(path for path in (EVALS / "golden").iterdir() if path.is_dir())


def load(folder: Path) -> Golden:
    meta = yaml.safe_load((folder / "meta.yaml").read_text(encoding="utf-8"))
    listed = yaml.safe_load((folder / "requirements.yaml").read_text(encoding="utf-8"))
    return Golden(
        folder.name,
        meta,
        (folder / meta["input"]).read_text(encoding="utf-8"),
        (folder / "golden.md").read_text(encoding="utf-8"),
        listed["requirements"],
    )


def flat(text: str) -> str:
    """Return a text with its white space and the marks of tables and lists made one space."""
    return " ".join(re.sub(r"[*_`>|#]", " ", text).split())


def format_faults(golden: Golden) -> list[str]:
    """Return what is not in the form that `evals/README.md` gives."""
    found = [f"meta.yaml: {key}" for key in sorted(META ^ set(golden.meta))]
    if golden.meta.get("split") not in {"development", "frozen"}:
        found.append("meta.yaml: split")
    if golden.meta.get("language") not in {"en", "de", "zh"}:
        found.append("meta.yaml: language")
    known = {slot.address.replace("[]", "") for slot in golden.template.manifest}
    ids = [each["id"] for each in golden.requirements]
    found += [f"{each}: twice" for each in sorted(ids) if ids.count(each) > 1]
    kinds = {each["kind"] for each in golden.requirements}
    found += [f"no requirement is {kind}" for kind in sorted(KINDS - kinds)]
    for each in golden.requirements:
        if set(each) != {"id", "kind", "quote", "slots", "evidence"} or each["kind"] not in KINDS:
            found.append(f"{each['id']}: fields")
        found += [f"{each['id']}: no slot {s}" for s in each["slots"] if plain(s) not in known]
        if not each["evidence"] or not all(each["evidence"]):
            found.append(f"{each['id']}: no evidence")
    return found


def plain(address: str) -> str:
    return address.replace("[]", "")


def missing_quotes(golden: Golden) -> list[str]:
    """Return the requirements whose words do not stand in the input."""
    text = flat(golden.source)
    return [r["id"] for r in golden.requirements if flat(r["quote"]) not in text]


def unmet(golden: Golden, design: Document) -> list[str]:
    """Return the requirements of which the named slots lack some evidence, with the evidence."""
    found = []
    for each in golden.requirements:
        text = " ".join(
            part for slot in each["slots"] for part in strings(design, plain(slot).split("."))
        )
        text = flat(text).casefold()
        found += [
            f"{each['id']}: {phrases}"
            for phrases in each["evidence"]
            if not any(flat(str(phrase)).casefold() in text for phrase in phrases)
        ]
    return found


def strings(value: object, path: list[str]) -> Iterator[str]:
    """Yield all texts below a path of field names; repeated groups are walked through."""
    if isinstance(value, tuple):
        for each in value:
            yield from strings(each, path)
    elif isinstance(value, BaseModel):
        names = path[:1] or list(type(value).model_fields)
        for name in names:
            yield from strings(getattr(value, name), path[1:])
    elif isinstance(value, str):
        yield value


def losses(golden: Golden) -> list[str]:
    """Return what does not come back: lines that differ after reading, tables that no slot took."""
    try:
        again = render(golden.design)
    except ShapeError as error:
        return [str(error)]
    if again != golden.markdown:
        pairs = zip(golden.markdown.split("\n"), again.split("\n"), strict=False)
        line = next((n for n, (one, two) in enumerate(pairs, 1) if one != two), 0)
        return [f"line {line} is rendered differently"]
    read = read_design(SourceText(golden.markdown, golden.slug), None)
    end = golden.markdown.find("\n## Design Record\n")
    return [
        f"table under {table.heading!r} stands in no slot"
        for table in read.tables
        if not table.slot and (end < 0 or table.span.start < end)
    ]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs_of(texts: list[str]) -> set[tuple[str, ...]]:
    """Return every run of eight words within one of the texts."""
    found = set()
    for text in texts:
        said = words(text)
        found.update(tuple(said[n : n + RUN]) for n in range(len(said) - RUN + 1))
    return found


def names_of(design: Document) -> set[str]:
    """Return the names of entities and their tables."""
    models: Any = design
    for name in ("data", "models"):
        models = getattr(models, name, models)
    entities = getattr(models, "entities", ())
    tables = getattr(getattr(design, "database", None), "tables", ())
    named = {name for entity in entities for name in (entity.name, entity.table) if name}
    return named | {table.name for table in tables if table.name}


def leaks(golden: Golden, text: str) -> list[str]:
    """Return the runs of words and the entity names of a frozen document that a text holds.

    What the template gives every document (headings, headers) is none of its words.
    """
    design = golden.design
    own = runs_of([*re.split(r"\n\s*\n|\n\|", golden.source), *strings(design, [])])
    said = words(text)
    found = [
        " ".join(run)
        for n in range(len(said) - RUN + 1)
        if (run := tuple(said[n : n + RUN])) in own
    ]
    found += [
        name
        for name in sorted(names_of(design))
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    ]
    return found


def tuned_files() -> list[Path]:
    """Return what a frozen document must not have shaped: prompts, sources with word lists, rules, tests."""
    folders = (ROOT / "prompts", ROOT / "src", ROOT / "tests", ROOT / "docs" / "rules")
    ends = {".py", ".md", ".toml", ".json", ".yaml", ".yml", ".txt", ".j2", ".css", ".js"}
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in ends and "__pycache__" not in path.parts
    ]


def digests(folder: Path) -> dict[str, str]:
    """Return path below `evals` → SHA-256 of each file of a folder."""
    return {
        path.relative_to(EVALS).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def locked(text: str) -> dict[str, str]:
    """Return path → SHA-256 of a lock file: `<sha256>  <path>` a line, as `sha256sum` writes it."""
    pairs = (line.split("  ", 1) for line in text.splitlines() if line.strip())
    return {path: digest for digest, path in pairs}
