"""Every fault through the real openai and instructor code, over HTTP on loopback."""

import pytest
from tests.llm.fake_server import CANARY
from tests.llm.faults import CASES, Case, play

from lld_agent.llm.openai_transport import OpenAITransport


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fault(case: Case, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture):
    play(case, lambda url: OpenAITransport(url, CANARY), "fake-1")
    assert capfd.readouterr() == ("", "")
    assert CANARY not in caplog.text
