"""A project folder, a fake server, and `lld-agent draft` run on both, in process."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.llm.fake_server import CANARY, FakeServer, Fault, minimal, wanted_schema
from tests.llm.rig import FakeTime

from lld_agent.app import models
from lld_agent.cli.run import run

PRD = """# Bell

Reception rings people who wait outside.

## Requirements

- BL-1 A visitor must be able to ring a host by name.
- BL-2 The service must answer within 300 ms for 95% of requests.
- BL-3 A bell that nobody answers within 5 minutes must be passed to the reception.
- BL-4 Bells are kept in PostgreSQL for 30 days.

## Out of scope

- Opening doors.
"""

Step = Fault | str | Mapping[str, Any] | None
Hook = Callable[[str, dict[str, Any]], Step]
"""Stage and request → what comes of it; None for minimal legal values."""


def stage_of(body: dict[str, Any]) -> str:
    """Return what a request is for, by the fields of its answer."""
    fields = wanted_schema(body)["properties"]
    if "contradictions" in fields:
        return "extract"
    if "components" in fields and "plan" in fields:
        return "spine"
    if "findings" in fields or "verdict" in fields:
        return "critic" if "findings" in fields else "verify"
    return "patch" if "ops" in fields else "section"


def stub(stage: str, body: dict[str, Any]) -> Step:
    """Answer what no check complains about: minimal values without refs, a plan, no patches."""
    if stage == "spine":
        text = body["messages"][-1]["content"]
        names = text.partition("Sections of the plan: ")[2].partition(".")[0].split(", ")
        plan = [{"section": n, "applies": "yes", "reason": "", "refs": []} for n in names]
        return {**{n: [] for n in minimal(body)}, "notes": "", "plan": plan}
    if stage == "patch":
        return {"notes": "", "ops": []}
    return (
        {"missing": [], "not_requirements": [], "contradictions": []}
        if stage == "extract"
        else _bare(minimal(body))
    )


def _bare(value: Any) -> Any:
    """Return an answer without refs and diagrams."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {n: _bare_field(n, one) for n, one in value.items()}


def _bare_field(name: str, value: Any) -> Any:
    if name == "refs":
        return []
    return "" if name in {"diagram", "states"} and isinstance(value, str) else _bare(value)


@dataclass
class Desk:
    """A folder with a PRD, in which `draft` is run."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    printed: str = ""
    time: FakeTime = field(default_factory=FakeTime)

    @property
    def design(self) -> Path:
        return self.folder / "design.md"

    @contextmanager
    def server(self, hook: Hook = stub, **options: Any) -> Iterator[FakeServer]:
        def answer(body: dict[str, Any]) -> Any:
            step = hook(stage_of(body), body)
            return minimal(body) if step is None else step

        with FakeServer(answer, **options) as server:
            yield server

    def draft(self, server: FakeServer | None, *flags: str) -> int:
        where = ["--base-url", server.base_url, "--model", "openai/test"] if server else []
        code = run(["draft", "prd.md", "-o", "design.md", "--progress", "plain", *where, *flags])
        out, err = self.capture.readouterr()
        self.printed = out + err
        return code

    def files(self) -> dict[str, bytes]:
        """Return the design and its record."""
        return {p.name: p.read_bytes() for p in self.folder.glob("design.*")}

    def everything(self) -> str:
        """Return all that a run left anywhere, and printed."""
        return self.printed + "".join(
            p.read_text(encoding="utf-8", errors="replace")
            for p in self.folder.rglob("*")
            if p.is_file()
        )

    def start_again(self) -> None:
        """Remove design and cache; the records of runs stay."""
        for path in sorted((self.folder / "cache").rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        for path in self.folder.glob("design.*"):
            path.unlink()

    def record(self) -> list[dict[str, Any]]:
        """Return the events of the newest run."""
        newest = max((self.folder / ".lld-agent" / "runs").iterdir())
        return [json.loads(line) for line in (newest / "run.jsonl").read_text().splitlines()]


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("LLD_API_KEY_OPENAI", CANARY)
    (tmp_path / "prd.md").write_text(PRD, encoding="utf-8")
    found = Desk(tmp_path, capsys)
    monkeypatch.setattr(models, "CLOCK", found.time.clock)
    return found
