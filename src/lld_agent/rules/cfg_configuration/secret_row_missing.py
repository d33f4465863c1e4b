"""CFG004."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import tokens
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import EnvVar, Secret
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.cfg_configuration.names import is_secret_name, says_yes
from lld_agent.rules.technology import also_called
from lld_agent.rules.wording import listed

# What any secret is called; two names that share only these are two secrets.
_ANY = frozenset(
    [
        "secret",
        "key",
        "token",
        "password",
        "api",
        "url",
        "uri",
        "dsn",
        "credential",
        "string",
        "connection",
        "auth",
        "private",
        "and",
        "or",
        "the",
        "all",
        "for",
        "of",
        "other",
        "account",
        "value",
        "access",
    ]
)


class SecretRowMissing(Rule):
    """Every sensitive variable has a line among the secrets.

    ## What it checks
    Variables marked sensitive, or named like a secret where nothing is marked, against the table
    of secrets.

    ## Why
    A secret that the table leaves out has no store, no rotation and no list of who reads it.

    ## Fires when
    No secret shares a telling word with the variable: one finding for all of them.

    ## Incorrect
        `SMTP_PASSWORD` marked sensitive, and secrets for the database only

    ## Correct
        | SMTP password | Kubernetes Secret | 90 days | Mail worker |

    ## Known false positives
    One secret that stands for several under a name of its own ("Provider keys").

    ## Sections read
    Variables, secrets.

    ## Source
    The Twelve-Factor App, III. Config; OWASP Secrets Management Cheat Sheet.
    """

    id: ClassVar[str] = "CFG004"
    name: ClassVar[str] = "secret-row-missing"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        secrets = [row for row in design.of(Secret) if row.confidence >= 0.5 and row.key.text]
        variables = [row for row in design.of(EnvVar) if row.confidence >= 0.5]
        marked = any(row["sensitive"].present for row in variables)
        due = [
            row
            for row in variables
            if says_yes(row["sensitive"].text)
            or (not marked and is_secret_name(row["variable"].text, context.lexicons))
        ]
        if not secrets or not due:
            yield Skipped("needs sensitive variables and a table of secrets")
            return
        by_name = {row.key.text.strip() for row in secrets}
        literally = [row for row in due if row["variable"].text in by_name]
        known = [_words(_text(row), context.lexicons) for row in secrets]
        if any(not words for words in known):
            return  # a line such as "API keys" stands for any of them
        if len(literally) > 1 and by_name <= {row["variable"].text for row in variables}:
            known = []  # the table names variables: another variable's line is no line of this one
        missing = [
            row
            for row in due
            if row not in literally and not _is_known(row["variable"].text, known, context.lexicons)
        ]
        if missing:
            names = listed(row["variable"].text for row in missing)
            verb = "are" if len(missing) > 1 else "is"
            yield Hit(
                message=f"{names} {verb} sensitive but not among the secrets, which are"
                f" {listed(row.key.text for row in secrets)}",
                places=(
                    *(Place(row.span) for row in missing),
                    Place(secrets[0].span, "the secrets"),
                ),
                subject="secrets",
                object=names,
                hint="add a line with storage, rotation and access for each",
            )


def _text(row: ReadRow) -> str:
    return f"{row.key.text} {' '.join(cell.text for cell in row.extra.values())}"


def _words(name: str, lexicons: Lexicons) -> frozenset[str]:
    words = (word for part in name.split() for word in tokens(part.strip("()`,")))
    return also_called(words, lexicons) - _ANY


def _is_known(variable: str, known: list[frozenset[str]], lexicons: Lexicons) -> bool:
    words = _words(variable, lexicons)
    if not words:
        return True  # a name such as API_TOKEN tells nothing
    return any(words & other for other in known)
