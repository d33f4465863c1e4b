"""CFG001."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.diagrams import DiagramKind
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import EnvVar, ErrorResponse, FeatureFlag, Secret
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_SPAN = re.compile(r"`(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`")
_EXPLICIT = re.compile(
    r"\$\{(?P<a>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\}|(?:os\.environ(?:\.get)?[\[(]|getenv\(|process\.env\.)['\"]?"
    r"(?P<b>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"
)
_SETTING = re.compile(
    r"_(?:URL|URI|HOST|PORT|TIMEOUT|TTL|KEY|SECRET|TOKEN|PATH|DIR|LIMIT|INTERVAL|SIZE|THRESHOLD|ENABLED|ENDPOINT|SECONDS|MS|"
    r"MINUTES|HOURS|DAYS|PERCENT|PROZENT|SEKUNDEN|MINUTEN|STUNDEN|TAGE|RETRIES|ATTEMPTS|WORKERS|CONNECTIONS|POOL|BUCKET|REGION|REALM|USERNAME|PASSWORD)\Z"
)
_BARE = re.compile(r"(?<![A-Za-z0-9_./:'\"-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![A-Za-z0-9_'\"-])")
_STRING = re.compile(r"(?<=['\"])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?=['\"])")
_CODE = re.compile(
    r"\A(?:INVALID|MISSING|EXPIRED|DUPLICATE|BAD|WRONG|UNKNOWN|NO|UNSUPPORTED|RATE|QUOTA|WEAK|REVOKED|OVER|ABOVE|BELOW|IN|AT)_"
    r"|_(?:IN|OVER|ABOVE)_|(?:SIZE|RATE|QUOTA|USER|SESSION)_LIMIT\Z"
)
_HABIT = 2
"""So many declared variables are named outside their table: then it is a habit."""
_SECRETS, _LEFT_OUT = 3, 0.25
"""So many secrets that are variables too, and at most this part that is not: a habit as well."""
_NEAR = 60
_EXAMPLE = re.compile(
    r"\be\.?g\.?,? *`?\Z|\bsuch as *`?\Z|\bfor example,? *`?\Z|\blike *`?\Z", re.IGNORECASE
)
_DECLARED_HERE = re.compile(r"` ?[=(]")
_ANSWER = re.compile(r"\berror|\bcode\b|answers?|returns?|responds?|raises?|status", re.IGNORECASE)
_CONTEXT = re.compile(
    r"environment|env var|variable|config|setting|set via|set by|defaults? to|\benv\b",
    re.IGNORECASE,
)


class EnvUndeclared(Rule):
    """Every environment variable that the design uses is declared.

    ## What it checks
    Names like `CACHE_TTL_SECONDS` in text, and `${NAME}`, `getenv("NAME")` and the like anywhere
    outside shell and deployment files, against the declared variables.

    ## Why
    A variable that only one paragraph knows is missing at the first deployment.

    ## Fires when
    Such a name is used as a variable and no table or list declares it. A secret needs no line among
    the variables, unless nearly all other secrets have one. Only documents that follow a template
    are judged: its table is for all variables.

    ## Incorrect
        The threshold is read from `BATCH_THRESHOLD`.    and no such row in the table of variables

    ## Correct
        | `BATCH_THRESHOLD` | No | `50` | Items per batch | No |

    ## Known false positives
    Constants of the code. A name counts as a variable only if it ends like one (`_URL`, `_TTL`, ...)
    and stands beside a word like "environment" or "configured".

    ## Sections read
    All paragraphs and lists, fences in programming languages for explicit reads, variables.

    ## Source
    Own; The Twelve-Factor App, III. Config.
    """

    id: ClassVar[str] = "CFG001"
    name: ClassVar[str] = "env-undeclared"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per undeclared variable."""
        declared = {row["variable"].text for row in design.of(EnvVar)}
        if not declared:
            yield Skipped("the document declares no variable")
            return
        if not design.template:
            yield Skipped("a document of no template does not promise to list all its variables")
            return
        known = declared | _other_names(design, declared)
        found: dict[str, list[Span]] = {}
        for name, span in (*_in_prose(design), *_in_code(design), *_by_habit(design, declared)):
            if name not in known and not any(name in text for text in declared):
                found.setdefault(name, []).append(span)
        table = design.of(EnvVar)[0]
        for name, spans in found.items():
            yield Hit(
                message=f"variable {name} is used but not among the {len(declared)} declared variables",
                places=(
                    *(Place(span, "used here") for span in spans),
                    Place(table.span, "declared variables"),
                ),
                subject=name,
                hint=f"declare {name} with its default and whether it is required",
            )


