"""Rows as bullets (`name - responsibility`, `name: description`): written and read back."""

from lld_agent.model.rows import Row
from lld_agent.template.codec import (
    code_and_rest,
    decode_code,
    encode_code,
    force_code,
    join,
    split,
)
from lld_agent.template.kit import RowBullets, is_code


def encode_bullet(slot: RowBullets, row: Row) -> str:
    """Return a row as the text of a bullet."""
    kind = type(row)
    first, *rest = slot.columns(kind)
    name = getattr(row, first)
    text = getattr(row, rest[0]) if rest else ""
    if not rest:
        return encode_code(name) if is_code(kind, first) else name
    if not is_code(kind, first):
        return join(name, slot.separator, text)
    if not text:
        return encode_code(name)
    if not name:
        return f"\\{slot.separator.strip()} {text}"
    return force_code(name) + slot.separator + text


def decode_bullet(slot: RowBullets, kind: type[Row], raw: str) -> Row:
    """Return the row: the inverse of `encode_bullet`."""
    first, *rest = slot.columns(kind)
    if not rest:
        return kind(**{first: decode_code(raw) if is_code(kind, first) else raw})
    name, text = _split_code(slot, raw) if is_code(kind, first) else split(raw, slot.separator)
    return kind(**{first: name, rest[0]: text})


def _split_code(slot: RowBullets, raw: str) -> tuple[str, str]:
    blank = f"\\{slot.separator.strip()} "
    if raw.startswith(blank):
        return "", raw[len(blank) :]
    name, rest = code_and_rest(raw)
    return name, rest.removeprefix(slot.separator)
