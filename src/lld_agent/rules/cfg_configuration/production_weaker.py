"""CFG009."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import EnvironmentDifference
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_PROTECTION = re.compile(
    r"rate[- ]?limit|throttl|\btls\b|\bssl\b|https|encrypt|authenti|authori|\bauth\b|\bmfa\b|\b2fa\b|csrf|\bwaf\b|audit|backup"
    r"|certificate|firewall|network polic|validation|signature|replication|monitoring|alert",
    re.IGNORECASE,
)
_REVERSED = re.compile(
    r"bypass|mock|skip|debug|disable|relax|test|swagger|docs|stub|insecure|allow|exempt|anonymous|unauth",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"(?:disabled|off|none|no|false|relaxed|optional|not (?:enforced|required|used|verified)"
    r"|self-signed|http|permissive|lenient)(?:\s*\([^)]*\))?",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"enabled|enforced|on|yes|true|strict|required|full|tls.*|https|mtls", re.IGNORECASE
)
_DEBUG = re.compile(r"debug|trace|verbose", re.IGNORECASE)
_SECRET = re.compile(r"secret|credential|password|\bkeys?\b|token", re.IGNORECASE)
_SAME = re.compile(r"shared|same|common|identical", re.IGNORECASE)
_COUNT = re.compile(
    r"(\d+)(?:\s*\+|\s*(?:-|–|to)\s*\d+)?(?:\s*(?:replicas?|instances?|nodes?|pods?))?",
    re.IGNORECASE,
)


class ProductionWeaker(Rule):
    """Production is guarded at least as well as development.

    ## What it checks
    The table of differences between environments.

    ## Why
    What is switched off in production for a test tends to stay off.

    ## Fires when
    A protection (rate limits, TLS, authentication, audit, backups, ...) is off or relaxed in
    production, production has fewer replicas than another environment, logs at DEBUG, or shares a
    secret with development.

    ## Incorrect
        | Rate limits | Enforced | Enforced | Disabled |

    ## Correct
        | Rate limits | Disabled | Relaxed | Enforced |

    ## Known false positives
    Protections that something in front of production gives: name it in the cell.

    ## Sections read
    Environment differences.

    ## Source
    The Twelve-Factor App, X. Dev/prod parity; OWASP API8:2023 Security Misconfiguration.
    """

    id: ClassVar[str] = "CFG009"
    name: ClassVar[str] = "prod-weaker"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per aspect."""
        rows = [
            r
            for r in design.of(EnvironmentDifference)
            if r["production"].text and r.confidence >= 0.5
        ]
        if not rows:
            yield Skipped("no table says how environments differ")
            return
        for row in rows:
            what = _weaker(row)
            if what:
                yield Hit(
                    message=f"{row['aspect'].text}: {what}",
                    places=(Place(row["production"].span),),
                    subject=row["aspect"].text,
                    object="production",
                    hint="make production the strictest environment, or say in the cell what guards it instead",
                )


def _weaker(row: ReadRow) -> str:
    aspect, production = row["aspect"].text, row["production"].text.strip()
    others = [
        row[name].text.strip() for name in ("development", "staging") if row[name].text.strip()
    ]
    if _PROTECTION.search(aspect) and not _REVERSED.search(aspect) and _WEAK.fullmatch(production):
        if any(_STRONG.fullmatch(other) for other in others):
            return f"production says {production}, another environment {next(filter(_STRONG.fullmatch, others))}"
        return f"production says {production}"
    if re.search(r"log", aspect, re.IGNORECASE) and _DEBUG.fullmatch(production):
        return f"production logs at {production}"
    if (
        _SECRET.search(aspect)
        and _SAME.search(production)
        and row["development"].text.strip() == production
    ):
        return f"production and development are both {production}"
    return _fewer(aspect, production, others)


def _fewer(aspect: str, production: str, others: list[str]) -> str:
    ours = (
        _COUNT.fullmatch(production)
        if re.search(r"replica|instance|node|pod", aspect, re.IGNORECASE)
        else None
    )
    for other in others if ours else ():
        theirs = _COUNT.fullmatch(other)
        if ours and theirs and int(ours[1]) < int(theirs[1]):
            return f"production has {production}, another environment {other}"
    return ""
