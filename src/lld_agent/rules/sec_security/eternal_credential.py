"""SEC011."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import AuthenticationFlow
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_FOREVER = re.compile(
    r"indefinite\w*|never(?: expires?)?|no (?:expiry|expiration|limit)|does not expire|doesn't expire|non-expiring"
    r"|unlimited|forever"
    r"|permanent\w*|eternal|infinite|long-lived|until (?:revoked|rotated|deleted|changed)|static|unbegrenzt|indefinid\w+|永久",
    re.IGNORECASE,
)
_NEEDS_NONE = re.compile(
    r"mtls|certificate|\bcert|spiffe|workload identity|iam role|signature|hmac|mutual",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"rotat|renew|automatic|reissue|short-lived", re.IGNORECASE)


class EternalCredential(Rule):
    """Every credential ends.

    ## What it checks
    The lifetime of the mechanisms in the authentication table.

    ## Why
    A token that never ends is as good to whoever steals it as to whoever it was made for.

    ## Fires when
    The lifetime is indefinite, "never" or "until revoked"; or it is blank although other lines of
    the table give theirs.

    ## Incorrect
        | Service to service | API token | Indefinite | Manual |

    ## Correct
        | Service to service | API token | 24 hours | Issued anew by the broker |

    ## Known false positives
    Certificates and identities that the platform renews by itself are exempt where the line says so.

    ## Sections read
    Authentication tables.

    ## Source
    OWASP ASVS 5.0, V9 Self-contained Tokens; CWE-613 Insufficient Session Expiration.
    """

    id: ClassVar[str] = "SEC011"
    name: ClassVar[str] = "eternal-credential"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per mechanism."""
        rows = [
            row
            for row in design.of(AuthenticationFlow)
            if row["token_lifetime"].present
            and row.confidence >= 0.5
            and row.key.text
            and row["mechanism"].text
        ]
        if not rows:
            yield Skipped("no table of authentication gives lifetimes")
            return
        given = [row for row in rows if not _is_blank(row)]
        for row in rows:
            lifetime = row["token_lifetime"].text.strip()
            if is_open(lifetime) or _is_renewed(row):
                continue
            forever = _FOREVER.search(lifetime) and not re.search(r"\d", lifetime)
            if not forever and not (_is_blank(row) and given):
                continue
            what = f"never ends ({lifetime})" if forever else "has no lifetime"
            other = next((o for o in given if re.search(r"\d", o["token_lifetime"].text)), None)
            peer = f"; {other.key.text} lives {other['token_lifetime'].text}" if other else ""
            yield Hit(
                message=f"the credential of {row.key.text} ({row['mechanism'].text}) {what}{peer}",
                places=(
                    Place(row.span),
                    *(Place(o.span, "another") for o in ([other] if other else [])),
                ),
                subject=row.key.text,
                object="lifetime",
                hint="give it an end, and say how it is renewed",
            )


def _is_blank(row: ReadRow) -> bool:
    text = row["token_lifetime"].text.strip()
    return is_none(text) and not re.match(r"n/?a|see|none|not applicable", text, re.IGNORECASE)


def _is_renewed(row: ReadRow) -> bool:
    text = f"{row.key.text} {row['mechanism'].text}"
    return bool(_NEEDS_NONE.search(text)) and (
        bool(_CHANGES.search(row["refresh"].text)) or _is_blank(row)
    )
