"""SEC004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import tokens
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import (
    AuthenticationFlow,
    AuthorizationRule,
    EncryptionRule,
    EnvVar,
    ErrorClass,
    InputRule,
    Secret,
    Threat,
)
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared
from lld_agent.rules.technology import also_called

_DETAILS = (
    AuthenticationFlow,
    AuthorizationRule,
    EncryptionRule,
    InputRule,
    EnvVar,
    Secret,
    ErrorClass,
)
_LOGIN = re.compile(r"\b(?P<what>[A-Z]\w+) (?:authentication|AUTH|password|ACLs?)\b")
_ENOUGH = 3
"""Kinds of detail without which a document is no design that could back a measure."""


class MitigationUnbacked(Rule):
    """A measure that answers a threat is set up somewhere.

    ## What it checks
    Measures named in the Mitigation column (rate limits, multi-factor authentication, firewalls,
    audit logs, signatures, ...) against all other text of the document.

    ## Why
    The threat counts as answered, and nobody builds the answer.

    ## Fires when
    No other place of a design that has security and configuration sections names the measure,
    under any of its names; or a technology is to authenticate ("Redis authentication") and no
    secret, variable or flow is about it: one finding per threat.

    ## Incorrect
        | Guessed passwords | High | High | Lockout after failed logins |    and no word about it elsewhere

    ## Correct
        | `MAX_LOGIN_ATTEMPTS` | No | `5` | Failed logins before lockout of 15 minutes |

    ## Known false positives
    Measures that the platform takes and that the document does not describe.

    ## Sections read
    Threats; all text for the measure.

    ## Source
    Own; ASVS 5.0, documented security decisions.
    """

    id: ClassVar[str] = "SEC004"
    name: ClassVar[str] = "mitigation-unbacked"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per threat."""
        threats = [
            row for row in design.of(Threat) if row["mitigation"].text and row.confidence >= 0.5
        ]
        kinds = sum(bool(design.of(kind)) for kind in _DETAILS) + bool(declared(design))
        if not threats or kinds < _ENOUGH:
            yield Skipped("needs threats with mitigations, and a design of what they rest on")
            return
        lexicons = context.lexicons
        elsewhere = _without(design, threats)
        for row in threats:
            named = [
                key
                for key in lexicons.keys("measures")
                if lexicons.find("measures", key, row["mitigation"].text)
            ]
            unbacked = [key for key in named if not lexicons.find("measures", key, elsewhere)]
            unbacked += _logins(row["mitigation"].text, design, lexicons)
            if unbacked:
                measures = " and ".join(unbacked)
                yield Hit(
                    message=f"{measures} answers {row['threat'].text}, but nothing else in the design sets it up",
                    places=(Place(row["mitigation"].span),),
                    subject=row["threat"].text,
                    object=measures,
                    hint="say where it is configured or built, or name the measure that is",
                )


def _logins(text: str, design: Design, lexicons: Lexicons) -> list[str]:
    """Return `Redis authentication` and the like for which there is no secret, variable or flow."""
    found = []
    for named in _LOGIN.finditer(text):
        if also_called(tokens(named["what"]), lexicons) == frozenset(tokens(named["what"])):
            continue  # no technology
        rows = [row for kind in (Secret, EnvVar, AuthenticationFlow) for row in design.of(kind)]
        said = {
            w for row in rows for c in row.cells.values() for p in c.text.split() for w in tokens(p)
        }
        if not set(tokens(named["what"])) & said:
            found.append(named[0])
    return found


def _without(design: Design, threats: list[ReadRow]) -> str:
    """Return the text of a document without its threats."""
    text, parts, at = design.source.text, [], 0
    for row in sorted(threats, key=lambda row: row.span):
        parts.append(text[at : row.span.start])
        at = row.span.end
    return "".join([*parts, text[at:]])
