"""The wheel has everything that a design is drafted and reviewed with."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_data_files_are_inside(unpacked: Path):
    inside = {
        path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()
    }
    for ending in ("toml", "html", "css", "js"):
        data = list((ROOT / "src").rglob(f"*.{ending}"))
        assert data
        assert {path.relative_to(ROOT / "src").as_posix() for path in data} <= inside
    assert "lld_agent/_data/schemas/design-service.json" in inside
    assert "lld_agent/_data/prompts/README.md" in inside


def test_a_design_is_drafted_and_reviewed_from_the_wheel(unpacked: Path, tmp_path: Path):
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    command = [sys.executable, "-m", "lld_agent.cli"]
    prd = ROOT / "examples" / "parcel-lockers" / "prd.md"
    design = tmp_path / "design.md"
    script = (
        "import lld_agent, sys; sys.exit(0 if lld_agent.__file__.startswith(sys.argv[1]) else 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(unpacked)], env=environment, check=True)
    subprocess.run(
        [*command, "draft", str(prd), "-o", str(design)],
        env=environment,
        check=True,
        capture_output=True,
    )
    done = subprocess.run(
        [*command, "review", str(design)], env=environment, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()


def test_versions_agree():
    import tomllib  # noqa: PLC0415

    from lld_agent import __version__  # noqa: PLC0415

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__


def test_locks_name_no_address():
    for lock in (ROOT / "requirements").glob("*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        assert "--index" not in text
        assert "--hash=sha256:" in text
