"""A queue in a file."""

import pytest

from lld_agent.bot.queue.places import place_of
from lld_agent.bot.queue.tables import open_tables


@pytest.fixture
def place(tmp_path):
    return place_of(f"sqlite:///{tmp_path}/queue.sqlite")


@pytest.fixture
def tables(place):
    engine = open_tables(place)
    yield engine
    engine.dispose()
