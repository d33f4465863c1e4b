"""Numbers of tokens that a design sets: for input, output and the whole context."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lld_agent.model.design import Design
from lld_agent.model.rows import Cell
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import EnvVar, ModelParameter, TokenLimit

_NUMBER = re.compile(
    r"(?<![\w.,])(?P<n>\d{1,3}(?:[,_]\d{3})+|\d{1,7})(?P<k>\s?[kK](?![\w]))?(?![\w.]*\d)(?!\s?(?:%|ms|s\b|min|/))"
)
_KINDS = {
    "context": re.compile(
        r"max_?(?:model_?len|seq_?len|context|position)\w*|context[_ ](?:window|length|size)",
        re.IGNORECASE,
    ),
    "output": re.compile(
        r"(?:output|completion|generated|response|max_new)[_ -]?(?:tokens?|len(?:gth)?)\b|max_tokens\Z",
        re.IGNORECASE,
    ),
    "input": re.compile(r"(?:input|prompt)[_ -]?(?:tokens?|len(?:gth)?)\b", re.IGNORECASE),
}
_SUM = re.compile(r"input\s*\+|\+\s*output|total", re.IGNORECASE)
_KILO = 1000


class Tokens(NamedTuple):
    """The most tokens of a kind (context, input, output), as written and where."""

    kind: str
    name: str
    limit: int
    kilo: bool
    raw: str
    span: Span


def token_counts(design: Design) -> dict[str, Tokens]:
    """Return the most tokens by kind; a kind that is given with two numbers is left out."""
    found: dict[str, list[Tokens]] = {}
    for tokens in _all(design):
        found.setdefault(tokens.kind, []).append(tokens)
    return {
        kind: several[0] for kind, several in found.items() if len({t.limit for t in several}) == 1
    }


def _all(design: Design) -> Iterator[Tokens]:
    for row in design.of(TokenLimit):
        for name in ("enforcement", "calculation"):
            if row.confidence >= 0.5 and "token" in f"{row.key.text} {row[name].text}".lower():
                yield from _tokens(row.key.text, row[name])
    for row in (*design.of(ModelParameter), *design.of(EnvVar)):
        if row.confidence >= 0.5:
            yield from _tokens(row.key.text, row["default"])


def _tokens(name: str, cell: Cell) -> Iterator[Tokens]:
    kind = next((kind for kind, pattern in _KINDS.items() if pattern.search(name)), "")
    numbers = list(_NUMBER.finditer(cell.text))
    if not kind or len(numbers) != 1 or _SUM.search(name):
        return
    kilo = numbers[0]["k"] is not None
    count = int(re.sub(r"[,_]", "", numbers[0]["n"])) * (_KILO if kilo else 1)
    if count > 1:
        yield Tokens(kind, name, count, kilo, numbers[0][0].strip(), cell.span)