def _other_names(design: Design, declared: set[str]) -> set[str]:
    """Return capital names that need no line among the variables: secrets, error codes, states, values."""
    names = {row["code"].text for row in design.of(ErrorResponse)}
    names |= {row.key.text for row in design.of(FeatureFlag)}
    names |= _other_secrets({row.key.text for row in design.of(Secret)}, declared)
    names |= {value.text for enum in design.enums for value in enum.values}
    names |= {state.id for diagram in design.drawn(DiagramKind.STATE) for state in diagram.states}
    return names


def _other_secrets(secrets: set[str], declared: set[str]) -> set[str]:
    """Return the secrets that need no line among the variables.

    None of them, where a document declares nearly all of its secrets as variables: one that it
    leaves out is then missing.
    """
    as_variables = {name for name in secrets if name in declared}
    named_alike = {name for name in secrets if _BARE.fullmatch(name)}
    habit = len(as_variables) >= _SECRETS and len(named_alike - as_variables) <= _LEFT_OUT * len(
        named_alike
    )
    return secrets - named_alike if habit else secrets


def _in_prose(design: Design) -> Iterator[tuple[str, Span]]:
    for _, block in design.prose():
        pieces = [(item.text, item.span) for item in block.items]
        if block.kind is BlockKind.PARAGRAPH:
            pieces.append((block.text, block.text_span))
        for text, span in pieces:
            for found in _SPAN.finditer(text):
                near = text[max(0, found.start() - _NEAR) : found.end() + _NEAR]
                if (
                    not _DECLARED_HERE.match(text, found.end() - 1)
                    and not _EXAMPLE.search(text, max(0, found.start() - _NEAR), found.start())
                    and _SETTING.search(found["name"])
                    and _CONTEXT.search(near)
                    and not _ANSWER.search(near)
                ):
                    start = span.start + found.start()
                    yield found["name"], Span(start, start + len(found[0]))


def _by_habit(design: Design, declared: set[str]) -> Iterator[tuple[str, Span]]:
    """Yield names of settings in any text, where the document names its declared ones like that.

    A document that writes `up to DB_MAX_RETRIES times` for what it declares means a variable when
    it writes so of another. Error codes are often formed alike: those that begin or read as one
    are left out.
    """
    places: dict[str, list[Span]] = {}
    tables = {design.tables[row.table].span for row in design.of(EnvVar) if row.table >= 0}
    for found in _BARE.finditer(design.source.text):
        if not any(span.start <= found.start() < span.end for span in tables):
            places.setdefault(found[0], []).append(Span(found.start(), found.end()))
    if sum(name in declared for name in places) < _HABIT:
        return
    quoted = {found[0] for found in _STRING.finditer(design.source.text)}
    for name, spans in places.items():
        if _SETTING.search(name) and not _CODE.search(name) and name not in quoted:
            yield from ((name, span) for span in spans)


def _in_code(design: Design) -> Iterator[tuple[str, Span]]:
    for block in design.blocks:
        language = block.info.split(" ")[0].lower()
        if block.kind is BlockKind.FENCE and language in {
            "python",
            "py",
            "js",
            "javascript",
            "ts",
            "typescript",
            "go",
            "java",
            "rust",
        }:
            for found in _EXPLICIT.finditer(block.text):
                start = block.text_span.start + found.start()
                yield found["a"] or found["b"], Span(start, start + len(found[0]))
