"""Deliveries in the forms that GitHub and GitLab document."""

import hashlib
import hmac
import json

SECRET = "correct-horse-battery-staple"
OTHER = "the-secret-before-the-present-one"


def pull_request(action="opened", number=7, repo="octo/tales"):
    return {
        "action": action,
        "number": number,
        "pull_request": {"number": number, "draft": False, "head": {"sha": "a" * 40}},
        "repository": {"id": 1, "full_name": repo, "private": False},
        "sender": {"login": "mona", "type": "User"},
    }


def comment(
    body="/lld review",
    association="MEMBER",
    login="mona",
    kind="User",
    *,
    on_pull=True,
    action="created",
):
    issue = {"number": 7, "title": "x"}
    if on_pull:
        issue["pull_request"] = {"url": "https://api.github.com/repos/octo/tales/pulls/7"}
    return {
        "action": action,
        "issue": issue,
        "comment": {
            "id": 99,
            "body": body,
            "author_association": association,
            "user": {"login": login, "type": kind},
        },
        "repository": {"full_name": "octo/tales"},
    }


def check_run(action="rerequested", name="lld-agent", numbers=(7,)):
    return {
        "action": action,
        "check_run": {
            "name": name,
            "pull_requests": [{"number": n} for n in numbers],
        },
        "repository": {"full_name": "octo/tales"},
    }


def merge_request(action="open", **more):
    return {
        "object_kind": "merge_request",
        "project": {"path_with_namespace": "group/sub/tales"},
        "object_attributes": {"id": 1, "iid": 5, "action": action} | more.pop("attributes", {}),
        **more,
    }


def note(body="/lld review", noteable="MergeRequest", action="create"):
    return {
        "object_kind": "note",
        "project": {"path_with_namespace": "group/sub/tales"},
        "object_attributes": {
            "id": 41,
            "note": body,
            "noteable_type": noteable,
            "action": action,
            "author_id": 3,
        },
        "merge_request": {"id": 1, "iid": 5},
    }


def encoded(payload):
    return json.dumps(payload).encode()


def signed(body, secret=SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def github_headers(body, event="pull_request", delivery="d-1", secret=SECRET):
    return {
        "content-type": "application/json",
        "x-github-event": event,
        "x-github-delivery": delivery,
        "x-hub-signature-256": signed(body, secret),
    }


def gitlab_headers(key="k-1", token=SECRET):
    return {"content-type": "application/json", "x-gitlab-token": token, "idempotency-key": key}
