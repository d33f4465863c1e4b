"""CFG003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import EnvVar
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.cfg_configuration.names import is_address, is_secret_name

# The table of the module template has no column for it: authors say it in the type or the description.
_SAID = re.compile(
    r"\b(?:secret|sensitive|confidential|geheim|vertraulich)|(?<!not )\bfrom the vault\b|敏感|机密|密钥",
    re.IGNORECASE,
)
_NO = {"no", "false", "n", "✗", "❌", "nein", "não", "否"}


class SecretNotSensitive(Rule):
    """A variable that is named like a secret is marked as one.

    ## What it checks
    The Sensitive column of variables whose name ends like a secret's.

    ## Why
    The mark decides whether the value goes into a secret store, into logs, into a support bundle.

    ## Fires when
    Such a variable says No; or neither a column nor its type or description says anything, once
    per document, if any of them is more than a connection string.

    ## Incorrect
        | `SMTP_PASSWORD` | Yes | - | Mail account | No |

    ## Correct
        | `SMTP_PASSWORD` | Yes | - | Mail account | Yes |

    ## Known false positives
    Names that end like a secret and hold something public, for example the name of a secret.

    ## Sections read
    Variables.

    ## Source
    CWE-532; own list of names.
    """

    id: ClassVar[str] = "CFG003"
    name: ClassVar[str] = "secret-not-sensitive"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per variable that says No, and one for tables without the column."""
        rows = [row for row in design.of(EnvVar) if row.confidence >= 0.5 and row.table >= 0]
        if not rows:
            yield Skipped("the document has no table of variables")
            return
        secrets = [r for r in rows if is_secret_name(r["variable"].text, context.lexicons)]
        for row in secrets:
            if row["sensitive"].text.strip().lower() in _NO:
                yield Hit(
                    message=f"{row['variable'].text} is named like a secret but Sensitive says {row['sensitive'].text}",
                    places=(Place(row["sensitive"].span), Place(row["variable"].span, "the name")),
                    subject=row["variable"].text,
                    object="sensitive",
                    hint="mark it sensitive, or give it a name that does not promise a secret",
                )
        unmarked = [row for row in secrets if not row["sensitive"].present and not _is_said(row)]
        certain = [row for row in unmarked if not is_address(row["variable"].text)]
        # that column is the template's: in another document a reader misses nothing
        if design.template and certain and not any(row["sensitive"].present for row in rows):
            yield _no_column(unmarked)


def _is_said(row: ReadRow) -> bool:
    return bool(_SAID.search(f"{row['type'].text} {row['description'].text}"))


def _no_column(rows: list[ReadRow]) -> Hit:
    names = ", ".join(row["variable"].text for row in rows)
    return Hit(
        message=f"{names} usually hold{'' if len(rows) > 1 else 's'} a secret, "
        "and the table of variables has no column that says which values are sensitive",
        places=tuple(Place(row["variable"].span) for row in rows),
        subject="variables",
        object="sensitive column",
        hint="add the column Sensitive",
    )
