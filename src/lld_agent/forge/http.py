"""Requests to a code host: what each answer means and what is tried again, in one place.

| answer | what is done |
|---|---|
| 401 | `RefusedKeyError` |
| 403, 429 with a rate limit | wait as told (Retry-After; else the reset; else 60 s, doubled), then again |
| 403, 410, 451; 404 to a write | `ForbiddenError`, never tried again |
| 404 to a read | `MissingError` |
| other 4xx | `RejectedError` |
| 5xx or none, to a read or a write that may be repeated | again after 2, 4, 8 s |
| 5xx or none, to a write that may not be repeated | `UnclearError`; `once` looks before it tries again |

No library for the hosts is used: they differ from us in exactly these rows (githubkit repeats what
it should not, and needs a caching client at import; PyGithub blocks, and leaves `event` out).
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from lld_agent.forge.errors import (
    ForbiddenError,
    ForgeError,
    LimitedError,
    MissingError,
    RefusedKeyError,
    RejectedError,
    UnclearError,
    UnreachableError,
)
from lld_agent.forge.pace import Pace

T = TypeVar("T")
Headers = Callable[[], Awaitable[Mapping[str, str]]]
"""Gives the headers that carry the key, anew for every request: keys of apps expire."""

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_SECONDARY = re.compile(r"\bsecondary rate\b|\babuse detection\b", re.IGNORECASE)
_PAUSES = (2.0, 4.0, 8.0)
_MOST_PAGES = 100
_LONGEST_MESSAGE = 300
_MOVED = {301, 302, 307, 308}


@dataclass(frozen=True, slots=True)
class Request:
    """A request.

    Attributes:
        path: below the address of the host, or an address of the host.
        effect: read; repeat: a write that may be repeated; once: one that may not.
        notifies: people get a message.
    """

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Any = None
    effect: Literal["read", "repeat", "once"] = "read"
    notifies: bool = False
    resource: str = "core"


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer; `data` is what its JSON holds, None where there is none."""

    data: Any
    next: str = ""


