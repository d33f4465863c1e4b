"""Which pull request is reviewed, and what became of it: plain values between core and server."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Host = Literal["github", "gitlab"]


@dataclass(frozen=True, slots=True)
class PullRef:
    """A pull request (GitHub) or merge request (GitLab).

    Attributes:
        repo: `owner/name`; on GitLab the whole path of the project.
        number: of the pull request; on GitLab the iid of the merge request.
    """

    host: Host
    repo: str
    number: int

    @property
    def key(self) -> str:
        """Return the name under which there is at most one job: `github:owner/name#7`."""
        return f"{self.host}:{self.repo}#{self.number}"


class PullStatus(StrEnum):
    """How the review of a pull request ended."""

    POSTED = "posted"  # something was written
    UNCHANGED = "unchanged"  # everything that there is to say stands there already
    SKIPPED = "skipped"  # no design in it, closed, or a draft
    SUPERSEDED = "superseded"  # the head moved while it was read: again
    INCOMPLETE = "incomplete"  # part of it could not be done; see `why`
    FAILED = "failed"  # nothing could be done; see `why`


@dataclass(frozen=True, slots=True)
class PullOutcome:
    """What became of the review of one pull request.

    Attributes:
        head: commit that was read; "" where none was.
        why: one line for a person; "" where there is nothing to explain.
        retry: whether the same again may succeed (a limit, an outage, a moved head).
        exit_code: of a one-shot run: 0, 1, 3 or 4 as everywhere.
    """

    status: PullStatus
    head: str = ""
    why: str = ""
    retry: bool = False
    exit_code: int = 0
