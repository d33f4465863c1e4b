"""What a run of rules looked at."""

import re

from lld_agent.model.criticism import CriticReport
from lld_agent.model.design import Design
from lld_agent.model.review import Coverage
from lld_agent.rules.engine import CheckResult

_WORD = re.compile(r"\S+")


def measure(design: Design, checked: CheckResult, critics: CriticReport) -> Coverage:
    """Return what a run of rules and critics over one design looked at."""
    typed = sum(1 for table in design.tables if table.kind is not None)
    return Coverage(
        documents=1,
        words=sum(1 for _ in _WORD.finditer(design.source.text)),
        template=design.template,
        template_confidence=design.template_confidence,
        tables_typed=typed,
        tables_verbatim=len(design.tables) - typed,
        rules_run=tuple(sorted((*checked.rules_run, *critics.run))),
        rules_skipped=checked.rules_skipped,
        rules_failed=checked.rules_failed,
        critics_run=critics.run,
        critics_failed=critics.failed,
        critics_skipped=critics.skipped,
    )
