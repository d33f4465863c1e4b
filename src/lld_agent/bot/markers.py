"""Marks at the end of what we write: by them a later run knows its own words.

    <!-- lld-agent v1 kind=finding fp=0123456789abcdef rule=SEC003 run=5f0c... q=... sig=... -->

A mark counts on the last line of a text only (a document that is quoted stands before it), from one
of our own logins only, and with its signature only where there is a key.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lld_agent.forge.values import Remark

UNSIGNED = "none"
_MARK = re.compile(r"<!-- lld-agent v1 ((?:[a-z]+=[A-Za-z0-9_.=-]* )+)sig=([0-9a-z]+) -->")
_LARGEST_STATE = 1_000_000


@dataclass(frozen=True, slots=True)
class Mark:
    """What a mark says: finding, summary or review, and its fields."""

    kind: str
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Return the findings that the text is about."""
        return tuple(part for part in self.fields.get("fp", "").split(".") if part)


@dataclass(frozen=True, slots=True)
class Signer:
    """Writes and reads the marks of one pull request.

    Attributes:
        place: repository and number: a mark copied to another place is none.
        key: "" for none.
        identities: logins that write for us, in lower case.
    """

    place: str
    key: bytes
    identities: frozenset[str]

    def write(self, kind: str, **fields: str) -> str:
        """Return a mark; values hold letters, digits, `_`, `-`, `.` and `=` only."""
        said = "".join(f"{name}={value} " for name, value in {"kind": kind, **fields}.items())
        return f"<!-- lld-agent v1 {said}sig={self._sign(said)} -->"

    def read(self, remark: Remark) -> Mark | None:
        """Return the mark of a comment, None where it has none of ours."""
        if not self.is_ours(remark.author):
            return None
        last = remark.body.rstrip().rpartition("\n")[2].strip()
        found = _MARK.fullmatch(last)
        if found is None or not hmac.compare_digest(found[2], self._sign(found[1])):
            return None
        fields = dict(part.split("=", 1) for part in found[1].split())
        return Mark(fields.pop("kind", ""), fields)

    def is_ours(self, login: str) -> bool:
        """Return whether a login writes for us; GraphQL leaves `[bot]` out."""
        low = login.casefold()
        return low in self.identities or f"{low}[bot]" in self.identities

    def _sign(self, said: str) -> str:
        if not self.key:
            return UNSIGNED
        text = f"{self.place}|{said}".encode()
        return hmac.new(self.key, text, hashlib.sha256).hexdigest()[:16]


def new_run() -> str:
    """Return a name for a run that no other has."""
    return secrets.token_hex(8)


def pack(value: Any) -> str:
    """Return data as a value of a mark."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(zlib.compress(text.encode("utf-8", "replace"), 9)).decode()


def unpack(text: str) -> Any:
    """Return the data of a mark's value, None where it is none."""
    try:
        opened = zlib.decompressobj()
        data = opened.decompress(base64.urlsafe_b64decode(text), _LARGEST_STATE)
        return json.loads(data)
    except (ValueError, zlib.error):
        return None
