"""Which table or resource a path is about."""

from collections.abc import Iterable

from lld_agent.language.names import tokens
from lld_agent.model.design import Entity
from lld_agent.rules.routes import normal_path


def nouns(path: str) -> list[str]:
    """Return the fixed segments of a path, without versions: `/api/v1/loans/{id}` has `loans`."""
    parts = normal_path(path).strip("/").split("/")
    return [
        part
        for part in parts
        if part
        and part != "{}"
        and part.lower() not in {"api", "rest", "internal", "public"}
        and not (part[:1] in "vV" and part[1:2].isdigit())
    ]


def entity_of(path: str, entities: Iterable[Entity]) -> Entity | None:
    """Return the table that the last fixed segment of a path names, or None."""
    segments = nouns(path)
    wanted = tokens(segments[-1]) if segments else ()
    return next((e for e in entities if wanted and wanted in map(tokens, e.names)), None)
