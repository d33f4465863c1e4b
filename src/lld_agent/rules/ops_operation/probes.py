"""OPS003."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design, TableReading
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.containers import specifications
from lld_agent.rules.routes import declared, normal_path

_HEALTH = re.compile(r"health|probe|liveness|readiness", re.IGNORECASE)
_KINDS = {
    "liveness": re.compile(r"\b(?:live(?:ness|z)?|startup)\b", re.IGNORECASE),
    "readiness": re.compile(r"\bready|readi", re.IGNORECASE),
}
_PATH = re.compile(r"/[A-Za-z][\w/.-]{0,80}")
_JOB = re.compile(r"\b(?:cron|batch|job|one-off|lambda|function)s?\b", re.IGNORECASE)
_CHECKED = re.compile(r"health|live|ready|readi|ping|status", re.IGNORECASE)


class Probes(Rule):
    """A container says how one knows that it lives and that it is ready.

    ## What it checks
    The health checks of container specifications, and their paths against the declared endpoints.

    ## Why
    With one probe for both, a slow database restarts every replica.

    ## Fires when
    A container specification names no liveness or no readiness probe, both probe the same path, or
    a path is not served although the design declares its health endpoints.

    ## Incorrect
        | Health Checks | Liveness: /health |

    ## Correct
        | Health Checks | Liveness: /health, Readiness: /ready |

    ## Known false positives
    Platforms that restart by other signs. Jobs are exempt.

    ## Sections read
    Container specifications, endpoints.

    ## Source
    Kubernetes documentation, Configure Liveness, Readiness and Startup Probes.
    """

    id: ClassVar[str] = "OPS003"
    name: ClassVar[str] = "probes"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per container."""
        found = [pair for pair in specifications(design) if len(pair[1]) > 1]
        if not found:
            yield Skipped("no container is specified")
            return
        served = {normal_path(e.path) for e in declared(design)}
        for table, cells in found:
            words = f"{table.heading} {' '.join(cells)}"
            if _JOB.search(words):
                continue
            checks = {name: cell for name, cell in cells.items() if _HEALTH.search(name)}
            what = _wrong(checks, served)
            if what:
                yield _hit(table, checks, what)


def _wrong(checks: dict[str, Cell], served: set[str]) -> str:
    text = " ".join(
        f"{name} {cell.text}" for name, cell in checks.items() if not is_none(cell.text)
    )
    if any(is_open(cell.text) or "{" in cell.text for cell in checks.values()):
        return ""
    missing = [name for name, pattern in _KINDS.items() if not pattern.search(text)]
    if len(missing) == len(_KINDS):
        # A path alone is a probe of some kind: people write `Health check: /health`.
        return (
            "names no liveness and no readiness probe"
            if not _PATH.search(text)
            else "does not tell liveness and readiness apart"
        )
    if missing:
        return f"names no {missing[0]} probe"
    paths = [path.rstrip("/.") for path in _PATH.findall(text)]
    if len(paths) > 1 and len(set(paths)) == 1:
        return f"probes {paths[0]} for both, so one that is busy is restarted"
    unknown = [path for path in paths if not any(own.endswith(path) for own in served)]
    if unknown and any(_CHECKED.search(own) for own in served):
        return f"probes {unknown[0]}, which no declared endpoint serves"
    return ""


def _hit(table: TableReading, checks: dict[str, Cell], what: str) -> Hit:
    place = next(iter(checks.values())).span if checks else table.span
    return Hit(
        message=f"{table.heading or 'the container specification'} {what}",
        places=(Place(place),),
        subject=table.heading or "container",
        object="probes",
        hint="name a liveness and a readiness probe, each with its own path",
    )
