"""CFG006."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.vocabulary import EnvVar
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.cfg_configuration.names import says_yes
from lld_agent.rules.wording import listed


class RequiredWithDefault(Rule):
    """A variable is required, or it has a default.

    ## What it checks
    The columns Required and Default of variables.

    ## Why
    Nobody knows whether the service starts without it.

    ## Fires when
    A variable is required and has a default: one finding for all of them.

    ## Incorrect
        | `REALM` | Yes | `library` |

    ## Correct
        | `REALM` | No | `library` |

    ## Known false positives
    "Default" used for an example of the value.

    ## Sections read
    Variables.

    ## Source
    Own.
    """

    id: ClassVar[str] = "CFG006"
    name: ClassVar[str] = "required-with-default"
    severity: ClassVar[Severity] = Severity.INFO

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rows = [
            row for row in design.of(EnvVar) if row["required"].present and row["default"].present
        ]
        if not rows:
            yield Skipped("no table of variables has both Required and Default")
            return
        both = [
            row
            for row in rows
            if says_yes(row["required"].text)
            and not is_none(row["default"].text)
            and not is_open(row["default"].text)
        ]
        if both:
            names = listed(row["variable"].text for row in both)
            verb = "are" if len(both) > 1 else "is"
            yield Hit(
                message=f"{names} {verb} required and yet ha{'ve' if len(both) > 1 else 's'} a default"
                f" ({listed(row['default'].text for row in both)})",
                places=tuple(Place(row.span) for row in both),
                subject="variables",
                object=names,
                hint="say No under Required, or take the default out",
            )
