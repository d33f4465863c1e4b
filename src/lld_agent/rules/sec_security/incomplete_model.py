"""SEC019."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.wording import listed
from lld_agent.threats.flows import data_flow, unresolved

_SHOWN = 4


class IncompleteModel(Rule):
    """The document says of everything it depends on what it is.

    ## What it checks
    The dependencies and participants that the threat engine puts into its data-flow model
    (`lld-agent threats FILE`): a store, a third party, a service of the platform, a person.

    ## Why
    A threat depends on the border that data crosses. Where the document does not tell which side a
    name is on, nothing is guessed, and nothing is said about its threats either.

    ## Fires when
    The kind of at least one dependency follows neither from its name nor from what is said of it: one
    info that names them all.

    ## Incorrect
        | Support System | Optional | Tickets stay here | - |

    ## Correct
        | Support System (SaaS, Zendesk) | Optional | Tickets stay here | - |

    ## Known false positives
    Products and kinds of services that the word lists do not know, in other languages above all.

    ## Sections read
    Dependencies, flows.

    ## Source
    Threagile, incomplete-model.
    """

    id: ClassVar[str] = "SEC019"
    name: ClassVar[str] = "incomplete-model"
    severity: ClassVar[Severity] = Severity.INFO
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        unknown = tuple(unresolved(data_flow(design, context.lexicons)))
        if not unknown:
            return
        names = [element.name for element in unknown]
        one = len(names) == 1
        what = (
            "is a store, a third party or a service of the platform"
            if one
            else "are stores, third parties or services of the platform"
        )
        yield Hit(
            message=f"whether {listed(names, _SHOWN)} {what} is not told: no threat is judged there",
            places=tuple(Place(element.span) for element in unknown),
            subject="data-flow model",
            object=",".join(sorted(names)),
            hint="say what it is where the dependency is listed",
        )
