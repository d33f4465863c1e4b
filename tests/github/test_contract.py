"""What we ask of GitHub, held against models and a schema of GitHub's that we did not write."""

import copy
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate
from pydantic import BaseModel, ValidationError
from tests.bot.rig import PATH, Rig, design, row
from tests.bot.test_faults import SECOND, scene
from tests.github.fake import TOKEN, Call, FakeGitHub

from lld_agent.github import queries

SCHEMA = Path("tools/node/node_modules/@octokit/graphql-schema/schema.graphql")
_NAMES = {
    r"POST .*/pulls/\d+/reviews": ("ReposOwnerRepoPullsPullNumberReviewsPostBody",),
    r"POST .*/issues/\d+/comments": ("ReposOwnerRepoIssuesIssueNumberCommentsPostBody",),
    r"PATCH .*/issues/comments/\d+": ("ReposOwnerRepoIssuesCommentsCommentIdPatchBody",),
    r"POST .*/check-runs": ("ReposOwnerRepoCheckRunsPostBodyOneof0", "ReposOwnerRepoCheckRunsPostBodyOneof1"),
    r"PATCH .*/check-runs/\d+": (
        "ReposOwnerRepoCheckRunsCheckRunIdPatchBodyAnyof0",
        "ReposOwnerRepoCheckRunsCheckRunIdPatchBodyAnyof1",
    ),
}  # fmt: skip


def complaint(method: str, path: str, body: Any) -> str:
    """Return what GitHub's own models say against a request; "" for nothing."""
    from githubkit_schemas.v2022_11_28 import models  # noqa: PLC0415 - takes a second

    names = next(n for pattern, n in _NAMES.items() if re.fullmatch(pattern, f"{method} {path}"))
    complaints = []
    for name in names:
        try:
            model: BaseModel = getattr(models, name).model_validate(body)
        except ValidationError as error:
            complaints.append(str(error))
            continue
        unknown = _unknown(body, model)
        if not unknown:
            return ""
        complaints.append(f"unknown: {unknown}")
    return "\n".join(complaints)


def _unknown(body: Any, model: Any) -> list[str]:
    """Return fields of a body, at any depth, that a model does not have."""
    if isinstance(body, list):
        return [u for part, one in zip(body, model, strict=True) for u in _unknown(part, one)]
    if not isinstance(body, dict):
        return []
    found = []
    for key, value in body.items():
        if key not in type(model).model_fields:
            found.append(key)
        else:
            found += _unknown(value, getattr(model, key))
    return found


@pytest.fixture(scope="module")
def written() -> list[Call]:
    """Every kind of write that reviews make."""
    host = scene()
    with FakeGitHub(host) as github:
        Rig(github).review()
        many = design(*(row(f"S{number}_SECRET") for number in range(120)))
        host.push({**host.commits[host.head], SECOND: many, PATH: many})
        Rig(github).review()
        return [call for call in github.calls if call.is_write and "graphql" not in call.path]


def test_every_request_is_one_of_githubs(written: list[Call]):
    kinds = {re.sub(r"\d{3,}|[0-9a-f]{40}", "N", f"{c.method} {c.path}") for c in written}
    assert len(kinds) == 4, kinds
    for call in written:
        assert complaint(call.method, call.path, call.body) == ""
        assert call.status in {200, 201}
    assert any(len(c.body.get("output", {}).get("annotations", [])) == 50 for c in written)
    assert all(c.body["event"] == "COMMENT" for c in written if c.path.endswith("/reviews"))


def spoilt(written: list[Call]) -> list[tuple[str, Call, Any]]:
    """Return ten bodies that GitHub refuses, each one change away from one that we sent."""

    def sent(ending: str, method: str = "POST", need: str = "") -> Call:
        return next(
            c for c in written
            if c.method == method and re.search(ending, c.path) and need in str(c.body)
        )  # fmt: skip

    review, remark = sent(r"/reviews$"), sent(r"/issues/comments/\d+$", "PATCH")
    begin = sent(r"/check-runs$")
    end = sent(r"/check-runs/\d+$", "PATCH", "completed")

    def changed(call: Call, change: Any) -> tuple[Call, Any]:
        body = copy.deepcopy(call.body)
        change(body)
        return call, body

    changes = [
        ("event", review, lambda b: b.update(event="COMMENTED")),
        ("line", review, lambda b: b["comments"][0].update(line="nine")),
        ("no body", review, lambda b: b["comments"][0].pop("body")),
        ("no path", review, lambda b: b["comments"][0].pop("path")),
        ("unknown", review, lambda b: b["comments"][0].update(lines=3)),
        ("remark", remark, lambda b: b.update(text=b.pop("body"))),
        ("no name", begin, lambda b: b.pop("name")),
        ("conclusion", end, lambda b: b.update(conclusion="failed")),
        ("level", end, lambda b: b["output"]["annotations"][0].update(annotation_level="error")),
        ("51", end, lambda b: b["output"].update(annotations=b["output"]["annotations"][:1] * 51)),
    ]  # fmt: skip
    return [(name, *changed(call, change)) for name, call, change in changes]


def test_ten_spoilt_bodies_are_caught_by_the_oracle_and_by_the_fake(written: list[Call]):
    cases = spoilt(written)
    assert len(cases) == 10
    host = scene()
    with FakeGitHub(host) as github:
        github.host.create_check({"name": "lld-agent", "head_sha": host.head})
        for name, call, body in cases:
            assert complaint(call.method, call.path, body), name
            path = re.sub(r"check-runs/\d+", f"check-runs/{host.checks[-1]['id']}", call.path)
            status, _, _ = github.answer(call.method, path, HEADERS, _bytes(body))
            assert status == 422, name


def test_the_fake_takes_no_more_than_65536_characters_and_no_annotation_too_many():
    host = scene()
    with FakeGitHub(host) as github:
        path = f"/repos/{host.repo}/issues/{host.number}/comments"
        assert github.answer("POST", path, HEADERS, _bytes({"body": "x" * 65_536}))[0] == 201
        status, _, said = github.answer("POST", path, HEADERS, _bytes({"body": "x" * 65_537}))
        assert status == 422
        assert "Body is too long (maximum is 65536 characters)" in str(said)


def _bytes(body: Any) -> bytes:
    return json.dumps(body).encode()


HEADERS = {
    "authorization": f"Bearer {TOKEN}",
    "user-agent": "t",
    "x-github-api-version": "2022-11-28",
}


def test_questions_in_graphql_are_legal():
    if not SCHEMA.exists():
        assert not os.environ.get("CI"), "CI has npm: `make test` installs tools/node"
        pytest.skip("npm is not installed: GitHub's GraphQL schema is not there")
    schema = build_schema(
        SCHEMA.read_text(encoding="utf-8"), assume_valid=True, assume_valid_sdl=True
    )
    asked = [text for name, text in vars(queries).items() if name.isupper()]
    assert len(asked) == 3
    for text in asked:
        assert validate(schema, parse(text)) == []
    assert validate(schema, parse(queries.THREADS.replace("isResolved", "isSolved"))) != []
