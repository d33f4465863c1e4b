"""Make an example of a run: its recording without what only this machine knows, labelled for what it is.

    python tools/record_example.py RUN.jsonl examples/NAME --label "who answered, when"

Then `make generate` writes the design that the recording gives.
"""

import argparse
import json
from pathlib import Path
from typing import Any

KEPT = {
    "event", "stage", "subject", "prompt", "model", "wire", "attempt", "answered", "answer", "finish",
    "refusal", "failure", "message", "usage",
}  # fmt: skip


def recorded(lines: list[str], label: str, name: str) -> list[dict[str, Any]]:
    """Return the events that a replay needs, the label first."""
    events = [json.loads(line) for line in lines]
    begun = next(event for event in events if event["event"] == "run.started")
    head = {
        "event": "run.started", "command": "draft", "version": begun["version"], "label": label,
        "source": begun["source"], "source_sha256": begun["source_sha256"],
        "output": f"examples/{name}/design.md", "options": begun["options"],
        "settings": {**begun["settings"], "base_url": ""},
    }  # fmt: skip
    calls = [e for e in events if e["event"] == "model.call" and e["answered"]]
    return [head, *({k: v for k, v in call.items() if k in KEPT} for call in calls)]


def main() -> int:
    """Write the recording."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--label", required=True)
    args = parser.parse_args()
    events = recorded(
        args.run.read_text(encoding="utf-8").splitlines(), args.label, args.folder.name
    )
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    (args.folder / "run.jsonl").write_text(text, encoding="utf-8", newline="\n")
    print(f"{args.folder / 'run.jsonl'}: {len(events) - 1} answers")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
