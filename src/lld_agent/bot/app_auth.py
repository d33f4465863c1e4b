"""A GitHub App's way to tokens: a signed statement for the app, tokens of an hour for repositories.

Source: GitHub, "Generating a JSON Web Token (JWT) for a GitHub App" (RS256, at most ten minutes, issued
a minute in the past against clocks that differ) and "Generating an installation access token".
"""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx
import jwt

from lld_agent.errors import CredentialsError
from lld_agent.forge.http import Request, Requests
from lld_agent.github.client import API, fixed, github_requests

_BACK = 60
_AHEAD = 540
_EARLY = 300.0
"""Seconds before its end after which a token is not used any more: a review takes a while."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    ends: float


class AppAuth:
    """The tokens of one GitHub App.

    Args:
        app: its id, or its client id.
        private_key: PEM.
        base_url: of the API.
        client: to send with, in tests; else one is made for each request.
        clock: seconds since the epoch.

    Raises:
        CredentialsError: the private key cannot be read.
    """

    def __init__(
        self,
        app: str,
        private_key: str,
        base_url: str = API,
        client: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._key = private_key
        self._base_url = base_url
        self._client = client
        self._clock = clock
        self._tokens: dict[str, _Token] = {}
        self._statement()

    async def token(self, repo: str) -> str:
        """Return a token for one repository, with some minutes left.

        Raises:
            ForgeError: the app is not installed there, or GitHub does not answer.
        """
        held = self._tokens.get(repo)
        if held is None or held.ends - _EARLY <= self._clock():
            path = f"repos/{repo}/installation"
            number = int((await self._as_app(Request("GET", path)))["id"])
            # The token reaches this repository only, whatever else the app is installed on.
            body = {"repositories": [repo.partition("/")[2]]}
            held = await self._issued(number, body)
            self._tokens[repo] = held
        return held.value

    async def repositories(self) -> AsyncIterator[str]:
        """Yield `owner/name` of all repositories that the app is installed on.

        Raises:
            ForgeError: GitHub does not answer.
        """
        requests = self._requests_as_app()
        try:
            installations = [
                int(one["id"])
                async for page in requests.pages("app/installations", per_page=100)
                for one in page
                if not one.get("suspended_at")
            ]
        finally:
            await self._close(requests)
        for number in installations:
            # For listing only, and forgotten afterwards.
            token = await self._issued(number, {"permissions": {"metadata": "read"}})
            listing = github_requests(fixed(token.value), self._base_url, client=self._client)
            try:
                async for page in listing.pages("installation/repositories", per_page=100):
                    for one in page["repositories"]:
                        yield str(one["full_name"])
            finally:
                await self._close(listing)

    async def _issued(self, installation: int, body: Mapping[str, object]) -> _Token:
        path = f"app/installations/{installation}/access_tokens"
        data = await self._as_app(Request("POST", path, body=body, effect="repeat"))
        return _Token(str(data["token"]), datetime.fromisoformat(data["expires_at"]).timestamp())

    async def _as_app(self, request: Request) -> dict[str, str]:
        requests = self._requests_as_app()
        try:
            return dict((await requests.send(request)).data)
        finally:
            await self._close(requests)

    def _requests_as_app(self) -> Requests:
        async def statement() -> str:
            return self._statement()

        return github_requests(statement, self._base_url, client=self._client)

    async def _close(self, requests: Requests) -> None:
        if self._client is None:
            await requests.aclose()

    def _statement(self) -> str:
        now = int(self._clock())
        claims = {"iat": now - _BACK, "exp": now + _AHEAD, "iss": self._app}
        try:
            return jwt.encode(claims, self._key, algorithm="RS256")
        except (ValueError, TypeError, jwt.PyJWTError):
            # The cause would show the key.
            raise CredentialsError(
                "the private key of the GitHub App cannot be read",
                "set LLD_AGENT_APP_KEY_FILE to the .pem file that GitHub gave",
            ) from None
