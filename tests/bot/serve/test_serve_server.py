"""The webhook server: proof before parsing, one row per delivery, an answer for everything."""

import asyncio
import hashlib
import hmac
import json
import logging
from urllib.parse import urlencode

import pytest
from tests.bot.serve.conftest import both, serving
from tests.bot.serve.payloads import (
    OTHER,
    SECRET,
    check_run,
    comment,
    encoded,
    github_headers,
    gitlab_headers,
    merge_request,
    pull_request,
    signed,
)

from lld_agent.bot.serve import server as module
from lld_agent.bot.serve.proof import Secrets
from lld_agent.bot.serve.server import ServerOptions

BODY = encoded(pull_request())


def ask(inbox, crew, *requests, options=None):
    """Statuses and words of the answers to (path, body, headers), one after the other."""

    async def run():
        async with serving(inbox, crew, options) as client:
            answers = [
                await client.post(path, content=body, headers=headers)
                for path, body, headers in requests
            ]
            return [(a.status_code, a.json()["status"] if a.content else "") for a in answers]

    return asyncio.run(run())


def github(body=BODY, **headers):
    given = {**github_headers(body), **headers}
    return (
        "/webhooks/github",
        body,
        {name: value for name, value in given.items() if value is not None},
    )


def test_a_delivery_is_taken_once(inbox, crew):
    assert ask(inbox, crew, github(), github(), github(**{"x-github-delivery": "d-2"})) == [
        (202, "accepted"),
        (200, "duplicate"),
        (202, "accepted"),
    ]
    (waiting,) = inbox.waiting()
    assert (waiting.pull, len(waiting.seqs)) == ("github:octo/tales#7", 2)


def test_a_delivery_is_a_duplicate_after_a_restart_too(inbox, crew):
    assert ask(inbox, crew, github()) == [(202, "accepted")]
    assert ask(inbox, crew, github()) == [(200, "duplicate")]


@pytest.mark.parametrize(
    "signature",
    [
        None, "", "sha256=", "sha256=" + "0" * 64, signed(BODY)[:-1], signed(BODY) + "0", signed(BODY).upper(),
        signed(BODY).removeprefix("sha256="), signed(BODY, "another-secret-of-nobody"), signed(BODY + b" "), "sha256=é",
    ],
)  # fmt: skip
def test_what_is_not_signed_is_refused(signature, inbox, crew):
    value = signature.encode() if signature is not None else None
    assert ask(inbox, crew, github(**{"x-hub-signature-256": value})) == [(401, "not proved")]
    assert inbox.waiting() == []


def test_the_old_signature_of_sha1_is_none(inbox, crew):
    old = "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()
    headers = {"x-hub-signature": old, "x-hub-signature-256": None}
    assert ask(inbox, crew, github(**headers)) == [(401, "not proved")]


def test_nothing_is_parsed_before_it_is_proved(inbox, crew, monkeypatch):
    monkeypatch.setattr(module, "_json", lambda _: pytest.fail("parsed"))
    assert ask(inbox, crew, github(b"{", **{"x-hub-signature-256": "sha256=00"})) == [
        (401, "not proved")
    ]


def test_two_secrets_hold_while_one_is_replaced(inbox, crew):
    assert ask(inbox, crew, github(**{"x-hub-signature-256": signed(BODY, OTHER)})) == [
        (202, "accepted")
    ]


@pytest.mark.parametrize("delivery", [None, "", "a b", "x" * 101, "../x"])
def test_a_delivery_needs_an_id(delivery, inbox, crew):
    assert ask(inbox, crew, github(**{"x-github-delivery": delivery})) == [(400, "no delivery id")]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[" * 100_000, b"\xff", b"NaN", b"[]", b"{}", encoded({"action": "opened"})],
)
def test_a_signed_body_of_another_form_is_malformed(body, inbox, crew):
    assert ask(inbox, crew, github(body)) == [(400, "malformed")]


