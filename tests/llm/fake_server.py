"""A strict fake of an OpenAI-compatible server: real HTTP on loopback, in its own thread.

It refuses what the real ones refuse (unknown parameters, streams, schemas that are not legal in
strict mode) with the status that they refuse it with. What it answers is decided by a hook:
`answer(body) -> dict | str | Fault`. `filled` fills any strict schema with minimal legal values.

    with FakeServer() as server:
        ... OpenAITransport(server.base_url, key=CANARY) ...
        assert len(server.bodies) == 1
"""

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any, Self

from tests.llm.strictness import complaint

CANARY = "sk-canary-0123456789abcdefghij"
"""A key that must appear in no output."""

_LONGEST_HANG = 30.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something other than an answer.

    Attributes:
        kind: status (an HTTP error), hang (headers never come), hang_body (half of the body, then
            nothing), reset, html, drip (whole answer, byte by byte), reply (a completion whose
            parts are given in `reply`).
        status, code, message, headers: of an HTTP error.
        reply: content, refusal, finish_reason, choices, usage: replaces parts of a completion.
        seconds: between two bytes of a drip.
    """

    kind: str
    status: int = 200
    code: str = ""
    message: str = "asked to fail"
    headers: dict[str, str] = field(default_factory=dict)
    reply: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.05


Answer = Callable[[dict[str, Any]], "dict[str, Any] | str | Fault"]


def filled(schema: dict[str, Any], text: str = "x", rows: int = 1) -> Any:
    """Return minimal legal values for a schema: first of an enum, `rows` items in every list."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"]
    if kind == "object":
        return {n: filled(part, text, rows) for n, part in schema["properties"].items()}
    if kind == "array":
        return [filled(schema["items"], text, rows) for _ in range(rows)]
    return {"string": text, "integer": 1, "number": 1.0, "boolean": False}[kind]


def wanted_schema(body: dict[str, Any]) -> dict[str, Any]:
    """Return the schema that a request asks for: of its format, or at the end of its prompt."""
    wanted = body["response_format"]
    if wanted["type"] == "json_schema":
        return wanted["json_schema"]["schema"]
    text = text_of(body["messages"][-1]["content"])
    for message in reversed(body["messages"]):
        text = text_of(message["content"])
        if "JSON schema:\n" in text:
            break
    return json.loads(text.rpartition("JSON schema:\n")[2])


def text_of(content: Any) -> str:
    """Return the text of a message, be it plain or in parts."""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def minimal(body: dict[str, Any]) -> dict[str, Any]:
    """Answer any request with minimal legal values."""
    return filled(wanted_schema(body))


