"""What is imported when: a person who asks for help waits for no vendor's library."""

import subprocess
import sys

import pytest

VENDORS = ("litellm", "instructor", "openai", "tiktoken", "httpx")
SAY = f"print([v for v in {VENDORS} if v in sys.modules])"


def imported_by(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{SAY}"],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    "code",
    [
        "import lld_agent.cli.main, lld_agent.app",
        "import lld_agent.llm.gateway, lld_agent.llm.recorded",
        "import lld_agent.llm.openai_transport, lld_agent.llm.litellm_transport",
    ],
)
def test_no_vendor(code: str):
    assert imported_by(code) == "[]"


def test_openai_transport_never_imports_litellm():
    code = """
import asyncio
from lld_agent.llm.openai_transport import OpenAITransport
from lld_agent.llm.gateway import Gateway
from lld_agent.llm.policy import Models, Policy
from lld_agent.llm.request import Message, Request
from lld_agent.model.wire import Wire
class Note(Wire):
    text: str
async def main():
    gateway = Gateway(OpenAITransport("http://127.0.0.1:9/v1"), Models("m"), policy=Policy(tries=1))
    outcome = await gateway.ask(Request("s", "", "p@1", (), (Message("user", "x"),), Note))
    await gateway.aclose()
    assert outcome.failure.kind == "connection", outcome
asyncio.run(main())
"""
    assert imported_by(code) == "['instructor', 'openai', 'httpx']"
