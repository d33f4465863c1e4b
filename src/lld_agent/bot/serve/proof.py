"""Who sent a delivery: the signature of GitHub, the token of GitLab, two secrets while one changes."""

import hashlib
import hmac
from dataclasses import dataclass, field

from lld_agent.errors import UsageError

_SHORTEST = 16


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets that a host may prove itself with; one is enough, two while one is replaced."""

    values: tuple[bytes, ...] = field(default=(), repr=False)

    def signed(self, body: bytes, signature: str) -> bool:
        """Return whether `X-Hub-Signature-256` (`sha256=` and 64 hex digits) fits the raw body."""
        given = signature.encode("utf-8", "replace")
        fits = False
        for secret in self.values:
            own = b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
            fits |= hmac.compare_digest(own, given)  # all are compared: no time tells which fits
        return fits

    def named(self, token: str) -> bool:
        """Return whether `X-Gitlab-Token` is one of the secrets."""
        given = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        fits = False
        for secret in self.values:
            # Digests, because lengths would tell: compare_digest leaves early on those.
            fits |= hmac.compare_digest(hashlib.sha256(secret).digest(), given)
        return fits

    def __bool__(self) -> bool:
        """Return whether there is one at all."""
        return bool(self.values)


def secrets_of(current: str, previous: str, name: str) -> Secrets:
    """Return the secrets of two variables, empty ones left out.

    Args:
        current: the secret that the host is set to.
        previous: the one before, as long as deliveries may still come with it.
        name: of the first variable, for the error.

    Raises:
        UsageError: one is so short that it can be guessed.
    """
    values = tuple(value.encode() for value in (current.strip(), previous.strip()) if value)
    if any(len(value) < _SHORTEST for value in values):
        raise UsageError(
            f"{name} is shorter than {_SHORTEST} characters", "make one with `openssl rand -hex 32`"
        )
    return Secrets(values)
