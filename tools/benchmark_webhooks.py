"""How fast webhooks are acknowledged: 500 over ten seconds, 500 at once, 500 over a kill -9.

    python tools/benchmark_webhooks.py [--queue URL] [--count 500]

Starts `lld-agent bot serve` as a process of its own on loopback and sends signed deliveries of
pull requests, each with a payload of about 20 kB. Times are taken by the sender, from before the
connection is made to the whole answer. Ends with 1 when a target is missed.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.tables import open_tables

SECRET = secrets.token_hex(32)
FILLER = "x" * 20_000
TARGET_P99 = 0.050
TARGET_ALL = 10.0


@dataclass(frozen=True)
class Sent:
    """An answer: HTTP status, 0 for none, and seconds."""

    number: int
    status: int
    seconds: float


def request(number: int, run: str) -> bytes:
    payload = {
        "action": "synchronize",
        "number": number,
        "pull_request": {"number": number, "body": FILLER},
        "repository": {"full_name": "octo/tales"},
    }
    body = json.dumps(payload).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    head = (
        "POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nX-GitHub-Event: pull_request\r\n"
        f"X-GitHub-Delivery: {run}-{number}\r\nX-Hub-Signature-256: sha256={signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(port: int, number: int, message: bytes, delay: float = 0.0) -> Sent:
    await asyncio.sleep(delay)
    start = time.perf_counter()
    status = 0
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(message)
        answer = await reader.read()
        writer.close()
        status = int(answer.split(b" ", 2)[1]) if answer else 0
    except OSError:
        pass  # the server was killed: the sender has no answer
    return Sent(number, status, time.perf_counter() - start)


class Server:
    """The server as a process."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens."""
        environ = {**os.environ, "LLD_AGENT_WEBHOOK_SECRET": SECRET, "LLD_AGENT_QUEUE": self.queue}
        command = [sys.executable, "-m", "lld_agent.cli", "bot", "serve", "--port", str(self.port)]
        command += ["--workers", "0"]
        self.process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
        while self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("the server does not start")

    def kill(self) -> None:
        """End it with SIGKILL."""
        self.process.kill()
        self.process.wait()


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(name: str, answers: list[Sent], wall: float) -> None:
    times = [one.seconds for one in answers]
    good = sum(one.status in {200, 202} for one in answers)
    figures = ", ".join(
        f"{label} {percentile(times, share) * 1000:.1f} ms"
        for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
    )
    print(f"{name}: {good} of {len(answers)} acknowledged, {figures}, all within {wall:.1f} s")


async def spread(server: Server, count: int, seconds: float, run: str) -> tuple[list[Sent], float]:
    messages = [request(number, run) for number in range(1, count + 1)]
    start = time.perf_counter()
    jobs = [
        send(server.port, number, message, number * seconds / count)
        for number, message in enumerate(messages, 1)
    ]
    return list(await asyncio.gather(*jobs)), time.perf_counter() - start


async def over_a_kill(server: Server, count: int) -> list[Sent]:
    first = asyncio.create_task(spread(server, count, 2.0, "kill"))
    await asyncio.sleep(1.0)
    await asyncio.to_thread(server.kill)
    answers, _ = await first
    return answers


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--queue", default="")
    parser.add_argument("--count", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return measure(asked.queue or f"sqlite:///{folder}/queue.sqlite", asked.count)


def measure(queue: str, count: int) -> int:
    server = Server(queue)
    try:
        asyncio.run(spread(server, 20, 0.5, "warm"))
        steady, wall = asyncio.run(spread(server, count, 10.0, "steady"))
        report("over 10 s", steady, wall)
        burst, at_once = asyncio.run(spread(server, count, 0.0, "burst"))
        report("at once", burst, at_once)
        killed = asyncio.run(over_a_kill(server, count))
        server.start()
        again, wall_again = asyncio.run(spread(server, count, 0.0, "kill"))
        report("again after kill -9", again, wall_again)
    finally:
        server.kill()
    inbox = Inbox(open_tables(place_of(queue)))
    promised = {one.number for one in killed if one.status == 202}
    twice = {one.number for one in again if one.status == 202} & promised
    rows = sum(len(one.seqs) for one in inbox.waiting(limit=10 * count))
    expected = 20 + 3 * count
    print(f"kill -9: {len(promised)} acknowledged before, {len(twice)} of them unknown after")
    print(f"rows: {rows}, expected {expected}")
    late = percentile([one.seconds for one in steady], 0.99) > TARGET_P99
    failed = [one for one in (*steady, *burst, *again) if one.status not in {200, 202}]
    return int(late or at_once > TARGET_ALL or bool(failed) or bool(twice) or rows != expected)


if __name__ == "__main__":
    sys.exit(main())
