"""The webhook server: a delivery is proved, written down and answered; workers do the rest."""

import asyncio
import hashlib
import json
import logging
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.wishes import Delivery
from lld_agent.bot.serve.events import Ignored, MalformedError, github_wishes, gitlab_wishes
from lld_agent.bot.serve.metrics import CONTENT_TYPE, Metrics
from lld_agent.bot.serve.proof import Secrets
from lld_agent.bot.serve.recorder import Recorder

LOG = logging.getLogger("lld_agent.bot.serve")
LARGEST = 25 * 1024 * 1024
"""Bytes of a body; GitHub sends no more."""
SLOWEST = 30.0
"""Seconds for a whole body; GitHub waits for ten."""
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}\Z")


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How a server is set up.

    Attributes:
        github, gitlab: secrets; a host without one has no address here, unless `unproved`.
        unproved: take deliveries that nobody signed; for trials on loopback only.
    """

    github: Secrets = field(default_factory=Secrets)
    gitlab: Secrets = field(default_factory=Secrets)
    unproved: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    word: str
    delivery: str = ""
    why: str = ""


class _RefusedError(Exception):
    """A request that is answered before anything of it is believed."""

    def __init__(self, status: int, word: str) -> None:
        super().__init__(word)
        self.answer = _Answer(status, word)


def make_app(inbox: Inbox, crew: Crew, options: ServerOptions) -> Starlette:
    """Return the application.

    Addresses: `POST /webhooks/github`, `POST /webhooks/gitlab`, `GET /healthz`, `/readyz`,
    `/metrics`.
    """
    return _Server(inbox, crew, options).app()


class _Server:
    def __init__(self, inbox: Inbox, crew: Crew, options: ServerOptions) -> None:
        self._inbox, self._crew, self._options = inbox, crew, options
        self._recorder = Recorder(inbox.record)
        self._metrics = Metrics(crew.figures)

    def app(self) -> Starlette:
        routes = [
            Route("/healthz", self._health),
            Route("/readyz", self._ready),
            Route("/metrics", self._scrape),
        ]
        if self._options.github or self._options.unproved:
            routes.append(
                Route("/webhooks/github", self._hook("github", _github), methods=["POST"])
            )
        if self._options.gitlab or self._options.unproved:
            routes.append(
                Route("/webhooks/gitlab", self._hook("gitlab", _gitlab), methods=["POST"])
            )
        return Starlette(routes=routes, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with self._recorder:
            yield

    async def _health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def _ready(self, _: Request) -> Response:
        try:
            figures = await asyncio.to_thread(self._crew.figures)
        except Exception as error:  # noqa: BLE001 - that is what is asked for
            LOG.warning("queue away", extra={"why": f"{type(error).__name__}: {error}"})
            return JSONResponse({"status": "queue away"}, 503)
        facts = {"open": figures.open, "dead": figures.dead, "workers": figures.workers}
        # Deliveries are taken without a worker too: they are not lost, and readiness says so.
        return JSONResponse({"status": "ready", **facts})

    async def _scrape(self, _: Request) -> Response:
        page = await asyncio.to_thread(self._metrics.page)
        return Response(page, media_type=CONTENT_TYPE)

    def _hook(self, host: str, read: "_Reader") -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            start = time.perf_counter()
            number = uuid.uuid4().hex
            try:
                result = await self._take(request, read)
            except _RefusedError as refused:
                result = refused.answer
            except ClientDisconnect:
                result = _Answer(400, "disconnected")
            except Exception as error:  # noqa: BLE001 - the sender learns that it was not taken
                result = _Answer(503, "not taken", why=f"{type(error).__name__}: {error}")
            seconds = time.perf_counter() - start
            self._metrics.deliveries.labels(host, result.word).inc()
            self._metrics.seconds.observe(seconds)
            level = logging.ERROR if result.status >= 500 else logging.INFO
            facts = {
                "request": number,
                "host": host,
                "status": result.status,
                "answer": result.word,
                "delivery": result.delivery,
                "why": result.why,
                "ms": round(seconds * 1000, 2),
            }
            LOG.log(level, "delivery", extra=facts)
            if result.status == 204:
                return Response(status_code=204, headers={"x-request-id": number})
            body = {"status": result.word, "request": number}
            return JSONResponse(body, result.status, {"x-request-id": number})

        return answer

    async def _take(self, request: Request, read: "_Reader") -> _Answer:
        body = await _body(request)
        wishes, delivery = read(request, body, self._options)
        if isinstance(wishes, _Answer):
            return wishes
        if isinstance(wishes, Ignored):
            return _Answer(204, "ignored", delivery, wishes.why)
        new = await self._recorder.record(wishes)
        about = ", ".join(one.pull.key for one in wishes)
        if new:
            return _Answer(202, "accepted", delivery, about)
        return _Answer(200, "duplicate", delivery, about)


_Reader = Callable[[Request, bytes, ServerOptions], tuple[list[Delivery] | Ignored | _Answer, str]]


async def _body(request: Request) -> bytes:
    """Return the raw body, or refuse it as soon as it is too large."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > LARGEST:
        raise _RefusedError(413, "too large")
    parts, size = [], 0
    try:
        async with asyncio.timeout(SLOWEST):
            async for part in request.stream():
                size += len(part)
                if size > LARGEST:
                    raise _RefusedError(413, "too large")
                parts.append(part)
    except TimeoutError:
        raise _RefusedError(408, "too slow") from None
    return b"".join(parts)


def _github(
    request: Request, body: bytes, options: ServerOptions
) -> tuple[list[Delivery] | Ignored | _Answer, str]:
    signature = request.headers.get("x-hub-signature-256", "")
    if not options.unproved and not options.github.signed(body, signature):
        raise _RefusedError(401, "not proved")
    delivery = _named(request.headers.get("x-github-delivery", ""))
    event = request.headers.get("x-github-event", "")
    if event == "ping":
        return _Answer(200, "pong", delivery), delivery
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        body = _form(body)
    return _understood(lambda: github_wishes(event, _json(body), delivery)), delivery


def _gitlab(
    request: Request, body: bytes, options: ServerOptions
) -> tuple[list[Delivery] | Ignored | _Answer, str]:
    token = request.headers.get("x-gitlab-token", "")
    if not options.unproved and not options.gitlab.named(token):
        raise _RefusedError(401, "not proved")
    # The key stays the same when GitLab sends again; before 17.4 there was none.
    delivery = _named(
        request.headers.get("idempotency-key", "") or hashlib.sha256(body).hexdigest()
    )
    return _understood(lambda: gitlab_wishes(_json(body), delivery)), delivery


def _understood(read: Callable[[], list[Delivery] | Ignored]) -> list[Delivery] | Ignored:
    try:
        return read()
    except MalformedError:
        raise _RefusedError(400, "malformed") from None


def _named(delivery: str) -> str:
    if not _ID.match(delivery):
        raise _RefusedError(400, "no delivery id")
    return delivery


def _form(body: bytes) -> bytes:
    """Return the payload of a form, GitHub's other content type."""
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=10)
    except (UnicodeDecodeError, ValueError):
        raise _RefusedError(400, "malformed") from None
    return fields.get("payload", [""])[0].encode("utf-8", "replace")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _RefusedError(400, "malformed") from None
