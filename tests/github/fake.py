"""A strict fake of the GitHub endpoints that are used: real HTTP on loopback, in its own thread.

with FakeGitHub(Host().open(base, head)) as github:
    github.fault(at=5, kind="502-after")
    ... github.base_url, TOKEN ...
    assert [call.path for call in github.calls]
"""

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.github.state import ME, Host, RefusalError

TOKEN = "ghs_canary0123456789abcdefghijklmnopqrstuv"
"""A token that must appear in no output."""

FAULTS = (
    "502",
    "502-after",
    "drop",
    "drop-after",
    "secondary",
    "spent",
    "403",
    "404",
    "422",
    "401",
    "429",
)
WRITES = {"POST", "PATCH", "PUT", "DELETE"}


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it came, and the status that it got (0: the connection was dropped)."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    status: int

    @property
    def is_write(self) -> bool:
        return self.method in WRITES and "query" not in str((self.body or {}).get("query", ""))[:9]


@dataclass
class Fault:
    """What happens in place of the answer to the call at an index, and to as many after it."""

    at: int
    kind: str
    times: int = 1
    seconds: int = 1


@dataclass
class FakeGitHub:
    """The server; a context manager.

    Attributes:
        may: what the token may write: pulls, issues, checks, graphql.
        after_write: called with the number of writes that took effect.
    """

    host: Host
    may: set[str] = field(default_factory=lambda: {"pulls", "issues", "checks", "graphql"})
    who: str = ME
    calls: list[Call] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    after_write: Callable[[int], None] = lambda _count: None
    page_limit: int = 100
    remaining: int = 4000
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, at: int, kind: str, times: int = 1) -> None:
        assert kind in FAULTS
        self.faults.append(Fault(at, kind, times))

    def __enter__(self) -> Self:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def log_message(self, *_args: Any) -> None:
                pass

            def handle_any(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                raw = self.rfile.read(length)
                with fake._lock:
                    status, headers, body = fake.answer(self.command, self.path, self.headers, raw)
                if status == 0:
                    self.close_connection = True
                    return
                data = json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # -- answers -------------------------------------------------------------------------------

    def answer(
        self, method: str, target: str, sent: Any, raw: bytes
    ) -> tuple[int, dict[str, str], Any]:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = json.loads(raw) if raw else None
        index = len(self.calls)
        fault = next((f for f in self.faults if f.at <= index < f.at + f.times), None)
        limits = {
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(int(time.time()) + 60),
        }
        if fault is not None and not fault.kind.endswith("-after"):
            status, headers, data = self._fail(fault)
            self.calls.append(Call(method, parts.path, query, body, status))
            return status, {**limits, **headers}, data
        try:
            self._prove_headers(sent)
            headers, data = self._route(method, parts.path, query, body)
            status = 201 if method == "POST" and "graphql" not in parts.path else 200
        except RefusalError as refusal:
            status, headers, data = refusal.status, {}, refusal.body
        if fault is not None:
            status, headers, data = (
                (502, {}, {"message": "Server Error"}) if "502" in fault.kind else (0, {}, None)
            )
        self.calls.append(Call(method, parts.path, query, body, status))
        if self.calls[-1].is_write and status in {200, 201}:
            self.after_write(
                sum(call.is_write and call.status in {200, 201} for call in self.calls)
            )
        return status, {**limits, **headers}, data

    def _fail(self, fault: Fault) -> tuple[int, dict[str, str], Any]:
        if fault.kind == "drop":
            return 0, {}, None
        if fault.kind == "secondary":
            return (
                403,
                {"retry-after": "7"},
                {"message": "You have exceeded a secondary rate limit."},
            )
        if fault.kind == "spent":
            reset = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 30)}
            return 403, reset, {"message": "API rate limit exceeded for installation ID 1."}
        if fault.kind == "429":
            return 429, {}, {"message": "Too many requests"}
        messages = {
            "403": "Resource not accessible by integration", "404": "Not Found", "401": "Bad credentials",
            "422": "Unprocessable Entity", "502": "Server Error",
        }  # fmt: skip
        return int(fault.kind), {}, {"message": messages[fault.kind]}

    def _prove_headers(self, sent: Any) -> None:
        if sent.get("authorization") != f"Bearer {TOKEN}":
            raise RefusalError(401, "Bad credentials")
        if not sent.get("user-agent"):
            raise RefusalError(403, "Request forbidden by administrative rules.")
        if sent.get("x-github-api-version") != "2022-11-28":
            raise RefusalError(400, "The version is not supported")

    def _route(
        self, method: str, path: str, query: dict[str, str], body: Any
    ) -> tuple[dict[str, str], Any]:
        for verb, pattern, need, handler in self._routes():
            found = re.fullmatch(pattern, path)
            if found and verb == method:
                if need and need not in self.may:
                    raise RefusalError(403, "Resource not accessible by integration")
                data = handler(*map(unquote, found.groups()), query=query, body=body)
                return self._paged(path, query, data)
        raise RefusalError(404, "Not Found")

    def _routes(self) -> list[tuple[str, str, str, Callable[..., Any]]]:
        host = self.host
        at, pull = f"/repos/{host.repo}", f"/repos/{host.repo}/pulls/{host.number}"
        issue = f"{at}/issues/{host.number}/comments"
        return [
            ("GET", pull, "", lambda **_: host.pull()),
            ("GET", f"{at}/pulls", "", lambda **_: [host.pull()]),
            ("GET", f"{pull}/files", "", lambda **_: host.files()),
            (
                "GET",
                f"{at}/contents/(.+)",
                "",
                lambda path, query, **_: host.content(path, query["ref"]),
            ),
            ("GET", f"{pull}/comments", "", lambda **_: host.comments),
            ("GET", f"{pull}/reviews", "", lambda **_: host.reviews),
            ("POST", f"{pull}/reviews", "pulls", lambda body, **_: host.review(body)),
            ("GET", issue, "", lambda **_: host.remarks),
            ("POST", issue, "issues", lambda body, **_: host.remark(body)),
            (
                "PATCH",
                f"{at}/issues/comments/(\\d+)",
                "issues",
                lambda n, body, **_: host.change_remark(int(n), body),
            ),
            ("GET", f"{at}/commits/(\\w+)/check-runs", "", self._check_runs),
            ("POST", f"{at}/check-runs", "checks", lambda body, **_: host.create_check(body)),
            ("GET", f"{at}/check-runs/(\\d+)", "", self._check_run),
            (
                "PATCH",
                f"{at}/check-runs/(\\d+)",
                "checks",
                lambda n, body, **_: host.change_check(int(n), body),
            ),
            ("GET", f"{at}/collaborators/([^/]+)/permission", "", self._permission),
            ("POST", "/graphql", "", self._graphql),
        ]

    def _check_runs(self, sha: str, query: dict[str, str], **_: Any) -> Any:
        return [
            c
            for c in self.host.checks
            if c["head_sha"] == sha and c["name"] == query.get("check_name", c["name"])
        ]

    def _check_run(self, number: str, **_: Any) -> Any:
        return next(c for c in self.host.checks if c["id"] == int(number))

    def _permission(self, login: str, **_: Any) -> Any:
        return {
            "permission": "write" if login in self.host.writers else "read",
            "user": {"login": login},
        }

    def _graphql(self, body: Any, **_: Any) -> Any:
        query, variables = body["query"], body["variables"]
        if "viewer" in query:
            return {"data": {"viewer": {"login": self.who}}}
        if "resolveReviewThread" in query:
            if "graphql" not in self.may:
                return {
                    "data": None,
                    "errors": [
                        {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
                    ],
                }
            return {"data": self.host.resolve(variables["thread"])}
        threads, start = self.host.threads(), int(variables["after"] or 0)
        page = threads[start : start + self.page_limit]
        more = start + self.page_limit < len(threads)
        info = {"hasNextPage": more, "endCursor": str(start + self.page_limit) if more else None}
        return {
            "data": {
                "repository": {"pullRequest": {"reviewThreads": {"pageInfo": info, "nodes": page}}}
            }
        }

    def _paged(self, path: str, query: dict[str, str], data: Any) -> tuple[dict[str, str], Any]:
        if not isinstance(data, list) or "/contents/" in path:
            return {}, data
        size = min(int(query.get("per_page", 30)), self.page_limit)
        page = int(query.get("page", 1))
        part = data[(page - 1) * size : page * size]
        kept = "&".join(f"{n}={v}" for n, v in query.items() if n != "page")
        more = page * size < len(data)
        link = (
            {"Link": f'<{self.base_url}{path}?{kept}&page={page + 1}>; rel="next"'} if more else {}
        )
        return link, {"total_count": len(data), "check_runs": part} if path.endswith(
            "/check-runs"
        ) else part
