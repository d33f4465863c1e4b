"""Let critics read a recorded draft: its recording answers what it can, a model everything else.

    python tools/record_critics.py examples/NAME OUT.jsonl --base-url http://127.0.0.1:8765/v1 --label "who answered, when"

Writes a recording of both, which `lld-agent draft SOURCE --critics --replay OUT.jsonl` replays, and prints what rules
and critics find together before and after the repair (an error weighs 10, a warning 3).
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from lld_agent.app import models  # noqa: E402
from lld_agent.config.settings import Settings  # noqa: E402
from lld_agent.draft.options import DraftOptions  # noqa: E402
from lld_agent.draft.written import Writing, Written, draft_written  # noqa: E402
from lld_agent.llm.counting import count_tokens  # noqa: E402
from lld_agent.llm.openai_transport import OpenAITransport  # noqa: E402
from lld_agent.llm.recorded import RecordedTransport, read_recording  # noqa: E402
from lld_agent.llm.request import FailureKind  # noqa: E402
from lld_agent.llm.transport import Call, CallFailedError, Reply  # noqa: E402
from lld_agent.model.brief import Brief  # noqa: E402
from lld_agent.sources.brief import load_brief  # noqa: E402
from lld_agent.sources.load import load_path  # noqa: E402
from record_example import recorded  # noqa: E402 - a neighbour

ASKED = {"critic", "verify", "patch"}


class RecordedElseAsked:
    """Answers from a recording; what it lacks of the stages that are new to it is asked."""

    local = True

    def __init__(self, recording: RecordedTransport, model: OpenAITransport) -> None:
        self._recording = recording
        self._model = model

    async def open(self) -> None:
        """Open the connection to the model."""
        await self._model.open()

    async def send(self, call: Call) -> Reply:
        """Return the recorded reply, else that of the model.

        Raises:
            CallFailedError: neither has one.
        """
        try:
            return await self._recording.send(call)
        except CallFailedError as error:
            if error.failure.kind is not FailureKind.NOT_RECORDED or call.stage not in ASKED:
                raise
        return await self._model.send(call)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._model.aclose()


async def _drafted(
    brief: Brief, template: str, settings: Settings, recording: Path, log: Any
) -> Written:
    transport = RecordedElseAsked(
        read_recording(recording), OpenAITransport(settings.base_url, key="unused")
    )
    asks = models.replaying(settings, transport, log, lambda _event: None)
    try:
        writing = Writing(asks, count_tokens, settings.structured, critics=True)
        return await draft_written(brief, DraftOptions(template=template), writing)
    finally:
        await asks.aclose()


def main() -> int:
    """Draft, write the recording, print the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("example", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--label", required=True)
    args = parser.parse_args()
    run = args.example / "run.jsonl"
    head = json.loads(run.read_text(encoding="utf-8").splitlines()[0])
    head["settings"]["draft_critics"] = True  # a replay does as the run did
    settings = Settings(model="openai/recorded", base_url=args.base_url, structured="strict")
    events: list[dict[str, Any]] = []
    brief = load_brief(load_path(str(ROOT / head["source"])))
    written = asyncio.run(_drafted(brief, head["options"]["template"], settings, run, events))
    lines = [json.dumps(event, ensure_ascii=False) for event in (head, *events)]
    kept = recorded(
        lines, f"{head['label']}. Critics and their repair: {args.label}", args.example.name
    )
    args.out.write_text(
        "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in kept), encoding="utf-8"
    )
    found = written.critique
    print(f"rules: {written.before.weight} before repairs, {written.after.weight} at the end")
    if found is not None:
        print(
            f"rules and critics: {found.weights[0]} before their repair, {found.weights[1]} after"
        )
        print(f"repair kept: {'yes' if found.kept else 'no'}; failures: {len(found.failures)}")
        for name, part in (("before", found.before), ("after", found.after)):
            for finding in part:
                print(f"{name}: {finding.rule} {finding.severity.value} {finding.message}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
