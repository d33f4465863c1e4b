"""What a person may set about reports."""

from dataclasses import dataclass, field

from lld_agent.model.review import Bars
from lld_agent.report.text import Style

_ID = "{id}"


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """How a report looks and where it points.

    Attributes:
        style: colours, for terminals.
        rule_url: address of the page of a rule, with `{id}` for its id; "" when the pages are
            published nowhere: formats then carry the text of the page where they can.
        fails: which findings make the exit code 1; JUnit calls only those failures.
    """

    style: Style = field(default_factory=Style)
    rule_url: str = ""
    fails: Bars = field(default_factory=Bars)

    def page(self, rule_id: str) -> str:
        """Return the address of a rule's page, "" when there is none."""
        return self.rule_url.replace(_ID, rule_id)
