"""Every event of GitHub, as its own examples have it, against the webhook server.

    npm pack @octokit/webhooks-examples && tar xzf octokit-webhooks-examples-*.tgz
    python tools/check_webhooks.py package/api.github.com/index.json

Each payload is sent five times: signed, signed wrongly, unsigned, signed in the old way only, and
signed again with the same id. Ends with 1 where an answer is not the one that is due.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.tables import open_tables
from lld_agent.bot.serve.proof import secrets_of
from lld_agent.bot.serve.server import ServerOptions, make_app

SECRET = "correct-horse-battery-staple"  # noqa: S105 - of this check
TAKEN = {"opened", "reopened", "ready_for_review", "synchronize", "closed"}


def sign(body: bytes, kind: str) -> str:
    return f"{kind}=" + hmac.new(SECRET.encode(), body, kind).hexdigest()


def due(event: str, payload: dict[str, Any]) -> set[int]:
    """Return the statuses that are right for a signed delivery, from the documentation alone."""
    action = payload.get("action")
    if event == "ping":
        return {200}
    if event == "pull_request" and action in TAKEN:
        return {202}
    # None of the examples holds a command or a check run of ours.
    return {204}


async def check(examples: list[dict[str, Any]], folder: str) -> tuple[Counter[str], list[str]]:
    tables = open_tables(place_of(f"sqlite:///{folder}/queue.sqlite"))
    secrets = secrets_of(SECRET, "", "SECRET")
    app = make_app(Inbox(tables), Crew(tables), ServerOptions(secrets))
    transport = httpx.ASGITransport(app)
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://bot") as client,
    ):
        for event in examples:
            for number, payload in enumerate(event["examples"]):
                name = f"{event['name']} {number} {payload.get('action', '')}"
                body = json.dumps(payload).encode()
                right = due(event["name"], payload)
                again = {200} if right == {202} else right
                ways: tuple[tuple[str, dict[str, str], set[int]], ...] = (
                    ("signed", {"x-hub-signature-256": sign(body, "sha256")}, right),
                    (
                        "wrong",
                        {"x-hub-signature-256": "sha256=" + hashlib.sha256(body).hexdigest()},
                        {401},
                    ),
                    ("unsigned", {}, {401}),
                    ("old way only", {"x-hub-signature": sign(body, "sha1")}, {401}),
                    ("again", {"x-hub-signature-256": sign(body, "sha256")}, again),
                )
                for way, headers, statuses in ways:
                    headers |= {
                        "x-github-event": event["name"],
                        "x-github-delivery": f"{event['name']}-{number}",
                        "content-type": "application/json",
                    }
                    answer = await client.post("/webhooks/github", content=body, headers=headers)
                    seen[f"{way}: {answer.status_code}"] += 1
                    if answer.status_code not in statuses:
                        wrong.append(f"{name}, {way}: {answer.status_code}")
    tables.dispose()
    return seen, wrong


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("examples", type=Path)
    examples = json.loads(parser.parse_args().examples.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        seen, wrong = asyncio.run(check(examples, folder))
    for way, count in sorted(seen.items()):
        print(f"{way}: {count}")
    print(f"{len(examples)} events, {len(wrong)} wrong answers")
    for line in wrong:
        print(line)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
