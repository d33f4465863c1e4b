"""The review rules over a draft: what of it contradicts itself, and which blocks that is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lld_agent.draft.finish import Draft
from lld_agent.draft.placement import Placement
from lld_agent.draft.stages.patch import Block, blocks
from lld_agent.language.lexicon import Lexicons
from lld_agent.language.names import Resolver
from lld_agent.model.brief import Brief
from lld_agent.model.finding import Finding, Severity
from lld_agent.model.source import SourceText
from lld_agent.rules.base import Context
from lld_agent.rules.engine import check
from lld_agent.rules.registry import all_rules
from lld_agent.rules.selection import Selection, choose
from lld_agent.template.reader import read_design
from lld_agent.template.render import headings

WEIGHTS: Mapping[Severity, int] = {Severity.ERROR: 10, Severity.WARNING: 3, Severity.INFO: 0}
"""What a finding weighs; a repair is kept when the sum falls."""


@dataclass(frozen=True, slots=True)
class Check:
    """Findings about a draft that are worth a repair, heaviest first."""

    findings: tuple[Finding, ...]

    @property
    def weight(self) -> int:
        """The sum over all findings."""
        return sum(WEIGHTS[finding.severity] for finding in self.findings)

    @property
    def errors(self) -> frozenset[str]:
        """Fingerprints of the errors."""
        return frozenset(f.fingerprint for f in self.findings if f.severity is Severity.ERROR)

    def better_than(self, other: "Check") -> bool:
        """Return whether less is wrong here, and no error is new."""
        return self.weight < other.weight and self.errors <= other.errors


def crosscheck(draft: Draft, brief: Brief) -> Check:
    """Return what the stable rules find in a draft; infos are not worth a call."""
    design = read_design(SourceText(draft.markdown, "draft.md"))
    rules = choose(Selection(), all_rules())
    found = check(design, rules, Context(Resolver(), Lexicons(), brief)).findings
    heavy = [f for f in found if WEIGHTS[f.severity]]
    return Check(tuple(sorted(heavy, key=lambda f: -WEIGHTS[f.severity])))


def about(
    findings: Iterable[Finding], draft: Draft, placements: Sequence[Placement]
) -> list[Block]:
    """Return the blocks under the headings that findings point at, each once, in order."""
    addresses = _addresses(draft)
    under = {
        addresses[part.section]
        for finding in findings
        for part in finding.evidence
        if part.section in addresses
    }
    return [block for block in blocks(placements) if any(_within(block.slot, at) for at in under)]


def _addresses(draft: Draft) -> dict[str, str]:
    """Return heading, with and without its number, → address."""
    found: dict[str, str] = {}
    for address, heading in headings(draft.document).items():
        found[heading] = address
        number, _, title = heading.partition(" ")
        if title and number.replace(".", "").isdigit():
            found.setdefault(title, address)
    return found


def _within(slot: str, address: str) -> bool:
    return slot == address or slot.startswith((f"{address}.", f"{address}["))
