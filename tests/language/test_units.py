"""What the bare number of a variable means."""

import pytest

from lld_agent.language.lexicon import is_open
from lld_agent.language.units import HINTS, hint_of


@pytest.mark.parametrize(
    ("name", "description", "unit"),
    [
        ("SCAN_TIMEOUT_MS", "", "ms"),
        ("scan-timeout-seconds", "", "seconds"),
        ("RETENTION_DAYS", "Days to keep", "days"),
        ("SCAN_TIMEOUT", "Timeout (seconds)", "seconds"),
        ("SCAN_TIMEOUT", "Timeout of a scan", ""),
        ("SCAN_TIMEOUT", "Minutes, not seconds", ""),
        ("MAX_LOANS", "Loans of a member", ""),
    ],
)
def test_the_unit_stands_in_the_name_or_else_in_the_text(name: str, description: str, unit: str):
    assert hint_of(name, description) == unit
    assert not unit or unit in HINTS


@pytest.mark.parametrize(
    "text", ["TBD", "[Q-4] How often?", "to be decided", "???", "90 days (TODO)"]
)
def test_open_questions_are_neither_values_nor_missing(text: str):
    assert is_open(text)


@pytest.mark.parametrize("text", ["", "-", "None", "90 days", "is it?"])
def test_answers_and_blanks_are_not_open(text: str):
    assert not is_open(text)
