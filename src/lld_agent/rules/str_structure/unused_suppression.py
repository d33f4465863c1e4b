"""STR011."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Rule, Skipped


class UnusedSuppression(Rule):
    """Every comment that sets a finding aside still has one to set aside.

    ## What it checks
    Comments `lld: ignore` and `lld: ignore-file`: whether each rule they name reports something
    in the lines they speak for.

    ## Why
    A comment that outlives its finding hides the next one that appears in its place.

    ## Fires when
    A rule that ran reports nothing there. A rule that was not selected is not judged.

    ## Incorrect
        | Billing export | Ready | <!-- lld: ignore STR003 -- decided in May -->

    ## Correct
        | Billing export | Ready |

    ## Known false positives
    A finding that depends on files which are not there (neighbours, `--prd`) makes its comment
    look unused in a run without them.

    ## Sections read
    The whole document.

    ## Source
    Own; the same idea as unused `noqa` in ruff (RUF100).
    """

    id: ClassVar[str] = "STR011"
    name: ClassVar[str] = "unused-suppression"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield nothing: only triage knows what was set aside, so `review.triage` judges."""
        yield from ()