def test_a_form_is_a_payload_too(inbox, crew):
    body = urlencode({"payload": BODY.decode()}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert ask(inbox, crew, github(body, **headers)) == [(202, "accepted")]
    assert ask(inbox, crew, github(b"payload=%", **headers)) == [(400, "malformed")]
    assert ask(inbox, crew, github(b"a=1&" * 50, **headers)) == [(400, "malformed")]


def test_a_ping_is_answered_and_the_rest_ignored(inbox, crew):
    answers = ask(
        inbox,
        crew,
        github(b"{}", **{"x-github-event": "ping"}),
        github(b"{}", **{"x-github-event": "push"}),
        github(encoded(comment("hello")), **{"x-github-event": "issue_comment"}),
    )
    assert answers == [(200, "pong"), (204, ""), (204, "")]


def test_a_check_run_of_two_pull_requests_is_two_wishes(inbox, crew):
    body = encoded(check_run(numbers=(7, 8)))
    headers = {"x-github-event": "check_run"}
    assert ask(inbox, crew, github(body, **headers), github(body, **headers)) == [
        (202, "accepted"),
        (200, "duplicate"),
    ]
    assert len(inbox.waiting()) == 2


def test_too_large_is_refused_declared_or_not(inbox, crew, monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1000)

    async def pieces():
        for _ in range(20):
            yield b"x" * 100

    async def run():
        async with serving(inbox, crew) as client:
            whole = await client.post("/webhooks/github", content=b"x" * 1001)
            streamed = await client.post("/webhooks/github", content=pieces())
            return whole.status_code, streamed.status_code

    assert asyncio.run(run()) == (413, 413)


def gitlab(payload, **headers):
    return ("/webhooks/gitlab", encoded(payload), {**gitlab_headers(), **headers})


def test_gitlab_proves_itself_with_a_token(inbox, crew):
    answers = ask(
        inbox,
        crew,
        gitlab(merge_request()),
        gitlab(merge_request()),
        gitlab(merge_request(), **{"x-gitlab-token": OTHER, "idempotency-key": "k-2"}),
        gitlab(merge_request(), **{"x-gitlab-token": SECRET + "x"}),
        gitlab(merge_request(), **{"x-gitlab-token": ""}),
    )
    assert [status for status, _ in answers] == [202, 200, 202, 401, 401]


def test_an_old_gitlab_without_a_key_is_known_by_its_body(inbox, crew):
    bare = {"x-gitlab-token": SECRET}
    requests = [
        ("/webhooks/gitlab", encoded(merge_request(action)), bare)
        for action in ("open", "open", "close")
    ]
    assert [status for status, _ in ask(inbox, crew, *requests)] == [202, 200, 202]


def test_a_host_without_a_secret_has_no_address(inbox, crew):
    async def run():
        async with serving(inbox, crew, ServerOptions(both(), Secrets())) as client:
            return (await client.post("/webhooks/gitlab", content=b"{}")).status_code

    assert asyncio.run(run()) == 404


def test_unproved_deliveries_are_taken_only_when_that_was_asked_for(inbox, crew):
    bare = ("/webhooks/github", BODY, {"x-github-event": "pull_request", "x-github-delivery": "d"})
    assert ask(inbox, crew, bare, options=ServerOptions(both())) == [(401, "not proved")]
    assert ask(inbox, crew, bare, options=ServerOptions(unproved=True)) == [(202, "accepted")]


def test_what_cannot_be_written_down_is_not_taken(inbox, crew, tables, caplog):
    with tables.begin() as connection:
        connection.exec_driver_sql("DROP TABLE lld_deliveries")
    assert ask(inbox, crew, github()) == [(503, "not taken")]


def test_many_at_once_are_all_written(inbox, crew):
    async def run():
        async with serving(inbox, crew) as client:
            bodies = [encoded(pull_request(number=n)) for n in range(1, 101)]
            asked = [
                client.post(
                    "/webhooks/github",
                    content=body,
                    headers=github_headers(body, delivery=f"d-{n}"),
                )
                for n, body in enumerate(bodies)
            ]
            again = client.post(
                "/webhooks/github",
                content=bodies[0],
                headers=github_headers(bodies[0], delivery="d-0"),
            )
            answers = await asyncio.gather(*asked, again)
            return sorted(answer.status_code for answer in answers)

    assert asyncio.run(run()) == [200] + [202] * 100
    assert len(inbox.waiting()) == 100


def test_health_readiness_and_metrics(inbox, crew, tables):
    crew.beat()

    async def run():
        async with serving(inbox, crew) as client:
            await client.post("/webhooks/github", content=BODY, headers=github_headers(BODY))
            health, ready, metrics = [
                await client.get(path) for path in ("/healthz", "/readyz", "/metrics")
            ]
            with tables.begin() as connection:
                connection.exec_driver_sql("DROP TABLE lld_workers")
            away = await client.get("/readyz")
            return health, ready, metrics, away

    health, ready, metrics, away = asyncio.run(run())
    assert health.json() == {"status": "ok"}
    assert ready.json() == {"status": "ready", "open": 1, "dead": 0, "workers": 1}
    assert away.status_code == 503
    page = metrics.text
    assert 'lld_webhook_deliveries_total{answer="accepted",host="github"} 1.0' in page
    assert "lld_queue_open 1.0" in page
    assert "lld_queue_workers 1.0" in page
    assert "octo" not in page


def test_the_log_names_the_delivery_and_no_secret(inbox, crew, caplog):
    caplog.set_level(logging.INFO, "lld_agent")
    ask(inbox, crew, github(), github(**{"x-hub-signature-256": "sha256=00"}))
    taken, refused = [record for record in caplog.records if record.message == "delivery"]
    assert (taken.delivery, taken.answer, taken.why) == ("d-1", "accepted", "github:octo/tales#7")
    assert (refused.delivery, refused.answer) == ("", "not proved")
    assert len({taken.request, refused.request}) == 2
    whole = json.dumps([record.__dict__ for record in caplog.records], default=str)
    assert SECRET not in whole
    assert signed(BODY) not in whole
