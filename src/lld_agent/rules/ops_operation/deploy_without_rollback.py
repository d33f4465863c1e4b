"""OPS001."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import PipelineStage, RollbackScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import answered, any_unfilled, is_unfilled
from lld_agent.rules.wording import listed

_DEPLOY = re.compile(
    r"deploy|release|roll-?out|promot|canary|\bprod(?:uction)?\b|go.?live|publish", re.IGNORECASE
)
_STAGING = re.compile(r"stag(?:e|ing)\)?\b|\bdev|\btest|\bqa\b|preview", re.IGNORECASE)
_BACK = re.compile(
    r"roll(?:ed|ing|s)?[- ]?back|revert|previous version|back to (?:blue|the)", re.IGNORECASE
)
_WAYS = {
    "blue-green": re.compile(r"blue[ /-]?green|switch (?:back )?to (?:blue|green)", re.IGNORECASE),
    "rolling": re.compile(
        r"rolling[ -](?:update|deploy|upgrade|restart)|rollingupdate", re.IGNORECASE
    ),
}


class DeployWithoutRollback(Rule):
    """What is deployed can be taken back, in the way that it is deployed.

    ## What it checks
    Stages of the pipeline that deploy, and rollback scenarios.

    ## Why
    The way back is needed when nobody has time to think of one.

    ## Fires when
    A stage that deploys or a rollback scenario has a blank method, a pipeline deploys and the document
    speaks of no way back at all, or production is deployed blue-green in one row and rolling in another.

    ## Incorrect
        | Deploy | Merge to main | Helm upgrade | - |

    ## Correct
        | Deploy | Merge to main | Helm upgrade | helm rollback |

    ## Known false positives
    Stages that only build or test are exempt, whatever they are called.

    ## Sections read
    Pipeline stages, rollback scenarios.

    ## Source
    Kubernetes production readiness review, Feature Enablement and Rollback.
    """

    id: ClassVar[str] = "OPS001"
    name: ClassVar[str] = "deploy-no-rollback"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit for what is blank, and one for ways that differ."""
        stages = [
            r
            for r in answered(design.of(PipelineStage))
            if r.confidence >= 0.5 and _DEPLOY.search(r.key.text)
        ]
        scenarios = [r for r in answered(design.of(RollbackScenario)) if r.confidence >= 0.5]
        if not stages and not scenarios:
            yield Skipped("no pipeline deploys and no rollback is planned")
            return
        blank = [r for r in stages if _is_blank(r, "rollback")]
        blank += [r for r in scenarios if _is_blank(r, "method")]
        if blank:
            yield _hit(blank, "have no way back" if len(blank) > 1 else "has no way back")
        elif not any_unfilled(stages) and _nowhere(design, stages, scenarios):
            yield _hit(stages, "deploy, and nothing says how that is undone")
        yield from _differing(stages)


def _is_blank(row: ReadRow, name: str) -> bool:
    cell = row[name]
    return cell.present and not is_unfilled(row) and not is_open(cell.text) and is_none(cell.text)


def _nowhere(design: Design, stages: list[ReadRow], scenarios: list[ReadRow]) -> bool:
    told = scenarios or any(row["rollback"].present for row in stages)
    return bool(stages) and not told and not _BACK.search(design.source.text)


def _hit(rows: list[ReadRow], what: str) -> Hit:
    names = listed(row.key.text for row in rows)
    return Hit(
        message=f"{names} {what}",
        places=tuple(Place(row.span) for row in rows),
        subject="rollback",
        object=names,
        hint="say how each is taken back",
    )


def _differing(stages: list[ReadRow]) -> Iterator[Hit]:
    """Yield a hit when production is deployed in two ways."""
    ways: dict[str, ReadRow] = {}
    for row in stages:
        if not _STAGING.search(row.key.text):
            text = f"{row['actions'].text} {row['rollback'].text}"
            for way, pattern in _WAYS.items():
                if pattern.search(text):
                    ways.setdefault(way, row)
    if len(ways) == len(_WAYS):
        yield Hit(
            message=f"production is deployed {' in one place and '.join(ways)} in another",
            places=tuple(Place(row.span, way) for way, row in ways.items()),
            subject="deployment strategy",
            object=",".join(sorted(ways)),
            hint="deploy and go back in one way",
        )
