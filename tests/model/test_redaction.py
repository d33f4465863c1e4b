"""Secrets go, documents stay."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.model.redaction import GONE, Redactor, is_secret, redactor

CANARY = "cnry-7f3a91d2c4-do-not-leak"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLWNhbmFyeQ"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\nCANARYab12=="
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "LLD_API_KEY_OPENAI",
        "GITHUB_TOKEN",
        "DB_PASSWORD",
        "AWS_SECRET_ACCESS_KEY",
        "MY_PAT",
        "LLD_AGENT_API_KEY",
        "PGPASSWORD",
        "openai_api_key",
    ],
)
def test_secrets_of_the_environment_go_wherever_they_stand(name):
    redact = redactor({name: CANARY})
    for text in (CANARY, f"x{CANARY}y", f"401: key {CANARY} refused", f"https://h/?q={CANARY}"):
        assert CANARY not in redact.text(text)
        assert GONE in redact.text(text)


def test_other_ways_to_write_a_secret_go_too():
    secret = 'p/a+s"s wörd-11'
    redact = redactor({"SERVICE_PASSWORD": secret})
    assert redact.text(json.dumps({"text": secret})) == json.dumps({"text": GONE})
    assert redact.text("postgres://u:p%2Fa%2Bs%22s%20w%C3%B6rd-11@h") == f"postgres://u:{GONE}@h"


def test_the_password_inside_an_address_of_the_environment():
    redact = redactor({"DATABASE_URL": "postgres://app:hunter2-hunter2@db/x"})
    assert redact.text("password hunter2-hunter2 was refused") == f"password {GONE} was refused"


@pytest.mark.parametrize(
    "value", ["", "1", "true", "postgres", "lm-studio", "not-needed", "changeme"]
)
def test_values_that_are_words_stay(value):
    assert not is_secret(value)
    text = f"PostgreSQL (postgres) is true, {value}"
    assert redactor({"DB_PASSWORD": value}).text(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("token sk-proj-abc123DEF456ghi789JKL0 end", f"token {GONE} end"),
        ("AKIAIOSFODNN7EXAMPLE", GONE),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", GONE),
        (f"a {JWT} b", f"a {GONE} b"),
        ("Authorization: Bearer abcdefgh1234", f"Authorization: Bearer {GONE}"),
        ("authorization: Basic dXNlcjpwYXNzMQ==", f"authorization: Basic {GONE}"),
        ('{"x-api-key": "k1234567890abcdef"}', f'{{"x-api-key": "{GONE}"}}'),
        ("https://bob:s3cr3t@host/path", f"https://{GONE}@host/path"),
        ("https://h/v1?key=AbCdEf123456&x=1", f"https://h/v1?key={GONE}&x=1"),
        (f"before\n{PEM}\nafter", f"before\n{GONE}\nafter"),
        (PEM.replace("\n", "\\n"), GONE),
    ],
)  # fmt: skip
def test_forms_that_give_a_secret_away(text, left):
    assert Redactor().text(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer <token>",
        "`Authorization: Bearer {jwt}` on every call",
        "postgres://${DB_USER}:${DB_PASSWORD}@db:5432/lockers",
        "postgres://{user}:{password}@{host}/db",
        "postgres://user:password@localhost/db",
        "https://example.com/users?key=name&token={token}",
        "a risk-based assessment of task-scheduling-and-retry-behaviours",
        "password: stored as a bcrypt hash",
        "API key authentication with basic authentication as a fallback",
        "mail anna@example.com, see https://example.com/@anna",
        "The JWT starts with eyJ.",
        "sha256 3f2a9c0d5e7b8a1f3f2a9c0d5e7b8a1f",
        "| `API_KEY` | yes | from the vault |",
    ],
)
def test_what_designs_say_stays(text):
    assert Redactor().text(text) == text


def test_data_of_any_shape():
    redact = redactor({"OPENAI_API_KEY": CANARY})
    headers = {
        "Authorization": "anything",
        "accept": "json",
        CANARY: [CANARY, ("x", {CANARY})],
        "n": 3,
        "none": None,
    }
    assert redact.data(headers) == {
        "Authorization": GONE,
        "accept": "json",
        GONE: [GONE, ["x", [GONE]]],
        "n": 3,
        "none": None,
    }


@given(st.text())
def test_twice_is_once(text):
    redact = redactor({"OPENAI_API_KEY": CANARY})
    assert redact.text(redact.text(text)) == redact.text(text)


@pytest.mark.parametrize(
    "piece",
    [
        "-----BEGIN PRIVATE KEY-----",
        "eyJ",
        "eyJaaaaaaaa.",
        "://a",
        "Bearer ",
        "sk-a",
        "password: ",
        "?key=",
        "a",
        "api_key=aaaa",
        "-----BEGIN A",
    ],
)
def test_hostile_text_takes_linear_time(piece):
    # A quadratic form would not come back from megabytes before somebody stops the tests.
    redact = redactor({"OPENAI_API_KEY": CANARY})
    assert redact.text(piece * 200_000 + CANARY).endswith(GONE)
