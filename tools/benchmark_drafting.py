"""How a draft's calls run: wall clock against its waves, against one after the other, against a naive loop.

A fake server on loopback gives the answers of an example's recording, each after the same latency; no
model is asked. Tokens are those of o200k_base.

    python tools/benchmark_drafting.py [examples/NAME] [--latency SECONDS]
"""

import argparse
import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.cli.drafting import stage_of  # noqa: E402 - the fake is that of the tests
from tests.llm.fake_server import FakeServer, minimal  # noqa: E402

from lld_agent.draft.options import DraftOptions  # noqa: E402
from lld_agent.draft.stages import material, sections  # noqa: E402
from lld_agent.draft.written import Writing, draft_written  # noqa: E402
from lld_agent.llm.counting import TokenCounter, count_tokens  # noqa: E402
from lld_agent.llm.gateway import Gateway  # noqa: E402
from lld_agent.llm.openai_transport import OpenAITransport  # noqa: E402
from lld_agent.llm.policy import Models, Policy  # noqa: E402
from lld_agent.llm.ports import Ports  # noqa: E402
from lld_agent.llm.request import Message, Request  # noqa: E402
from lld_agent.model.brief import Brief  # noqa: E402
from lld_agent.model.events import Event, ModelEvent  # noqa: E402
from lld_agent.sources.brief import load_brief  # noqa: E402
from lld_agent.sources.load import load_path  # noqa: E402
from lld_agent.template.registry import TEMPLATES  # noqa: E402
from lld_agent.template.wire import answer_type  # noqa: E402

LATENCY = 5.0
"""Seconds before every answer: a section of 1,000 tokens from a model that gives 200 a second."""


@dataclass
class Timed:
    """What a run took."""

    seconds: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    calls: dict[str, float] = field(default_factory=dict)

    def hear(self, event: Event) -> None:
        """Keep how long each question took."""
        if isinstance(event, ModelEvent) and event.kind == "model.answered":
            self.calls[f"{event.stage} {event.subject}".strip()] = event.seconds


class Recording:
    """Answers by stage and subject."""

    def __init__(self, path: Path) -> None:
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        self.begun = events[0]
        self.answers = {(e["stage"], e["subject"]): e["answer"] for e in events[1:]}

    def answer(self, body: dict[str, Any]) -> Any:
        """Return what was recorded for a request; minimal values for what was not."""
        text = "".join(message["content"] for message in body["messages"])
        stage = stage_of(body)
        subject = "round 1" if stage == "patch" else ""
        if stage == "section":
            subject = text.rpartition("\nSections: ")[2].partition("\n")[0].replace(", ", "+")
        return self.answers.get((stage, subject)) or minimal(body)


def gateway(server: FakeServer, jobs: int, timed: Timed) -> Gateway:
    """Return a gateway to the fake."""
    ports = Ports(counter=TokenCounter(), listener=timed.hear)
    transport = OpenAITransport(server.base_url, key="unused")
    return Gateway(transport, Models("openai/test"), ports, Policy(jobs=jobs, wire="strict"))


async def drafted(
    recording: Recording, brief: Brief, template: str, jobs: int, rounds: int, latency: float
) -> Timed:
    """Draft with so many requests at a time and at most so many rounds of repair."""
    timed = Timed()
    with FakeServer(recording.answer, latency=latency) as server:
        asks = gateway(server, jobs, timed)
        await asks.ask(_probe())  # the client's import and first connection are not the draft's
        timed.calls.clear()
        begun = time.perf_counter()
        writing = Writing(asks, count_tokens, "strict", rounds=rounds)
        await draft_written(brief, DraftOptions(template=template), writing)
        timed.seconds = time.perf_counter() - begun
        _count(timed, server.bodies[1:], recording)
        await asks.aclose()
    return timed


async def naive(recording: Recording, brief: Brief, template: str, latency: float) -> Timed:
    """Write section after section, the whole document and all earlier sections in each request."""
    timed = Timed()
    with FakeServer(recording.answer, latency=latency) as server:
        asks = gateway(server, 1, timed)
        await asks.ask(_probe())
        written = ""
        begun = time.perf_counter()
        for group in sections.groups(template):
            kind = answer_type(TEMPLATES[template], group.sections)
            text = f"{brief.source.text}\n\n{written}\n\nSections: {group.subject}\n"
            request = Request(
                "section",
                group.subject,
                "naive",
                (material.system(),),
                (Message("user", text),),
                kind,
            )
            outcome = await asks.ask(request)
            written += outcome.value.model_dump_json() if outcome.value else ""
        timed.seconds = time.perf_counter() - begun
        _count(timed, server.bodies[1:], recording)
        await asks.aclose()
    return timed


def _probe() -> Request[Any]:
    kind = answer_type(TEMPLATES["module"], ("classes",))
    return Request("probe", "", "probe", (), (Message("user", "x"),), kind)


def _count(timed: Timed, bodies: list[dict[str, Any]], recording: Recording) -> None:
    for body in bodies:
        schema = json.dumps(body["response_format"])
        timed.tokens_in += sum(count_tokens(m["content"]) for m in body["messages"]) + count_tokens(
            schema
        )
        timed.tokens_out += count_tokens(str(recording.answer(body)))


def waves_of(timed: Timed, template: str) -> list[float]:
    """Return the slowest call of each wave, stages that ask once among them."""
    found = [timed.calls[name] for name in ("extract", "spine")]
    found += [
        # A section that does not apply is not asked for.
        max(timed.calls.get(f"section {group.subject}", 0.0) for group in wave)
        for wave in sections.waves(template)
    ]
    return found + [seconds for name, seconds in timed.calls.items() if name.startswith("patch")]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "example", nargs="?", type=Path, default=ROOT / "examples" / "ticket-summaries"
    )
    parser.add_argument(
        "--latency", type=float, default=LATENCY, help="seconds before every answer"
    )
    args = parser.parse_args()
    recording = Recording(args.example / "run.jsonl")
    template = recording.begun["options"]["template"]
    brief = load_brief(load_path(str(ROOT / recording.begun["source"])))

    def run(jobs: int, rounds: int) -> Timed:
        return asyncio.run(drafted(recording, brief, template, jobs, rounds, args.latency))

    waved, serial, repaired = run(4, 0), run(1, 0), run(4, 2)
    simple = asyncio.run(naive(recording, brief, template, args.latency))
    slowest = sum(waves_of(waved, template))
    print(f"requirement document             {count_tokens(brief.source.text):>8,} tokens")
    print(f"calls without, with repairs      {len(waved.calls):>8} {len(repaired.calls)}")
    print(f"waves of sections                {len(list(sections.waves(template))):>8}")
    print(f"wall clock / sum of slowest      {waved.seconds / slowest:>8.2f}")
    print(f"wall clock / one after the other {waved.seconds / serial.seconds:>8.2f}")
    print(f"wall clock / naive loop          {waved.seconds / simple.seconds:>8.2f}")
    print(f"tokens in, naive loop            {waved.tokens_in:>8,} {simple.tokens_in:,}")
    print(f"tokens out, naive loop           {waved.tokens_out:>8,} {simple.tokens_out:,}")
    print(f"tokens in with repairs           {repaired.tokens_in:>8,}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
