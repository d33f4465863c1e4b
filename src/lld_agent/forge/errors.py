"""How a code host says no; each is handled in one way only.

* ForgeError
  - RefusedKeyError     401: the key is wrong; nothing else can work
  - ForbiddenError      the key may not do this one thing; other things may work
  - MissingError        there is no such thing, or the key may not see it
  - LimitedError        a rate limit that outlasts our patience: later
  - RejectedError       the content was refused (422); as a whole, nothing was written
  - UnreachableError    no usable answer after all tries: later
  - UnclearError        a write was sent and no answer came: it may have been carried out
"""


class ForgeError(Exception):
    """Base. The text is one line and holds no key.

    Attributes:
        later: whether the same may succeed at another time.
    """

    later = False


class RefusedKeyError(ForgeError):
    """The key is missing or wrong."""


class ForbiddenError(ForgeError):
    """The key may not do this."""


class MissingError(ForgeError):
    """It is not there, or may not be seen."""


class LimitedError(ForgeError):
    """Too much was asked in too short a time.

    Attributes:
        seconds: after which it may be tried again.
    """

    later = True

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class RejectedError(ForgeError):
    """The content was refused; nothing of it was written."""


class UnreachableError(ForgeError):
    """No usable answer came, and nothing can have been written."""

    later = True


class UnclearError(ForgeError):
    """A write was sent, no usable answer came: it may or may not have been carried out."""

    later = True
