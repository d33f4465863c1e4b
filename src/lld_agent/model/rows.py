"""Rows of the vocabulary, in both faces: what a model fills, and what a document says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from lld_agent.model.canonical import Line, Text
from lld_agent.model.source import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Col:
    """The layout of one column: the title we write, and other titles that people give it.

    `key` marks the column that names the row: addresses and fixed row keys use it.
    """

    title: str
    aliases: tuple[str, ...] = ()
    key: bool = False


@dataclass(frozen=True, slots=True)
class AsCode:
    """Marks a value that is written between backticks."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Marks a text that holds a quantity, and its dimension (see `model.quantity`)."""

    dimension: str


Code = Annotated[Text, AsCode()]
"""An identifier: written between backticks, without them in the model."""

Level = Literal["High", "Medium", "Low", ""]
YesNo = Literal["Yes", "No", ""]


class Compound(BaseModel):
    """Several values in one cell. `parts` of the subclass say how they are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CpuMemory(Compound):
    """Written `CPU: 500m, Memory: 512Mi`."""

    cpu: Annotated[Line, Measure("cpu")] = Field("", description="CPU, for example 500m")
    memory: Annotated[Line, Measure("size")] = Field("", description="Memory, for example 512Mi")


class Probes(Compound):
    """Written `Liveness: /live, Readiness: /ready`."""

    liveness: Line = Field("", description="Path or command of the liveness probe")
    readiness: Line = Field("", description="Path or command of the readiness probe")


class Complexity(Compound):
    """Written `Time O(n) | Space O(1)`."""

    time: Line = Field("", description="Inside of O(...) for time, for example n log n")
    space: Line = Field("", description="Inside of O(...) for space, for example n")


class YesNoNotes(Compound):
    """Written `YES — notes`."""

    answer: YesNo = Field("", description="Yes, No, or empty when not known")
    notes: Line = Field("", description="What the answer rests on")


class Row(BaseModel):
    """One row of a table, or one item of a labelled list.

    Subclasses are the vocabulary. Each field is annotated with its `Col`. Fields default to the
    empty value so that code can name only what it knows; schemas for language models require all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    @cache
    def layout(cls) -> Mapping[str, Col]:
        """Return field name → layout, in the order of the declaration."""
        return {
            name: next(mark for mark in info.metadata if isinstance(mark, Col))
            for name, info in cls.model_fields.items()
        }

    @classmethod
    @cache
    def key_field(cls) -> str:
        """Return the name of the field that names the row."""
        columns = cls.layout()
        return next((name for name, col in columns.items() if col.key), next(iter(columns)))


class Cell(NamedTuple):
    """A value as a document gives it.

    Attributes:
        raw: the source between the pipes, after the colon, and so on, stripped.
        text: `raw` without the escapes and marks of Markdown (backticks, emphasis).
        span: where `raw` stands.
        confidence: 0 to 1, how sure the reader is that this is that value.
        present: False where the table has no such column.
    """

    raw: str = ""
    text: str = ""
    span: Span = NOWHERE
    confidence: float = 1.0
    present: bool = True


ABSENT = Cell(present=False, confidence=0.0)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """The read face of a row: cells by field name of its vocabulary type.

    Attributes:
        kind: the vocabulary type (`Threat`, `EnvVar`, ...).
        cells: field name → cell, for the columns that the document has.
        span: the row in the document.
        slot: address of the slot it stands in, "" where none matched.
        heading: text of the heading it stands under.
        confidence: 0 to 1; rules mute themselves under 0.5.
        extra: cells of columns that the vocabulary does not know, by header text.
        table: ordinal of the table in the document, -1 for rows read from lists or elsewhere.
    """

    kind: type[Row]
    cells: Mapping[str, Cell]
    span: Span
    slot: str = ""
    heading: str = ""
    confidence: float = 1.0
    extra: Mapping[str, Cell] = field(default_factory=dict)
    table: int = -1

    def __getitem__(self, name: str) -> Cell:
        """Return the cell of a field; `ABSENT` where the document has no such column.

        Raises:
            KeyError: the vocabulary type has no such field: a mistake of the caller.
        """
        if name not in self.kind.model_fields:
            raise KeyError(name)
        return self.cells.get(name, ABSENT)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the fields that the document has."""
        return iter(self.cells)

    @property
    def key(self) -> Cell:
        """The cell that names the row."""
        return self[self.kind.key_field()]
