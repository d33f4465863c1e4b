"""What a language model fills: classes whose JSON schema every provider takes in strict mode.

Legal at once for OpenAI, Anthropic and Gemini (limits: OpenAI's structured-output guide, Anthropic's
and Google's schema subsets): closed objects, every property required, no default, no title, no
union, no reference, no map, no tuple. `""` and `[]` say that there is nothing to say.
"""

import re
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict

Schema = dict[str, Any]
"""A JSON schema as plain data."""

DEEPEST = 4
"""Objects within objects, the outermost counted: what every provider compiles."""

_DROPPED = {"title", "default", "$defs"}
_NOT_NAME = re.compile(r"[^A-Za-z0-9_-]+")


class Wire(BaseModel):
    """An answer of a model, or a part of one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    _closed: ClassVar[Schema]

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> Schema:
        """Return the schema, closed, with references written out. It is shared: do not change it."""
        # 30 ms for a large section, and asked for several times per question.
        if "_closed" not in cls.__dict__ or args or options:
            schema = super().model_json_schema(*args, **options)
            found = closed(schema, schema.get("$defs", {}))
            if args or options:
                return found
            cls._closed = found
        return cls._closed


class Claim(Wire):
    """Something a model states about the design, and what it rests on.

    The fields have no description: a section repeats them in every row, and the system prompt
    explains them once.

    Attributes:
        refs: ids that it rests on: requirements (R-7), decisions (D-2).
        basis: prd, where a requirement says it; decision, where it follows from one; derived, where
            it follows from other rows; assumption, where nobody said it; template_default, for a
            usual value that the template offers.
        assumption: with basis assumption, what is taken for true, in one sentence; else "".
    """

    refs: list[str]
    basis: Literal["prd", "decision", "derived", "assumption", "template_default"]
    assumption: str


CLAIM = tuple(Claim.model_fields)
"""Names of the fields that say what a statement rests on."""


def closed(node: Schema, definitions: Schema) -> Schema:
    """Return a schema without references, titles and defaults, its objects closed.

    Args:
        node: a schema as pydantic writes it.
        definitions: what its references name.
    """
    if "$ref" in node:
        target = definitions[node["$ref"].rpartition("/")[2]]
        return closed({**target, **{k: v for k, v in node.items() if k != "$ref"}}, definitions)
    kept = {key: value for key, value in node.items() if key not in _DROPPED}
    if "items" in kept:
        kept["items"] = closed(kept["items"], definitions)
    if "properties" in kept:
        properties = {n: closed(part, definitions) for n, part in kept["properties"].items()}
        kept |= {
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    return kept


def schema_name(*parts: str) -> str:
    """Return a name that every provider takes for a schema: letters, digits, `_` and `-`."""
    return _NOT_NAME.sub("-", "-".join(parts)).strip("-")[:64] or "schema"
