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
_COMMAND = re.compile(
    r"\b(?:curl|wget|exec|cmd|pg_isready|every|interval|ping)\b|`[^`/]* ", re.IGNORECASE
)
_CLUSTER = re.compile(
    r"kubernetes|\bk8s\b|\bhelm\b|openshift|\b(?:eks|gke|aks)\b|\bpods?\b", re.IGNORECASE
)
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
    Platforms that restart by other signs. Jobs are exempt, and so are the health checks of Docker and Compose, and
    documents that speak of no cluster.

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
        if not _CLUSTER.search(design.source.text) and not any(table.slot for table, _ in found):
            yield Skipped(
                "nothing says that the containers run in a cluster, where there are two probes"
            )
            return
        served = {normal_path(e.path) for e in declared(design)}
        for table, cells in found:
            words = f"{table.heading} {' '.join(cells)}"
            asked = any(is_open(cell.text) for cell in cells.values())
            if asked or _JOB.search(words):
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
        return _without_kind(text)
    return f"names no {missing[0]} probe" if missing else _wrong_paths(text, served)


def _without_kind(text: str) -> str:
    """Return what is wrong with checks that are called neither liveness nor readiness."""
    if _COMMAND.search(text):
        # The one health check of Docker and Compose, which know no other.
        return ""
    # A path alone is a probe of some kind: people write `Health check: /health`.
    told = _PATH.search(text)
    return (
        "does not tell liveness and readiness apart"
        if told
        else "names no liveness and no readiness probe"
    )


def _wrong_paths(text: str, served: set[str]) -> str:
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
