"""Secrets: how many, how long, and how they are compared."""

import pytest

from lld_agent.bot.serve.proof import Secrets, secrets_of
from lld_agent.errors import UsageError

# From GitHub's documentation of webhooks: "Testing the webhook payload validation".
DOCUMENTED = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_githubs_own_example_of_a_signature():
    secrets = secrets_of("It's a Secret to Everybody", "", "X")
    assert secrets.signed(b"Hello, World!", DOCUMENTED)
    assert not secrets.signed(b"Hello, World", DOCUMENTED)


def test_without_a_secret_nothing_is_proved():
    assert not Secrets().signed(b"", "sha256=")
    assert not Secrets().named("")
    assert not Secrets()


def test_empty_variables_are_none_and_short_ones_an_error():
    assert not secrets_of("", "  ", "X")
    with pytest.raises(UsageError, match="LLD_X is shorter than 16"):
        secrets_of("0123456789abcde", "", "LLD_X")


def test_a_secret_is_not_shown():
    assert "Everybody" not in repr(secrets_of("It's a Secret to Everybody", "", "X"))
