"""500 of the mutated documents of tools/fuzz.py; `make fuzz` runs 10,000."""

import importlib.util
from pathlib import Path

import pytest


def test_no_mutated_document_breaks_anything(capsys: pytest.CaptureFixture[str]):
    path = Path(__file__).parents[1] / "tools" / "fuzz.py"
    spec = importlib.util.spec_from_file_location("fuzz", path)
    assert spec is not None
    assert spec.loader is not None
    fuzz = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fuzz)
    assert fuzz.run(500, seed=7) == []
