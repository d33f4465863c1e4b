"""Requests to GitHub: address, version, key."""

from collections.abc import Awaitable, Callable, Mapping

import httpx

from lld_agent.forge.http import Requests
from lld_agent.forge.pace import Pace

API = "https://api.github.com"
VERSION = "2022-11-28"
Token = Callable[[], Awaitable[str]]
"""Gives a token that holds now: those of an app last an hour."""


def fixed(token: str) -> Token:
    """Return a token that stays the same as one that is asked for."""

    async def give() -> str:
        return token

    return give


def github_requests(
    token: Token,
    base_url: str = API,
    pace: Pace | None = None,
    client: httpx.AsyncClient | None = None,
) -> Requests:
    """Return what sends requests to GitHub, GitHub Enterprise Server (`https://HOST/api/v3`) or a fake."""

    async def headers() -> Mapping[str, str]:
        return {
            "Authorization": f"Bearer {await token()}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": VERSION,
            "User-Agent": "lld-agent",
        }

    return Requests(base_url, headers, pace, client)


def graphql_path(base_url: str) -> str:
    """Return the address of GraphQL: beside `v3` on an Enterprise Server, below the API elsewhere."""
    root = base_url.rstrip("/")
    return f"{root.removesuffix('/v3')}/graphql" if root.endswith("/api/v3") else f"{root}/graphql"
