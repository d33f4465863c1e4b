"""What a pipeline tells its listeners while it works."""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Something happened. `kind` is a short verb phrase: document.read, rule.failed, ..."""

    model_config = ConfigDict(frozen=True)

    kind: str
    subject: str = ""
    message: str = ""


Listener = Callable[[Event], None]


def ignore(_event: Event) -> None:
    """Listen to nothing."""