class FakeServer:
    """The server; a context manager.

    Args:
        answer: decides what a request gets; by default minimal legal values.
        latency: seconds before every answer.
        per_token: further seconds for each token of the answer (a quarter of its characters).
        usage: whether it reports tokens.
    """

    def __init__(
        self,
        answer: Answer = minimal,
        *,
        latency: float = 0.0,
        per_token: float = 0.0,
        usage: bool = True,
    ) -> None:
        self.answer = answer
        self.latency = latency
        self.per_token = per_token
        self.usage = usage
        self.bodies: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.keys: list[str] = []
        self.paths: list[str] = []
        self.spans: list[tuple[float, float]] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def base_url(self) -> str:
        """Address up to and including /v1."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def requests(self) -> int:
        """How many requests came, refused ones among them."""
        return len(self.bodies)

    @property
    def most_at_once(self) -> int:
        """How many requests were worked on at the same time."""
        edges = [(start, 1) for start, _ in self.spans] + [(end, -1) for _, end in self.spans]
        now = most = 0
        for _, step in sorted(edges):
            now += step
            most = max(most, now)
        return most

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than the server lives."""
        if seconds > 0:
            self._closing.wait(seconds)

    def seen(self, raw: bytes, path: str, key: str) -> dict[str, Any]:
        """Keep a request and return its body."""
        body: dict[str, Any] = json.loads(raw)
        with self._lock:
            self.bodies.append(body)
            self.raw.append(raw)
            self.paths.append(path)
            self.keys.append(key)
        return body

    def completion(self, body: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
        """Return a whole chat completion."""
        content = parts.get("content", "")
        message = {"role": "assistant", "content": content, "refusal": parts.get("refusal")}
        choice = {
            "index": 0,
            "message": message,
            "finish_reason": parts.get("finish_reason", "stop"),
            "logprobs": None,
        }
        whole = {
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "created": 1,
            "model": body["model"],
            "choices": parts.get("choices", [choice]),
        }
        if self.usage:
            whole["usage"] = usage_of(body, content or "")
        return whole


def usage_of(body: dict[str, Any], content: str) -> dict[str, Any]:
    """Return the usage that the server reports: a token is four characters."""
    tokens_in = sum(len(text_of(message["content"])) for message in body["messages"]) // 4
    tokens_out = len(content) // 4
    return {
        "prompt_tokens": tokens_in,
        "completion_tokens": tokens_out,
        "total_tokens": tokens_in + tokens_out,
        "prompt_tokens_details": {"cached_tokens": tokens_in // 2},
    }


def claude(text: str) -> dict[str, Any]:
    """Return an answer in the form of Anthropic's messages."""
    usage = {
        "input_tokens": 10,
        "cache_creation_input_tokens": 30,
        "cache_read_input_tokens": 60,
        "output_tokens": 7,
    }
    return {
        "id": "msg_fake",
        "type": "message",
        "role": "assistant",
        "model": "claude",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": usage,
    }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, fake: FakeServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that give up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": [{"id": "fake", "object": "model"}]})

    def do_POST(self) -> None:
        started = monotonic()
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        body = self.server.fake.seen(raw, self.path, key)
        if self.path == "/v1/messages":
            return self._send(200, claude(str(self.server.fake.answer(body))))
        if self.path != "/v1/chat/completions":
            return self._error(404, "unknown_url", f"no such path {self.path}", {})
        reason = complaint(body)
        if reason:
            return self._error(400, "invalid_request_error", reason, {})
        decided = self.server.fake.answer(body)
        try:
            self._give(body, decided)
        finally:
            self.server.fake.spans.append((started, monotonic()))

    def _give(self, body: dict[str, Any], decided: dict[str, Any] | str | Fault) -> None:
        if isinstance(decided, Fault):
            return self._fail(body, decided)
        text = decided if isinstance(decided, str) else json.dumps(decided)
        self.server.fake.wait(
            self.server.fake.latency + self.server.fake.per_token * (len(text) // 4)
        )
        return self._send(200, self.server.fake.completion(body, {"content": text}))

    def _fail(self, body: dict[str, Any], fault: Fault) -> None:
        if fault.kind == "status":
            self._error(fault.status, fault.code, fault.message, fault.headers)
        elif fault.kind == "reply":
            self._send(200, self._whole(body, fault))
        elif fault.kind == "html":
            self._bytes(200, "text/html", b"<html><body>Please log in</body></html>")
        elif fault.kind == "hang":
            self.server.fake.wait(_LONGEST_HANG)
        elif fault.kind == "reset":
            self._reset()
        else:
            self._slowly(fault, json.dumps(self._whole(body, fault)).encode())

    def _whole(self, body: dict[str, Any], fault: Fault) -> dict[str, Any]:
        parts = fault.reply if "content" in fault.reply else {"content": json.dumps(minimal(body))}
        return self.server.fake.completion(body, {**parts, **fault.reply})

    def _slowly(self, fault: Fault, data: bytes) -> None:
        self._head(200, "application/json", len(data), {})
        if fault.kind == "hang_body":
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            self.server.fake.wait(_LONGEST_HANG)
            return
        for at in range(len(data)):
            self.wfile.write(data[at : at + 1])
            self.wfile.flush()
            self.server.fake.wait(fault.seconds)

    def _reset(self) -> None:
        # Linger of 0 s: close sends RST in place of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def _error(self, status: int, code: str, message: str, headers: dict[str, str]) -> None:
        # The key stands in the message, as providers do it: nobody may pass it on.
        said = f"{message} (key: {self.headers.get('Authorization', '')})"
        error = {"message": said, "type": code, "code": code, "param": None}
        self._send(status, {"error": error}, headers)

    def _send(self, status: int, payload: Any, headers: dict[str, str] | None = None) -> None:
        self._bytes(status, "application/json", json.dumps(payload).encode(), headers)

    def _bytes(
        self, status: int, kind: str, data: bytes, headers: dict[str, str] | None = None
    ) -> None:
        self._head(status, kind, len(data), headers or {})
        self.wfile.write(data)

    def _head(self, status: int, kind: str, length: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(length),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
