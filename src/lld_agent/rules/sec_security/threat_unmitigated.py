"""SEC002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import Threat
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_ACCEPTED = re.compile(
    r"accept(?:ed|able)?(?: risk)?|risk accepted|akzeptiert|aceptado|aceito|接受", re.IGNORECASE
)


class ThreatUnmitigated(Rule):
    """Every threat has an answer.

    ## What it checks
    The Mitigation column of threat tables.

    ## Why
    A threat that is written down and left alone is a known hole.

    ## Fires when
    The cell is blank or says that there is nothing; or the risk is accepted with no word about by
    whom or why.

    ## Incorrect
        | Replay of a webhook | High | Medium | - |

    ## Correct
        | Replay of a webhook | High | Medium | Signature over a timestamp, 5 minutes |

    ## Known false positives
    Tables whose answer stands in a column of another name.

    ## Sections read
    Threat tables.

    ## Source
    Own; NIST SP 800-30 on risk acceptance.
    """

    id: ClassVar[str] = "SEC002"
    name: ClassVar[str] = "threat-unmitigated"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per threat without an answer."""
        rows = [r for r in design.of(Threat) if r["mitigation"].present and r.confidence >= 0.5]
        if not rows:
            yield Skipped("no threat table has a column of mitigations")
            return
        for row in rows:
            text = row["mitigation"].text.strip()
            accepted = _ACCEPTED.fullmatch(text.rstrip("."))
            if not (is_none(text) or accepted) or not row["threat"].text:
                continue
            what = "is accepted with neither owner nor reason" if accepted else "has no mitigation"
            yield Hit(
                message=f"threat {row['threat'].text} {what}",
                places=(Place(row.span),),
                subject=row["threat"].text,
                object="mitigation",
                hint="say what prevents or limits it, or who accepts it and why",
            )
