"""STR012."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.suppression import read_suppressions


class MalformedSuppression(Rule):
    """Every comment for lld-agent is understood, and gives a reason.

    ## What it checks
    Comments that begin with `lld:`.

    ## Why
    A finding set aside without a reason cannot be judged by the next reader, and a comment with a
    slip in it does nothing at all.

    ## Fires when
    The directive is neither `ignore` nor `ignore-file`, no rule or an unknown one is named, or
    there is no reason after ` -- `. A comment without a reason sets nothing aside.

    ## Incorrect
        Retries are left to the caller. <!-- lld: ignore ERR001 -->

    ## Correct
        Retries are left to the caller. <!-- lld: ignore ERR001 -- the caller holds the key -->

    ## Known false positives
    Rules of a later version are unknown to this one.

    ## Sections read
    The whole document; comments in fences and code spans are text.

    ## Source
    Own.
    """

    id: ClassVar[str] = "STR012"
    name: ClassVar[str] = "malformed-suppression"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield comments that mean to be a suppression and are none."""
        _, faults = read_suppressions(design)
        for fault in faults:
            yield Hit(
                message=fault.message,
                places=(Place(fault.span),),
                subject=fault.subject,
                hint="<!-- lld: ignore API001 -- reason -->",
            )
