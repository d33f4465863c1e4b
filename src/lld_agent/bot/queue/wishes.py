"""What a delivery asks for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import get_args

from lld_agent.bot.pull import Host, PullRef


class Wish(StrEnum):
    """What is to be done for a pull request."""

    REVIEW = "review"
    EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that somebody wants done for one pull request.

    Attributes:
        id: of the webhook's delivery; the same one is never written down twice for a pull request.
        rule: id of the rule to explain, in upper case; "" for reviews.
        asker: who commanded it in a comment, whose right to do so the worker asks for; "" for
            events of the host itself.
        comment: id of that comment.
    """

    id: str
    pull: PullRef
    wish: Wish = Wish.REVIEW
    rule: str = ""
    asker: str = ""
    comment: str = ""


def ref_of(key: str) -> PullRef:
    """Return the pull request that a key names (`github:owner/name#7`).

    Raises:
        ValueError: it is no key.
    """
    host, _, rest = key.partition(":")
    repo, _, number = rest.rpartition("#")
    for known in get_args(Host):
        if host == known and repo and number.isdecimal():
            return PullRef(known, repo, int(number))
    raise ValueError(f"no key of a pull request: {key!r}")
