"""Every error that a person can meet, in one tree.

* LldError                    exit code 2
  - UsageError                2   the command line does not fit together
  - ConfigError               2   a configuration file or variable is wrong
  - InputError                2   a document cannot be used (missing, binary, too large, empty)
  - OutputError               2   a result cannot be written
  - InternalError             2   our own mistake: a proof before writing failed
  - ConflictsError            1   conflicts of an earlier update wait for a person
  - IncompleteError           3   stopped half way; what is done is saved
  - CredentialsError          4   no key, or a key that was refused
  - InterruptedRunError     130   a person stopped it; what was answered is kept

Each carries one line of what is wrong and one line of what to do about it.
"""


class LldError(Exception):
    """Base of all errors that are shown to a person as one line and a hint.

    Args:
        message: what is wrong, one line, naming the thing it is about.
        hint: what to do about it, one line; empty when there is nothing to add.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type["LldError"], tuple[str, str]]:
        """Return how it is made anew in another process, hint included."""
        return type(self), (self.message, self.hint)


class UsageError(LldError):
    """The command line does not fit together."""


class ConfigError(LldError):
    """A configuration file or variable is wrong."""


class InputError(LldError):
    """A document cannot be used."""


class OutputError(LldError):
    """A result cannot be written."""


class InternalError(LldError):
    """A proof of our own failed; nothing was written."""


class ConflictsError(LldError):
    """Conflicts of an earlier update wait for a person."""

    exit_code = 1


class IncompleteError(LldError):
    """The work stopped half way; what is done is saved."""

    exit_code = 3


class CredentialsError(LldError):
    """No key, or a key that was refused."""

    exit_code = 4


class InterruptedRunError(LldError):
    """A person stopped the work; what was answered until then is kept."""

    exit_code = 130
