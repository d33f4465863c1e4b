"""SEC017."""

from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_open
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.model.rows import ReadRow
from lld_agent.model.threats import BOUNDARY_NAMES, Expected, Outcome, ThreatReport
from lld_agent.model.vocabulary import Threat
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.unfilled import any_unfilled
from lld_agent.rules.wording import listed
from lld_agent.threats.assess import MOST_SHOWN, assess
from lld_agent.threats.proposal import phrase


class ThreatGap(Rule):
    """The table of threats answers what the design itself invites.

    ## What it checks
    28 threats that designs of this kind have to expect (OWASP API and LLM lists, STRIDE per element)
    against the rows of the threat table and the controls that the design declares. Each has a
    prerequisite: no upload, no malicious file. `lld-agent threats FILE` prints the model behind it.

    ## Why
    A threat model lists what came to mind. What did not is where the design has no answer either.

    ## Fires when
    A prerequisite holds, no row is about the threat, and no control against it is declared: one
    finding each, seven at most, the most urgent first (boundary, data, kind of threat). The same
    words in the mitigation of another row do not answer it. Where controls exist but no row: one info
    that names them all.

    ## Incorrect
        `POST /books/{id}/cover` takes multipart/form-data; threats: SQL injection. No limit, no scan.

    ## Correct
        | Malicious file as a cover | Medium | High | Images only, 2 MB, scanned, re-encoded |

    ## Known false positives
    Controls that the platform provides and that the document names nowhere: name them under what is
    out of scope, or as a known limitation.

    ## Sections read
    All: endpoints, tables, dependencies, flows, caches, security, configuration, limitations.

    ## Source
    OWASP API Security Top 10 2023, OWASP Top 10 for LLM applications 2025, STRIDE per element.
    """

    id: ClassVar[str] = "SEC017"
    name: ClassVar[str] = "threat-gap"
    severity: ClassVar[Severity] = Severity.WARNING
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield a hit per gap shown, and one info about controls without a row."""
        rows = tuple(row for row in design.of(Threat) if row.confidence >= 0.5)
        if not rows:
            yield Skipped("needs a table of threats")
            return
        if any_unfilled(rows) or any(is_open(c.text) for row in rows for c in row.cells.values()):
            yield Skipped("the table of threats is still to be filled")
            return
        report = assess(design, context.lexicons)
        gaps = report.of(Outcome.GAP)
        for gap in gaps[:MOST_SHOWN]:
            yield _gap(gap, report, len(gaps) - MOST_SHOWN)
        controlled = report.of(Outcome.CONTROL_ONLY, Outcome.ASSUMED)
        if controlled:
            yield _controlled(controlled, rows)


def _gap(gap: Expected, report: ThreatReport, hidden: int) -> Hit:
    assert gap.ground is not None
    ground = gap.ground
    border = BOUNDARY_NAMES[ground.boundary]
    others = f" and {ground.more} more" if ground.more else ""
    weak = (
        f" ({listed(row['threat'].text for row in gap.weak)} only names a measure against it)"
        if gap.weak
        else ""
    )
    more = f"; {hidden} further gaps are not shown" if hidden > 0 else ""
    sought = " or ".join([c for c in gap.template.controls if c[0] != "~"][:2])
    named = ", ".join((gap.template.id, *gap.template.owasp))
    return Hit(
        message=(
            f"{phrase(gap.template, ground)}{others} ({named}) is answered nowhere: it {ground.note} (border: {border}); "
            f"none of the {len(report.rows)} threats is about it{weak}, and no control such as {sought} is declared{more}"
        ),
        places=(Place(ground.span, ground.note), Place(report.rows[0].span, "the threats")),
        subject=gap.template.id,
        object=ground.subject,
        hint=f"add a row: {gap.proposal}",
    )


def _controlled(controlled: tuple[Expected, ...], rows: tuple[ReadRow, ...]) -> Hit:
    named = listed(
        (
            f"{one.template.id} {phrase(one.template, one.ground)}"
            for one in controlled
            if one.ground
        ),
        4,
    )
    places = [Place(one.answer, f"answers {one.template.id}") for one in controlled]
    return Hit(
        message=f"{len(controlled)} expected threats have a control but no row: {named}",
        places=(Place(rows[0].span, "the threats"), *places),
        subject="controls without a threat",
        hint="add rows that cite the controls; `lld-agent threats` prints them",
        severity=Severity.INFO,
    )
