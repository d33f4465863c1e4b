"""`lld-agent eval`."""

import json
from pathlib import Path

from lld_agent.cli.run import run

ROOT = Path(__file__).parents[2]
DESIGN = ROOT / "examples" / "seed-library"


def test_mutations_prints_mutants_and_kills(capsys):
    assert (
        run(["eval", "mutations", "--docs", str(DESIGN), "--op", "MU12,EQ07", "--jobs", "1"]) == 0
    )
    shown = capsys.readouterr().out
    assert "MU12" in shown
    assert "equivalent: 2 mutants, 0 new findings" in shown


def test_mutations_as_json_hold_edit_and_verdict(capsys):
    arguments = [
        "eval",
        "mutations",
        "--docs",
        str(DESIGN),
        "--op",
        "MU26",
        "--jobs",
        "1",
        "-f",
        "json",
    ]
    assert run(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["deterministic"]["mutants"] == len(found["mutants"])
    for mutant in found["mutants"]:
        assert mutant["op"] == "MU26"
        assert mutant["expect"] == ["STA002", "STA004"]
        assert mutant["before"] != mutant["after"]
        assert mutant["lines"]


def test_an_operator_that_is_not_there_is_named(capsys):
    assert run(["eval", "mutations", "--op", "MU999"]) == 2
    assert "MU999" in capsys.readouterr().err


def test_a_folder_without_designs_is_named(tmp_path, capsys):
    assert run(["eval", "mutations", "--docs", str(tmp_path)]) == 2
    assert "no Markdown design" in capsys.readouterr().err
