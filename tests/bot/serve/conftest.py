"""A server in this process, on a queue in a file."""

import contextlib

import httpx
import pytest
from tests.bot.serve.payloads import OTHER, SECRET

from lld_agent.bot.queue.crew import Crew
from lld_agent.bot.queue.inbox import Inbox
from lld_agent.bot.queue.places import connect, place_of
from lld_agent.bot.queue.tables import create_tables
from lld_agent.bot.serve.proof import secrets_of
from lld_agent.bot.serve.server import ServerOptions, make_app


@pytest.fixture
def tables(tmp_path):
    engine = connect(place_of(f"sqlite:///{tmp_path}/queue.sqlite").inbox)
    create_tables(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def inbox(tables):
    return Inbox(tables)


def both():
    return secrets_of(SECRET, OTHER, "X")


@contextlib.asynccontextmanager
async def serving(inbox, crew, options=None):
    """A client of a running application, without a socket."""
    app = make_app(inbox, crew, options or ServerOptions(both(), both()))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://bot") as client,
    ):
        yield client


@pytest.fixture
def crew(tables):
    return Crew(tables, "onlooker")
