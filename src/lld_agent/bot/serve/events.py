"""What a delivery asks for: the few events of GitHub and GitLab that mean something to the bot.

Payloads are read narrowly: only the fields that are needed, each of the documented type, everything
else is ignored. Names that go into addresses later must have the form that the host allows.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from lld_agent.bot.pull import PullRef
from lld_agent.bot.queue.wishes import Delivery, Wish

CHECK = "lld-agent"
"""Name of the bot's check run."""
_PULL_ACTIONS = {"opened", "reopened", "ready_for_review", "synchronize", "closed"}
_WRITERS = {"OWNER", "MEMBER", "COLLABORATOR"}
_MERGE_ACTIONS = {"open", "reopen", "close", "merge"}
_COMMAND = re.compile(r"/lld[ \t]+(review|explain[ \t]+([A-Za-z]{3}[0-9]{3}))[ \t]*\Z")
_LONGEST_LINE = 200
_Model = TypeVar("_Model", bound=BaseModel)

_SEGMENT = re.compile(r"[A-Za-z0-9_.-]{1,255}\Z")
_LOGIN = re.compile(r"[A-Za-z0-9_\[\].-]{1,100}\Z")
_DEEPEST = 20


def _path(text: str) -> str:
    """Return the path of a repository; `.` and `..` would climb in addresses that it goes into."""
    parts = text.split("/")
    if not 2 <= len(parts) <= _DEEPEST or any(
        not _SEGMENT.match(part) or part in {".", ".."} for part in parts
    ):
        raise ValueError("is no path of a repository")
    return text


def _repository(text: str) -> str:
    if text.count("/") != 1:
        raise ValueError("is not owner/name")
    return _path(text)


def _login(text: str) -> str:
    if not _LOGIN.match(text) or text in {".", ".."}:
        raise ValueError("is no login")
    return text


