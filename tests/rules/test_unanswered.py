"""Which sections count as missing."""

import pytest

from lld_agent.model.source import SourceText
from lld_agent.rules.str_structure.unanswered import missing_slots
from lld_agent.template.blank import blank
from lld_agent.template.reader import read_design
from lld_agent.template.registry import TEMPLATES

SERVICE = TEMPLATES["service"]


def missing(old: str, new: str) -> list[str]:
    text = blank(SERVICE)
    assert old in text
    design = read_design(SourceText(text.replace(old, new, 1), "design.md"))
    return [slot.address for slot in missing_slots(SERVICE.manifest, design)]


CLASSES = blank(SERVICE).partition("### 11.1 Error Classification")[2].partition("### 11.2")[0]


@pytest.mark.parametrize(
    ("instead", "expected"),
    [
        ("| Error | Handling |\n|---|---|\n| Late book | Tell the member |\n\n", []),
        (
            "| Person | Handling |\n|---|---|\n| Late book | Tell them |\n\n",
            ["errors.classification"],
        ),
    ],
)
def test_a_table_under_the_chapter_may_stand_for_its_section(instead: str, expected: list[str]):
    assert missing(f"### 11.1 Error Classification{CLASSES}", instead) == expected
