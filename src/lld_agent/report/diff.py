"""A unified diff of a document, as `patch` and `git apply` read it."""

from collections.abc import Iterator
from difflib import unified_diff

from lld_agent.model.source import SourceText
from lld_agent.report.places import machine_path

_NO_END = "\\ No newline at end of file\n"


def document_diff(before: SourceText, after: SourceText) -> str:
    """Return the diff of two states of a document; "" where they are equal.

    Lines end at line feeds only, as `patch` has it: other line ends stay part of their lines.
    """
    name = machine_path(before.path)
    lines = unified_diff(_lines(before.text), _lines(after.text), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in lines)


def _lines(text: str) -> list[str]:
    return list(_split(text))


def _split(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end
