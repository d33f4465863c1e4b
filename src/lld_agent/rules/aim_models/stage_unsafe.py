"""AIM008."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_none, is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.vocabulary import DeploymentStage
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import is_unfilled
from lld_agent.rules.wording import listed

_FETCH = re.compile(r"download|fetch|pull|import|onboard", re.IGNORECASE)
_MODEL = re.compile(r"model|weights|artefact|artifact|checkpoint|adapter", re.IGNORECASE)
_VERIFIED = re.compile(
    r"checksum|sha-?256|sha-?512|\bhash|digest|signature|signed|cosign|sigstore|malware|virus|clamav|modelscan|safetensors|"
    r"security scan|integrity|provenance|vulnerab",
    re.IGNORECASE,
)


class StageUnsafe(Rule):
    """A stage of a model's deployment is checked, can be undone, and fetches only what it has verified.

    ## What it checks
    Stages of the deployment pipeline of models.

    ## Why
    A stage without a check passes what is broken on to the next; model files run code.

    ## Fires when
    Rollback point or validation of a stage is blank (one finding), or a stage fetches a model and the document
    speaks of no checksum, signature or scan (one finding).

    ## Incorrect
        | Download model | 10 min | Yes | File exists |

    ## Correct
        | Download model | 10 min | Yes | SHA-256 of the manifest |

    ## Known false positives
    Registries that verify, when the document does not say so.

    ## Sections read
    Deployment pipeline of models, text.

    ## Source
    OWASP Top 10 for LLM Applications 2025, LLM03 Supply Chain.
    """

    id: ClassVar[str] = "AIM008"
    name: ClassVar[str] = "stage-unsafe"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit for blank cells and one for unverified models."""
        rows = [
            row
            for row in design.of(DeploymentStage)
            if row.confidence >= 0.5 and not is_unfilled(row)
        ]
        if not rows:
            yield Skipped("no stages of a model's deployment")
            return
        blank = [row for row in rows if _is_blank(row)]
        if blank:
            names = listed(row.key.text for row in blank)
            yield _hit(blank, f"no validation or no rollback point is given for {names}", names)
        fetched = [r for r in rows if _FETCH.search(r.key.text) and _MODEL.search(r.key.text)]
        if fetched and not _VERIFIED.search(design.source.text):
            names = listed(row.key.text for row in fetched)
            yield _hit(
                fetched,
                f"{names} brings in a model, and nothing verifies it",
                f"{names} unverified",
            )


def _is_blank(row: ReadRow) -> bool:
    cells = [row[name] for name in ("validation", "rollback_point") if row[name].present]
    return any(is_none(cell.text) and not is_open(cell.text) for cell in cells)


def _hit(rows: list[ReadRow], message: str, names: str) -> Hit:
    return Hit(
        message=message,
        places=tuple(Place(row.span) for row in rows),
        subject="deployment stages",
        object=names,
        hint="say what is checked, for models a checksum or a signature, and how one goes back",
    )
