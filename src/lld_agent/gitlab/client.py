"""Requests to GitLab: address and key."""

from collections.abc import Mapping

import httpx

from lld_agent.forge.http import Requests
from lld_agent.forge.pace import Pace

API = "https://gitlab.com/api/v4"


def gitlab_requests(
    token: str,
    base_url: str = API,
    pace: Pace | None = None,
    client: httpx.AsyncClient | None = None,
) -> Requests:
    """Return what sends requests to GitLab (`https://HOST/api/v4`) with an access token."""

    async def headers() -> Mapping[str, str]:
        return {"PRIVATE-TOKEN": token, "User-Agent": "lld-agent"}

    return Requests(base_url, headers, pace, client)
