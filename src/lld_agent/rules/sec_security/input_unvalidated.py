"""SEC013."""

import json
import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity, Tier
from lld_agent.model.vocabulary import ComponentInput, InputRule
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared
from lld_agent.rules.wording import listed

_FIELD = re.compile(r'^[ ]{2,4}"(?P<name>\w+)"\s*:\s*"(?P<value>[^"\n]*)"', re.MULTILINE)
_FREE = re.compile(r"string|text|str\b", re.IGNORECASE)
_BOUNDED = re.compile(
    r"\d|max|min|one of|enum|uuid|date|iso|e-?mail|url|uri|format|regex|pattern|\||valid|length|base64|boolean|iban"
    r"|phone|code|slug|id\b|trimmed|allowed",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\ball\b|every|\bany\b|request|payload|body|json|string|text|input|schema", re.IGNORECASE
)


class InputUnvalidated(Rule):
    """Every free text from outside has a rule.

    ## What it checks
    Text fields of requests against the input validation table and the Validation column of
    component inputs.

    ## Why
    The field that no rule covers takes a megabyte, markup, or nothing.

    ## Fires when
    Input validation is given by field, and a text field of a request shares no word with any rule
    and says nothing about its form: one finding per endpoint. This is a preview rule: too few
    designs with such a table were measured.

    ## Incorrect
        "nickname": "string"    and rules for e-mail and names of branches only

    ## Correct
        | Nickname | 1 to 40 characters | Trim |

    ## Known false positives
    Rules that speak of kinds of input under other names.

    ## Sections read
    Requests and parameters of endpoints, input validation, component inputs.

    ## Source
    OWASP ASVS 5.0, V2 Validation and Business Logic; spectral-owasp string-limit.
    """

    id: ClassVar[str] = "SEC013"
    name: ClassVar[str] = "input-unvalidated"
    severity: ClassVar[Severity] = Severity.WARNING
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per endpoint."""
        rules = [row for row in design.of(InputRule) if row.confidence >= 0.5]
        if not rules:
            yield Skipped("the document has no input validation table")
            return
        if any(_EVERYTHING.search(row.key.text) and not _is_kind(row.key.text) for row in rules):
            return
        texts = [f"{row.key.text} {row['rules'].text}" for row in rules]
        texts += [
            f"{row.key.text} {row['format'].text}"
            for row in design.of(ComponentInput)
            if row["validation"].text
        ]
        known = {
            word for text in texts for part in re.findall(r"\w+", text) for word in tokens(part)
        }
        for endpoint in declared(design):
            bare = [name for name, value in _fields(endpoint) if _is_bare(name, value, known)]
            if bare:
                yield Hit(
                    message=f"{listed(bare)} of {endpoint.method} {endpoint.path} ha{'ve' if len(bare) > 1 else 's'}"
                    f" no validation; there are rules for {listed(row.key.text for row in rules)}",
                    places=(Place(endpoint.request.span if endpoint.request.present else endpoint.span),
                            Place(rules[0].span, "the rules")),
                    subject=f"{endpoint.method} {endpoint.path}",
                    object=listed(bare),
                    hint="say what is allowed, and how long it may be",
                )  # fmt: skip


def _is_kind(name: str) -> bool:
    return bool(re.search(r"config|file|metadata|id", name, re.IGNORECASE))


def _is_bare(name: str, value: str, known: set[str]) -> bool:
    return (
        bool(_FREE.search(value))
        and not _BOUNDED.search(f"{value} {name}")
        and not known & set(tokens(name))
    )


def _fields(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """Yield the text fields of a request: of its JSON, or of parameter tables without it."""
    if endpoint.request.present:
        try:
            loaded = json.loads(endpoint.request.raw)
        except (ValueError, RecursionError):
            yield from (
                (found["name"], found["value"]) for found in _FIELD.finditer(endpoint.request.raw)
            )
            return
        if isinstance(loaded, dict):
            yield from ((k, v) for k, v in loaded.items() if isinstance(v, str))
    for row in endpoint.parameters:
        yield row["name"].text, f"{row['type'].text} {row['description'].text}"
