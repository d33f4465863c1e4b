"""What a pipeline tells its listeners while it works."""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from lld_agent.model.usage import NOTHING, Usage


class Event(BaseModel):
    """Something happened. `kind` is a short verb phrase: document.read, rule.failed, ..."""

    model_config = ConfigDict(frozen=True)

    kind: str
    subject: str = ""
    message: str = ""


class ModelEvent(Event):
    """Something happened to a request to a model.

    `kind` is model.sent, model.retried, model.reasked, model.answered or model.failed; every
    request ends with one of the last two. `message` says why it was sent again or failed.

    Attributes:
        stage: of the request; `subject` is what of the stage.
        model: that was asked, or that answered.
        attempt: how many HTTP requests the question took so far, this one among them.
        usage: of all attempts so far.
        seconds: of wall clock since the question was put.
        cached: whether the answer comes from an earlier run.
    """

    stage: str
    model: str = ""
    attempt: int = 0
    usage: Usage = NOTHING
    seconds: float = 0.0
    cached: bool = False


Listener = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Listen to nothing."""
