"""Pull requests and what is written on them, as both hosts have it."""

from dataclasses import dataclass
from typing import Literal

Conclusion = Literal["success", "neutral", "failure"]
Level = Literal["notice", "warning", "failure"]


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as it is now.

    Attributes:
        is_open: neither closed nor merged.
        head, base: commits; `base` is where configuration is read.
        from_fork: its branch is in another repository, or in one that is gone.
        diff_base: commit that lines of the diff are counted from (GitLab: positions need it).
        start: commit that the diff starts at (GitLab); "" elsewhere.
    """

    number: int
    is_open: bool
    is_draft: bool
    head: str
    base: str
    from_fork: bool = False
    diff_base: str = ""
    start: str = ""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that a pull request changes.

    Attributes:
        path: at the head. previous: at the base, where it was renamed; else the same.
        patch: hunks in unified form; None where the host shows none (too large, binary).
    """

    path: str
    previous: str
    removed: bool
    patch: str | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """Lines of a file at the head; `start` is before `line`, or 0 for a single line.

    `old` is the line at the base for a line that the change leaves as it is; 0 for an added one.
    """

    path: str
    line: int
    start: int = 0
    old: int = 0
    previous: str = ""


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A comment to be made on lines."""

    anchor: Anchor
    body: str


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment that is there.

    Attributes:
        id: as the host names it. author: login.
        path: file it stands on; "" for the conversation.
    """

    id: str
    author: str
    body: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation on lines of a file, its first comment first.

    Attributes:
        id: for resolving it; "" where the host gave none.
        resolved_by: login; "" where it is open or nobody knows.
    """

    id: str
    resolved: bool
    remarks: tuple[Remark, ...]
    resolved_by: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A finding beside a line, in a check."""

    path: str
    first: int
    last: int
    level: Level
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says in the end."""

    conclusion: Conclusion
    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
