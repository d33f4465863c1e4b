"""REQ006."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.stems import stems
from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity, Tier
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import EdgeCase, EdgeCaseTest, TestScenario
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_RULES = re.compile(
    r"business (?:rules?|constraints?|invariants?)|invariants?|geschäftsregeln|reglas de negocio|regras de negócio|业务规则",
    re.IGNORECASE,
)


class BusinessRuleUnenforced(Rule):
    """Every business rule is enforced or tested somewhere.

    ## What it checks
    Business rules against the errors of endpoints, edge cases and test scenarios.

    ## Why
    A rule that no answer, no step and no test knows holds until the first client breaks it.

    ## Fires when
    A rule shares fewer than two word stems with each error, edge case and test: one finding lists
    the rules. This is a preview rule: other words for the same rule are common.

    ## Incorrect
        Business rules: A member has at most five loans.    and no error or test about it

    ## Correct
        | 422 | `TOO_MANY_LOANS` | The member has five loans already |

    ## Known false positives
    Rules that are enforced in other words, or by the database.

    ## Sections read
    Lists under business rules, error tables, edge cases, tests.

    ## Source
    Own.
    """

    id: ClassVar[str] = "REQ006"
    name: ClassVar[str] = "business-rule-unenforced"
    severity: ClassVar[Severity] = Severity.WARNING
    tier: ClassVar[Tier] = Tier.PREVIEW

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        rules = list(_rules(design))
        answers = [
            f"{e['description'].text} {e['code'].text.replace('_', ' ')}"
            for p in design.endpoints
            for e in p.errors
        ]
        answers += [
            " ".join(cell.text for cell in row.cells.values())
            for kind in (EdgeCase, EdgeCaseTest, TestScenario)
            for row in design.of(kind)
        ]
        if not rules or not answers:
            yield Skipped("needs business rules, and errors, edge cases or tests")
            return
        known = [stems(text) for text in answers]
        bare = [
            (text, span)
            for text, span in rules
            if not any(len(stems(text) & other) >= 2 for other in known)
        ]
        if bare:
            texts = "; ".join(" ".join(text.split()) for text, _ in bare)
            yield Hit(
                message=f"no error, edge case or test is about {len(bare)} of {len(rules)} business rules: {texts}",
                places=tuple(Place(span) for _, span in bare),
                subject="business rules",
                object=texts,
                hint="say what happens when the rule is broken, and test it",
            )


def _rules(design: Design) -> Iterator[tuple[str, Span]]:
    for section in design.sections:
        here = bool(section.level and _RULES.fullmatch(section.title.strip()))
        labelled = False
        for block in design.blocks[section.first : section.last]:
            if block.kind is BlockKind.PARAGRAPH:
                labelled = bool(_RULES.fullmatch(block.text.split("\n")[-1].strip("*_: ")))
            elif block.kind is BlockKind.LIST and (here or labelled):
                yield from (
                    (item.text, item.span) for item in block.items if len(stems(item.text)) > 1
                )
                labelled = False
