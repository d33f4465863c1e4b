"""CFG002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import EnvVar
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.cfg_configuration.names import is_secret_name, says_yes

_CREDENTIALS_IN_URL = re.compile(r"://[^/\s:@]+:(?P<password>[^@\s]+)@")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?")
_GENERATED = re.compile(
    r"\A\W*required\b|generat|random|auto|injected|provided|mounted|from |rotat|\bset (?:by|at|in)\b|inherit|same as",
    re.IGNORECASE,
)


class SecretDefault(Rule):
    """A secret has no default.

    ## What it checks
    Defaults of variables that are marked sensitive or named like a secret.

    ## Why
    The default is what runs where nobody set the variable, and everybody can read it.

    ## Fires when
    The default is a literal, or an address with a password in it. Blank, `-`, `None`, `${...}` and
    references to a vault are no literals.

    ## Incorrect
        | `SIGNING_SECRET` | No | `changeme` | ... | Yes |

    ## Correct
        | `SIGNING_SECRET` | Yes | - | ... | Yes |

    ## Known false positives
    A default that describes in words where the value comes from.

    ## Sections read
    Variables.

    ## Source
    CWE-1188, CWE-798.
    """

    id: ClassVar[str] = "CFG002"
    name: ClassVar[str] = "secret-default"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per secret with a default."""
        rows = [
            row for row in design.of(EnvVar) if row["default"].present and row.confidence >= 0.5
        ]
        if not rows:
            yield Skipped("no table of variables has defaults")
            return
        for row in rows:
            name = row["variable"].text
            sensitive = says_yes(row["sensitive"].text)
            if (sensitive or is_secret_name(name, context.lexicons)) and _is_literal(row):
                why = "is marked sensitive" if sensitive else "is named like a secret"
                yield Hit(
                    message=f"{name} {why} but has the default {row['default'].text}",
                    places=(Place(row["default"].span),),
                    subject=name,
                    object="default",
                    hint="leave the default empty and make the variable required",
                )


_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
"""The default is the value of another variable."""


def _is_literal(row: ReadRow) -> bool:
    text = row["default"].text.strip().strip("\"'")
    if (
        is_none(text)
        or _GENERATED.search(text)
        or text.lower() in {"true", "false"}
        or text.isdigit()
        or _VARIABLE.fullmatch(text)
    ):
        return False
    if "[Q-" in text or " " in text:
        return False
    in_url = _CREDENTIALS_IN_URL.search(text)
    if in_url:
        return not is_none(in_url["password"])
    return not _ADDRESS.match(text)
