"""What was fixed, for people."""

from collections.abc import Iterator, Sequence

from lld_agent.model.review import Fixed
from lld_agent.report.escape import one_line, visible


def fixes_report(documents: Sequence[Fixed]) -> Iterator[str]:
    """Yield one line per fix, and one per fix that was not made."""
    for document in documents:
        for finding in document.applied:
            assert finding.fix is not None
            where = f"{visible(finding.path)}:{finding.location.line}"
            yield f"{where}: {finding.rule} {one_line(finding.fix.title)}"
        for finding in document.withheld:
            where = f"{visible(finding.path)}:{finding.location.line}"
            yield f"{where}: {finding.rule} not fixed: the edit would bring another finding"


def fixes_summary(documents: Sequence[Fixed], *, applied: bool) -> str:
    """Return one line: how many fixes in how many documents."""
    fixes = sum(len(document.applied) for document in documents)
    changed = sum(document.before.text != document.after.text for document in documents)
    if not fixes:
        return "nothing to fix"
    done = "applied" if applied else "shown; --apply writes them"
    plural = "" if fixes == 1 else "es"
    return f"{fixes} fix{plural} in {changed} document{'' if changed == 1 else 's'} {done}"