class Requests:
    """Sends requests of one review.

    Args:
        base_url: of the host's API.
        headers: gives those that carry the key.
        pace: shared by all that use the same key.
        client: to send with; made here where none is given.
    """

    def __init__(
        self,
        base_url: str,
        headers: Headers,
        pace: Pace | None = None,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/") + "/"
        self._headers = headers
        self._pace = pace or Pace()
        self._client = client or httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
        self._waited = 0.0

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def send(self, request: Request) -> Answer:
        """Return the answer to a request.

        Raises:
            ForgeError: as the table above says.
        """
        limited = failed = 0
        while True:
            self._pace.prove_left(request.resource)
            response = await self._try(request)
            if response is not None and response.is_success:
                return _answer(response)
            wait = None if response is None else self._limit(response, limited)
            if wait is not None:
                limited += 1
                await self._wait(wait, "the host limits requests", last=limited >= self._tries)
                continue
            if response is not None and response.status_code < 500:
                raise _refusal(request, response)
            if request.effect == "once":
                raise UnclearError(f"{_what(request)}: {_trouble(response)}")
            failed += 1
            if failed >= self._tries:
                raise UnreachableError(f"{_what(request)}: {_trouble(response)}")
            await self._pause(failed - 1)

    async def once(self, request: Request, find: Callable[[], Awaitable[T | None]]) -> Answer | T:
        """Carry a write out once.

        Args:
            request: its effect is `once`.
            find: looks whether it was carried out, where no answer came.

        Returns:
            The answer, or what was found.

        Raises:
            ForgeError: as the table above says.
        """
        trouble: ForgeError
        for number in range(self._tries):
            try:
                return await self.send(request)
            except UnclearError as error:
                trouble = error
            await self._pause(number)
            found = await find()
            if found is not None:
                return found
        raise UnreachableError(str(trouble))

    async def pages(self, path: str, **query: str | int) -> AsyncIterator[Any]:
        """Yield what all pages of a list hold.

        Raises:
            ForgeError: as the table above says; also where the list does not end.
        """
        request = Request("GET", path, query)
        for _ in range(_MOST_PAGES):
            answer = await self.send(request)
            yield answer.data
            if not answer.next:
                return
            request = Request("GET", answer.next)
        raise UnreachableError(f"GET {path}: more than {_MOST_PAGES} pages")

    @property
    def _tries(self) -> int:
        return self._pace.limits.tries

    async def _try(self, request: Request) -> httpx.Response | None:
        """Return the host's answer; None where none came."""
        writes = request.effect != "read"
        creates = request.effect == "once"
        turn = (
            self._pace.writing(notifies=request.notifies, creates=creates)
            if writes
            else nullcontext()
        )
        async with turn:
            address = self._address(request.path)
            for _ in range(4):
                response = await self._ask(request, address)
                target = "" if response is None else response.headers.get("location", "")
                if response is None or response.status_code not in _MOVED or not target:
                    return response
                # A repository that was renamed. The key goes to no other host.
                address = self._address(urljoin(address, target))
        return response

    async def _ask(self, request: Request, address: str) -> httpx.Response | None:
        try:
            response = await self._client.request(
                request.method,
                address,
                params=dict(request.query) or None,
                json=request.body,
                headers=dict(await self._headers()),
            )
        except httpx.TransportError:
            return None
        self._pace.note(request.resource, response.headers)
        return response

    def _address(self, path: str) -> str:
        address = urljoin(self.base_url, path) if "://" in path else self.base_url + path
        if urlsplit(address)[:2] != urlsplit(self.base_url)[:2]:
            raise UnreachableError("the host points to another host, which gets no key")
        return address

    def _limit(self, response: httpx.Response, before: int) -> float | None:
        """Return how long to wait where an answer speaks of a rate limit, else None."""
        headers = response.headers
        if response.status_code not in {403, 429}:
            return None
        spent = headers.get("x-ratelimit-remaining", headers.get("ratelimit-remaining")) == "0"
        after = headers.get("retry-after", "")
        named = _SECONDARY.search(_message(response)) is not None
        if not (response.status_code == 429 or spent or after or named):
            return None
        if after.isdigit():
            return float(after)
        reset = headers.get("x-ratelimit-reset", headers.get("ratelimit-reset", ""))
        if spent and reset.isdigit():
            return max(0.0, float(reset) - self._pace.clock.now()) + 1.0
        return 60.0 * 2.0**before

    async def _wait(self, seconds: float, why: str, *, last: bool) -> None:
        if last or self._waited + seconds > self._pace.limits.patience:
            raise LimitedError(why, seconds)
        self._waited += seconds
        await self._pace.clock.sleep(seconds)

    async def _pause(self, number: int) -> None:
        pause = _PAUSES[min(number, len(_PAUSES) - 1)]
        await self._pace.clock.sleep(pause * (0.5 + self._pace.clock.jitter()))


def _answer(response: httpx.Response) -> Answer:
    following = response.links.get("next", {}).get("url", "")
    if not response.content:
        return Answer(None, following)
    try:
        return Answer(response.json(), following)
    except ValueError:
        raise UnreachableError("the answer is no JSON; is the address that of the API?") from None


def _refusal(request: Request, response: httpx.Response) -> ForgeError:
    status = response.status_code
    text = f"{_what(request)}: {status} {_message(response)}".strip()
    if status == 401:
        return RefusedKeyError(text)
    if status in {403, 410, 451} or (status == 404 and request.effect != "read"):
        return ForbiddenError(text)
    if status == 404:
        return MissingError(text)
    return RejectedError(text)


def _message(response: httpx.Response) -> str:
    """Return what the host says, on one line."""
    try:
        data = response.json()
    except ValueError:
        return ""
    if not isinstance(data, dict):
        return ""
    parts = [data.get("message") or data.get("error") or "", *_details(data.get("errors"))]
    text = " ".join(" ".join(str(part) for part in parts if part).split())
    return text[:_LONGEST_MESSAGE]


def _details(errors: object) -> list[str]:
    if not isinstance(errors, list):
        return []
    return [str(e.get("message", "")) if isinstance(e, dict) else str(e) for e in errors]


def _what(request: Request) -> str:
    return f"{request.method} {request.path.partition('?')[0]}"


def _trouble(response: httpx.Response | None) -> str:
    return "no answer" if response is None else f"{response.status_code}"
