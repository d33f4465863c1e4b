"""A GitHub App: signed statements, tokens for one repository each, renewed before they end."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lld_agent.bot.app_auth import AppAuth
from lld_agent.errors import CredentialsError
from lld_agent.forge.errors import MissingError

NOW = 1_800_000_000.0


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def pem(key):
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(
        serialization.Encoding.PEM, form, serialization.NoEncryption()
    ).decode()


class GitHub:
    """The endpoints of apps, as documented; a token is `t-<installation>-<n>`."""

    def __init__(self, key):
        self.key, self.now, self.calls, self.bodies, self.n = key, NOW, [], [], 0

    def __call__(self, request):
        path = request.url.path
        self.calls.append(f"{request.method} {path}")
        bearer = request.headers["authorization"].removeprefix("Bearer ")
        if path == "/installation/repositories":
            return self.repositories(request, bearer)
        claims = jwt.decode(
            bearer,
            self.key.public_key(),
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False},
        )
        assert claims["iss"] == "123"
        assert claims["iat"] <= self.now < claims["exp"] <= self.now + 600
        if path == "/repos/octo/tales/installation":
            return httpx.Response(200, json={"id": 5})
        if path == "/app/installations":
            return httpx.Response(
                200, json=[{"id": 5, "suspended_at": None}, {"id": 6, "suspended_at": "x"}]
            )
        if path == "/app/installations/5/access_tokens":
            self.n += 1
            self.bodies.append(json.loads(request.content))
            ends = datetime.fromtimestamp(self.now + 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return httpx.Response(201, json={"token": f"t-5-{self.n}", "expires_at": ends})
        return httpx.Response(404, json={"message": "Not Found"})

    def repositories(self, request, bearer):
        assert bearer.startswith("t-5-")
        if request.url.params.get("page") == "2":
            return httpx.Response(200, json={"repositories": [{"full_name": "octo/more"}]})
        following = {"link": f'<{request.url.copy_set_param("page", 2)}>; rel="next"'}
        return httpx.Response(
            200, json={"repositories": [{"full_name": "octo/tales"}]}, headers=following
        )


@pytest.fixture
def github(key):
    return GitHub(key)


def auth(github, pem):
    client = httpx.AsyncClient(transport=httpx.MockTransport(github))
    return AppAuth("123", pem, "https://github.test", client, lambda: github.now)


def test_a_token_is_for_one_repository_and_kept_until_shortly_before_its_end(github, pem):
    async def run():
        app = auth(github, pem)
        first = await app.token("octo/tales")
        github.now += 3600 - 301
        second = await app.token("octo/tales")
        github.now += 2
        third = await app.token("octo/tales")
        return first, second, third

    assert asyncio.run(run()) == ("t-5-1", "t-5-1", "t-5-2")
    assert github.bodies == [{"repositories": ["tales"]}] * 2


def test_where_the_app_is_not_installed_there_is_no_token(github, pem):
    with pytest.raises(MissingError):
        asyncio.run(auth(github, pem).token("eve/secrets"))


def test_all_repositories_of_all_installations_page_by_page(github, pem):
    async def run():
        return [one async for one in auth(github, pem).repositories()]

    assert asyncio.run(run()) == ["octo/tales", "octo/more"]
    assert github.bodies == [{"permissions": {"metadata": "read"}}]
    assert "POST /app/installations/6/access_tokens" not in github.calls


@pytest.mark.parametrize(
    "text",
    ["", "hunter2", "-----BEGIN RSA PRIVATE KEY-----\nhunter2\n-----END RSA PRIVATE KEY-----"],
)
def test_a_key_that_is_none_is_said_at_once_and_not_shown(text):
    with pytest.raises(CredentialsError) as error:
        AppAuth("123", text)
    assert "hunter2" not in f"{error.value} {error.value.__cause__} {error.value.hint}"
