"""The whole way, in processes of their own: webhook, queue, worker, pull request on a strict fake."""

import http.client
import os
import signal
import socket
import subprocess
import sys

import pytest
from tests.bot.queue.hosts import wait_until
from tests.bot.rig import PATH, design, row
from tests.bot.serve.payloads import SECRET, comment, encoded, github_headers, pull_request
from tests.github.fake import TOKEN, FakeGitHub
from tests.github.state import ME, Host

REPO = "octo/plans"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def send(port, event, payload, delivery):
    body = encoded(payload)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/webhooks/github", body, github_headers(body, event, delivery))
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.long
def test_a_delivery_becomes_a_review_and_a_command_an_answer(tmp_path):
    port = free_port()
    with FakeGitHub(Host().open({}, {PATH: design(row("A"))})) as github:
        environ = {
            **os.environ,
            "LLD_AGENT_WEBHOOK_SECRET": SECRET,
            "LLD_AGENT_QUEUE": f"sqlite:///{tmp_path}/queue.sqlite",
            "LLD_AGENT_SIGNING_KEY": "a key of the tests",
            "GITHUB_API_URL": github.base_url,
            "GITHUB_TOKEN": TOKEN,
        }
        command = [sys.executable, "-m", "lld_agent.cli", "bot", "serve", "--port", str(port)]
        server = subprocess.Popen(
            command, env=environ, stderr=subprocess.PIPE, text=True, cwd=tmp_path
        )
        try:
            wait_until(lambda: answers(port))
            opened = pull_request(repo=REPO)
            assert send(port, "pull_request", opened, "d-1") == 202
            assert send(port, "pull_request", opened, "d-1") == 200
            wait_until(lambda: any(check["status"] == "completed" for check in github.host.checks))
            asked = comment("/lld explain CFG002", login="ada")
            asked["repository"]["full_name"] = REPO
            assert send(port, "issue_comment", asked, "d-2") == 202
            eve = comment("/lld explain CFG002", login="eve")
            eve["repository"]["full_name"] = REPO
            assert send(port, "issue_comment", eve, "d-3") == 202
            wait_until(lambda: any("to=99" in one["body"] for one in github.host.remarks))
        finally:
            server.send_signal(signal.SIGTERM)
            _, log = server.communicate(timeout=60)
        own = [one["body"] for one in github.host.remarks if one["user"]["login"] == ME]
        assert sum("# CFG002" in body for body in own) == 1
        assert len(github.host.reviews) == 1
    assert server.returncode == 0
    assert TOKEN not in log
    assert SECRET not in log
    assert '"event": "job ended"' in log
    assert '"event": "worker ended"' in log
