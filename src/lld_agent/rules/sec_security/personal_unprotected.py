"""SEC009."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.names import tokens
from lld_agent.language.personal import personal_columns
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import EncryptionRule
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.wording import listed

_COVERS = re.compile(
    r"\bpii\b|personal|sensitive|customer|(?<!api )(?<!cloud )user|member|patient|profile|contact|\ball\b|database"
    r"|\bdb\b|postgres|mysql|mongo"
    r"|at rest|disk|volume|storage|backup|tabl|record|personenbezogen|pessoais|personales|个人",
    re.IGNORECASE,
)
_HASHED = re.compile(r"hash|encrypt|mask|tokeni[sz]ed|pseudonym|anonymi", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?:database|disk|volume|storage|table ?space|columns?|\btde\b|rds|at[- ]rest)[^.\n|]{0,40}encrypt"
    r"|encrypt\w*[^.\n|]{0,25}(?:at[- ]rest|database|disk|volume)",
    re.IGNORECASE,
)


class PersonalUnprotected(Rule):
    """Personal data stands in the table of what is encrypted.

    ## What it checks
    Columns whose names say that they hold personal data, against the encryption table.

    ## Why
    Passwords are looked after, and the list of everybody's e-mail addresses leaks.

    ## Fires when
    The document has an encryption table, none of its lines is about the column, personal data or
    the whole database, and no sentence says that the database is encrypted.

    ## Incorrect
        a table with `email`, and encryption for passwords and API keys only

    ## Correct
        | Member contact data | AES-256 (disk) | TLS 1.3 | KMS |

    ## Known false positives
    Names of columns that only look personal. Hashed, masked and encrypted columns are exempt.

    ## Sections read
    Column tables, encryption tables, sentences about encryption.

    ## Source
    LINDDUN, disclosure of information; OWASP ASVS 5.0, V14 Data Protection.
    """

    id: ClassVar[str] = "SEC009"
    name: ClassVar[str] = "pii-unprotected"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = [row for row in design.of(EncryptionRule) if row.confidence >= 0.5]
        tables = [e for e in design.entities if e.has_columns and e.confidence >= 0.5]
        personal = [
            (entity, column)
            for entity, column in personal_columns(tables, context.lexicons)
            if not _HASHED.search(" ".join(cell.text for cell in column.cells.values()))
        ]
        if not rows or not personal:
            yield Skipped("needs columns with personal data and an encryption table")
            return
        if any(_COVERS.search(row.key.text) for row in rows) or _is_said(design):
            return
        covered = {word for row in rows for part in row.key.text.split() for word in tokens(part)}
        bare = [
            (entity, column)
            for entity, column in personal
            if not covered.intersection(tokens(column["column"].text))
        ]
        if bare:
            names = listed(f"{entity.name}.{column['column'].text}" for entity, column in bare)
            yield Hit(
                message=f"{names} hold{'' if len(bare) > 1 else 's'} personal data; the encryption table is about"
                f" {listed(row.key.text for row in rows)} only",
                places=(
                    *(Place(column.span) for _, column in bare),
                    Place(rows[0].span, "the encryption table"),
                ),
                subject="personal data",
                object=names,
                hint="add a line that says how it is protected at rest and in transit",
            )


def _is_said(design: Design) -> bool:
    """Return whether text outside the encryption table says that the store is encrypted."""
    for _, block in design.prose():
        text = block.text or design.source.slice(block.span)
        if "ncrypt" in text and _WHOLE.search(text):
            return True
    return False