RepoName = Annotated[str, AfterValidator(_repository)]
ProjectPath = Annotated[str, AfterValidator(_path)]
Login = Annotated[str, AfterValidator(_login)]
Number = Annotated[int, Field(gt=0, lt=2**63)]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A delivery that means nothing to the bot, and why."""

    why: str


class MalformedError(Exception):
    """A payload that is not of the documented form; the message names fields, never values."""


class _Repository(BaseModel):
    full_name: RepoName


class _PullRequestEvent(BaseModel):
    action: str
    number: Number
    repository: _Repository


class _User(BaseModel):
    login: Login
    type: str = "User"


class _Comment(BaseModel):
    id: Number
    body: str | None = ""
    author_association: str = "NONE"
    user: _User | None = None


class _Issue(BaseModel):
    number: Number
    pull_request: dict[str, Any] | None = None


class _CommentEvent(BaseModel):
    action: str
    issue: _Issue
    comment: _Comment
    repository: _Repository


class _Numbered(BaseModel):
    number: Number


class _CheckRun(BaseModel):
    name: str
    pull_requests: list[_Numbered] = []


class _CheckEvent(BaseModel):
    action: str
    check_run: _CheckRun
    repository: _Repository


class _Project(BaseModel):
    path_with_namespace: ProjectPath


class _Merge(BaseModel):
    iid: Number
    action: str = ""
    oldrev: str | None = None


class _Flag(BaseModel):
    previous: bool | None = None
    current: bool | None = None


class _Changes(BaseModel):
    draft: _Flag | None = None


class _MergeEvent(BaseModel):
    object_kind: Literal["merge_request"]
    project: _Project
    object_attributes: _Merge
    changes: _Changes = _Changes()


class _Note(BaseModel):
    id: Number
    note: str | None = ""
    noteable_type: str = ""
    action: str = "create"
    author_id: Number


class _NoteEvent(BaseModel):
    object_kind: Literal["note"]
    project: _Project
    object_attributes: _Note
    merge_request: dict[str, Any] | None = None


def github_wishes(event: str, payload: Any, delivery: str) -> list[Delivery] | Ignored:
    """Return what a delivery of GitHub asks for.

    Args:
        event: `X-GitHub-Event`.
        payload: its body, parsed.
        delivery: `X-GitHub-Delivery`.

    Raises:
        MalformedError: the payload is not of the documented form.
    """
    if event == "pull_request":
        return _pull_request(_read(_PullRequestEvent, payload), delivery)
    if event == "issue_comment":
        return _issue_comment(_read(_CommentEvent, payload), delivery)
    if event == "check_run":
        return _check_run(_read(_CheckEvent, payload), delivery)
    return Ignored("event")


def gitlab_wishes(payload: Any, delivery: str) -> list[Delivery] | Ignored:
    """Return what a delivery of GitLab asks for.

    Raises:
        MalformedError: the payload is not of the documented form.
    """
    kind = payload.get("object_kind") if isinstance(payload, dict) else None
    if kind == "merge_request":
        return _merge_request(_read(_MergeEvent, payload), delivery)
    if kind == "note":
        return _note(_read(_NoteEvent, payload), delivery)
    return Ignored("event")


def _pull_request(event: _PullRequestEvent, delivery: str) -> list[Delivery] | Ignored:
    # A closed one is queued too: the worker reads its state, whatever order deliveries come in.
    if event.action not in _PULL_ACTIONS:
        return Ignored("action")
    return [Delivery(delivery, PullRef("github", event.repository.full_name, event.number))]


def _issue_comment(event: _CommentEvent, delivery: str) -> list[Delivery] | Ignored:
    comment, person = event.comment, event.comment.user
    if event.action != "created" or event.issue.pull_request is None:
        return Ignored("action")
    if person is None or person.type == "Bot" or comment.author_association not in _WRITERS:
        return Ignored("author")
    pull = PullRef("github", event.repository.full_name, event.issue.number)
    return _command(comment.body or "", Delivery(delivery, pull, asker=person.login), comment.id)


def _check_run(event: _CheckEvent, delivery: str) -> list[Delivery] | Ignored:
    run = event.check_run
    if event.action != "rerequested" or run.name != CHECK:
        return Ignored("action")
    # GitHub names no pull requests of forks here; `/lld review` is for those.
    numbers = {one.number for one in run.pull_requests}
    repo = event.repository.full_name
    wishes = [Delivery(delivery, PullRef("github", repo, number)) for number in sorted(numbers)]
    return wishes or Ignored("no pull request")


def _merge_request(event: _MergeEvent, delivery: str) -> list[Delivery] | Ignored:
    merge, draft = event.object_attributes, event.changes.draft
    # An update is a push when it names the former commit; otherwise only leaving the draft counts.
    pushed = merge.action == "update" and bool(merge.oldrev)
    ready = draft is not None and draft.previous is True and draft.current is False
    if merge.action not in _MERGE_ACTIONS and not pushed and not ready:
        return Ignored("action")
    return [Delivery(delivery, PullRef("gitlab", event.project.path_with_namespace, merge.iid))]


def _note(event: _NoteEvent, delivery: str) -> list[Delivery] | Ignored:
    note = event.object_attributes
    if note.noteable_type != "MergeRequest" or note.action != "create":
        return Ignored("action")
    merge = _read(_Merge, event.merge_request)
    pull = PullRef("gitlab", event.project.path_with_namespace, merge.iid)
    return _command(note.note or "", Delivery(delivery, pull, asker=str(note.author_id)), note.id)


def _command(body: str, wish: Delivery, comment: int) -> list[Delivery] | Ignored:
    """Return what the first line of a comment commands."""
    first = body.lstrip().partition("\n")[0].rstrip()
    found = _COMMAND.match(first) if len(first) <= _LONGEST_LINE else None
    if found is None:
        return Ignored("no command")
    rule = (found[2] or "").upper()
    kind = Wish.EXPLAIN if rule else Wish.REVIEW
    return [Delivery(wish.id, wish.pull, kind, rule, wish.asker, str(comment))]


def _read(model: type[_Model], payload: Any) -> _Model:
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
        raise MalformedError(", ".join(places)[:300]) from None
