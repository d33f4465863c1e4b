"""Which columns hold personal data."""

from collections.abc import Iterable
from functools import cache

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import tokens
from lld_agent.model.design import Entity
from lld_agent.model.rows import ReadRow

# address alone is personal only as the whole name; `server_address` is a place on a network
_ALONE = {"address", "street", "mobile", "phone"}
_NO_VALUE = ("bool", "uuid", "timestamp", "date ", "serial", "bigint")


def personal_columns(
    entities: Iterable[Entity], lexicons: Lexicons
) -> list[tuple[Entity, ReadRow]]:
    """Return the columns whose names say that they hold personal data, table by table."""
    return [
        (entity, column)
        for entity in entities
        for column in entity.columns
        if column.confidence >= 0.5 and is_personal(column, lexicons)
    ]


def is_personal(column: ReadRow, lexicons: Lexicons) -> bool:
    """Return whether the name of a column ends in a word for personal data."""
    kind = column["type"].text.lower()
    if kind.startswith(_NO_VALUE) or "FK" in column["constraints"].text.upper():
        return False
    name = tokens(column["column"].text)
    return any(
        name == phrase or (name[-len(phrase) :] == phrase and phrase[0] not in _ALONE)
        for phrase in _phrases(lexicons)
    )


@cache
def _phrases(lexicons: Lexicons) -> tuple[tuple[str, ...], ...]:
    return tuple(tokens(word.replace(" ", "_")) for word in lexicons.words("values", "pii"))
