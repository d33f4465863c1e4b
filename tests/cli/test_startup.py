"""Starting is cheap: a list of modules, not a clock."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "dbos", "httpx", "instructor", "litellm", "markdown_it", "merman", "openai", "pydantic", "pydantic_evals", "rapidfuzz", "rich",
    "snowballstemmer", "sqlalchemy", "sqlglot", "starlette", "tiktoken", "uvicorn",
}  # fmt: skip


def loaded(code: str) -> set[str]:
    script = f"import json, sys; {code}; print(json.dumps(sorted(m for m in sys.modules if '.' not in m)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_command_line_loads_nothing_heavy():
    assert loaded("import lld_agent.cli, lld_agent.cli.main") & HEAVY == set()


def test_version_does_not_even_load_typer():
    code = "sys.argv = ['lld-agent', '--version']; from lld_agent.cli.__main__ import main; main()"
    assert loaded(code) & (HEAVY | {"typer"}) == set()


VENDORS = {"httpx", "instructor", "litellm", "openai"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["models"],
        ["doctor"],
        ["runs", "list"],
        ["draft", "--help"],
        ["review", "design.md", "--fail-on", "never"],
    ],
    ids=" ".join,
)
def test_commands_that_ask_no_model_load_no_vendor(arguments, tmp_path, monkeypatch):
    monkeypatch.setenv("LLD_AGENT_MODEL", "openai/gpt-5.2")
    monkeypatch.setenv("LLD_AGENT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", "cnry-7f3a91d2c4-do-not-leak")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "design.md").write_text("# Bell\n", encoding="utf-8")
    code = f"from lld_agent.cli.run import run; assert run({arguments!r}) == 0"
    assert loaded(code) & VENDORS == set()
