"""The designs of the examples, replayed from their recordings."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

from lld_agent.app import generator
from lld_agent.draft.options import DraftOptions
from lld_agent.draft.sidecar import sidecar_text
from lld_agent.draft.written import Writing, Written, draft_written
from lld_agent.llm.counting import TokenCounter, count_tokens
from lld_agent.llm.gateway import Gateway
from lld_agent.llm.policy import Models, Policy
from lld_agent.llm.ports import Ports
from lld_agent.llm.recorded import read_recording
from lld_agent.sources.brief import load_brief
from lld_agent.sources.load import load_path


def example_designs(root: Path) -> dict[str, str]:
    """Return design and record of every example with a recording."""
    made: dict[str, str] = {}
    for recording in sorted((root / "examples").glob("*/run.jsonl")):
        begun = json.loads(recording.read_text(encoding="utf-8").partition("\n")[0])
        draft = asyncio.run(replayed(root, recording, begun)).built.draft
        folder = recording.parent.relative_to(root).as_posix()
        made[f"{folder}/design.md"] = draft.markdown
        made[f"{folder}/design.lld.json"] = sidecar_text(draft.sidecar)
    return made


async def replayed(root: Path, recording: Path, begun: dict[str, Any]) -> Written:
    """Return what a recording gives that began as its first line says."""
    model, wire = begun["settings"]["model"], begun["settings"]["structured"]
    options = DraftOptions(**{**begun["options"], "generator": generator()})
    asks = Gateway(
        read_recording(recording), Models(model), Ports(counter=TokenCounter()), Policy(wire=wire)
    )
    brief = load_brief(load_path(str(root / begun["source"])))
    critics = bool(begun["settings"].get("draft_critics"))
    writing = Writing(asks, partial(count_tokens, model=model), wire, critics=critics)
    return await draft_written(brief, options, writing)
