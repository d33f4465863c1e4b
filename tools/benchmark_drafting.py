"""How a draft's calls run: wall clock against its waves, against one after the other, against a naive loop.

A fake server on loopback answers with a fixed latency and a time per token; no model is asked.

    python tools/benchmark_drafting.py [PRD] [--template service]
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

from tests.cli.drafting import stage_of, stub  # noqa: E402 - the fake is that of the tests
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

LATENCY, PER_TOKEN = 0.4, 0.004
"""Seconds before an answer, and for each token of it."""


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


def answer(body: dict[str, Any]) -> Any:
    """Answer as the tests do."""
    found = stub(stage_of(body), body)
    return minimal(body) if found is None else found


def gateway(server: FakeServer, jobs: int, timed: Timed) -> Gateway:
    """Return a gateway to the fake."""
    ports = Ports(counter=TokenCounter(), listener=timed.hear)
    transport = OpenAITransport(server.base_url, key="unused")
    return Gateway(transport, Models("openai/test"), ports, Policy(jobs=jobs, wire="strict"))


async def drafted(brief: Brief, template: str, jobs: int) -> Timed:
    """Draft with so many requests at a time."""
    timed = Timed()
    with FakeServer(answer, latency=LATENCY, per_token=PER_TOKEN) as server:
        asks = gateway(server, jobs, timed)
        await asks.ask(_probe())  # the client's import and first connection are not the draft's
        timed.calls.clear()
        begun = time.perf_counter()
        await draft_written(
            brief, DraftOptions(template=template), Writing(asks, count_tokens, "strict")
        )
        timed.seconds = time.perf_counter() - begun
        _count(timed, server.bodies[1:])
        await asks.aclose()
    return timed


async def naive(brief: Brief, template: str) -> Timed:
    """Write section after section, the whole document and all earlier sections in each request."""
    timed = Timed()
    with FakeServer(answer, latency=LATENCY, per_token=PER_TOKEN) as server:
        asks = gateway(server, 1, timed)
        await asks.ask(_probe())
        written = ""
        begun = time.perf_counter()
        for group in sections.groups(template):
            kind = answer_type(TEMPLATES[template], group.sections)
            text = f"{brief.source.text}\n\n{written}\n\nWrite: {group.subject}"
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
        _count(timed, server.bodies[1:])
        await asks.aclose()
    return timed


def _probe() -> Request[Any]:
    kind = answer_type(TEMPLATES["module"], ("classes",))
    return Request("probe", "", "probe", (), (Message("user", "x"),), kind)


def _count(timed: Timed, bodies: list[dict[str, Any]]) -> None:
    for body in bodies:
        schema = json.dumps(body["response_format"])
        timed.tokens_in += sum(count_tokens(m["content"]) for m in body["messages"]) + count_tokens(
            schema
        )
        timed.tokens_out += count_tokens(json.dumps(answer(body)))


def waves_of(timed: Timed, template: str) -> list[float]:
    """Return the slowest call of each wave, stages that ask once among them."""
    found = [timed.calls[name] for name in ("extract", "spine")]
    found += [
        max(timed.calls[f"section {group.subject}"] for group in wave)
        for wave in sections.waves(template)
    ]
    return found + [seconds for name, seconds in timed.calls.items() if name.startswith("patch")]


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "prd", nargs="?", default=str(ROOT / "examples" / "parcel-lockers" / "prd.md")
    )
    parser.add_argument("--template", default="service", choices=list(TEMPLATES))
    args = parser.parse_args()
    brief = load_brief(load_path(args.prd))
    asyncio.run(drafted(brief, args.template, 4))  # imports and schemas, once
    waved = asyncio.run(drafted(brief, args.template, 4))
    serial = asyncio.run(drafted(brief, args.template, 1))
    simple = asyncio.run(naive(brief, args.template))
    slowest = sum(waves_of(waved, args.template))
    print(f"requirement document             {count_tokens(brief.source.text):>8,} tokens")
    print(f"calls                            {len(waved.calls):>8}")
    print(f"waves of sections                {len(list(sections.waves(args.template))):>8}")
    print(f"wall clock / sum of slowest      {waved.seconds / slowest:>8.2f}")
    print(f"wall clock / one after the other {waved.seconds / serial.seconds:>8.2f}")
    print(f"tokens in / naive loop           {waved.tokens_in:>8,} / {simple.tokens_in:,}")
    print(f"tokens out / naive loop          {waved.tokens_out:>8,} / {simple.tokens_out:,}")
    print(f"wall clock / naive loop          {waved.seconds / simple.seconds:>8.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
