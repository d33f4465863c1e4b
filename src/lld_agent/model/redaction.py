"""Secrets taken out of text before it is written anywhere: run records, logs, errors, events.

Two nets. The values of the environment's own secrets, whatever they look like, wherever they
stand. And forms that give a secret away: keys of well-known makers, JSON web tokens, private keys,
credentials in headers, addresses and assignments. The forms are narrow: a design that says
`Authorization: Bearer <token>` or `postgres://${USER}:${PASSWORD}@db` is left as it is.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote

GONE = "[redacted]"

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:[A-Z]*KEYS?|[A-Z]*TOKENS?|[A-Z]*SECRETS?|PASSWORD|PASSWD|PWD|PASSPHRASE|CREDENTIALS?|AUTH|PAT)(?:_|$|\d)"
    r"|PASSWORD|SECRET",
    re.IGNORECASE,
)
_PLACE_NAME = re.compile(r"(?:_PATH|_FILE|_DIR|_SOCK|_URL|_ENDPOINT)$", re.IGNORECASE)
_DUMMIES = {"lm-studio", "not-needed", "not-required", "dummy-key", "sk-no-key-required"}
_SHORTEST = 8
_WORD = re.compile(r"[a-z]{1,15}")

# Credentials before the host of an address; placeholders are none.
_USERINFO = re.compile(
    r"(?<=://)(?!user(?:name)?:pass(?:word)?@)[^\s/@'\"<>?#{}$*\[\]`]{1,256}@", re.IGNORECASE
)
# Words have neither digits nor padding.
_ODD = r"(?=[A-Za-z+/_.~-]{0,200}+[\d=])"
_VALUE = r"[A-Za-z0-9+/=_.~-]"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"
            r"(?:(?:\s|\\[nr])*+(?:Proc-Type|DEK-Info): [A-Za-z0-9,-]++)*+"
            r"(?:(?:\s|\\[nr])*+[A-Za-z0-9+/=]++)*+"
            r"(?:(?:\s|\\[nr])*+-----END [A-Z0-9 ]{0,40}-----)?+"
        ),
        GONE,
    ),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+)?"), GONE),
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:"
            rf"sk-{_ODD}[A-Za-z0-9_-]{{20,}}+"
            r"|(?:AKIA|ASIA)[A-Z0-9]{16}"
            r"|gh[pousr]_[A-Za-z0-9]{30,}+|github_pat_[A-Za-z0-9_]{22,}+|glpat-[A-Za-z0-9_-]{20,}+"
            r"|xox[abeprs]-[A-Za-z0-9-]{10,}+|AIza[A-Za-z0-9_-]{35}|hf_[A-Za-z0-9]{30,}+|gsk_[A-Za-z0-9]{30,}+"
            r")"
        ),
        GONE,
    ),
    (
        re.compile(rf"\b((?:Bearer|Basic)[ \t]{{1,4}}){_ODD}{_VALUE}{{8,}}+", re.IGNORECASE),
        rf"\1{GONE}",
    ),
    (
        re.compile(
            r"\b((?:x-)?(?:goog-)?api[-_]?key|authorization|(?:set-)?cookie|password|passwd"
            r"|(?:access|auth|refresh)[-_]?token|client[-_]?secret|secret[-_]?(?:access[-_]?)?key)"
            rf"(\\?[\"']?\s{{0,4}}[:=]\s{{0,4}}\\?[\"']?){_ODD}{_VALUE}{{12,}}+",
            re.IGNORECASE,
        ),
        rf"\1\2{GONE}",
    ),
    (
        re.compile(
            r"([?&](?:api[-_]?key|key|token|access_token|sig|signature|password|code)=)[^\s&#'\"<>{}$*\[\]]{8,512}",
            re.IGNORECASE,
        ),
        rf"\1{GONE}",
    ),
    (_USERINFO, f"{GONE}@"),
)

_SECRET_FIELDS = {
    "authorization", "proxy-authorization", "x-api-key", "api-key", "api_key", "apikey", "x-goog-api-key", "cookie",
    "set-cookie",
}  # fmt: skip


@dataclass(frozen=True)
class Redactor:
    """Takes secrets out of text and data.

    Attributes:
        values: known secrets, whatever they look like.
    """

    values: frozenset[str] = frozenset()

    def text(self, text: str) -> str:
        """Return text without secrets; a second time changes nothing."""
        if self._known is not None:
            text = self._known.sub(GONE, text)
        for form, instead in _FORMS:
            text = form.sub(instead, text)
        return text

    def data(self, value: Any) -> Any:
        """Return mappings, sequences and text without secrets; anything else as it is."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                self.data(key): GONE if _gives_away(key, one) else self.data(one)
                for key, one in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self.data(one) for one in value]
        return value

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        written = {form for value in self.values for form in _ways_to_write(value)}
        # The longest first: one secret may begin with another.
        ordered = sorted(written, key=lambda form: (-len(form), form))
        return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def redactor(environ: Mapping[str, str]) -> Redactor:
    """Return what redacts the secrets of an environment, found by the names of its variables."""
    found = set()
    for name, value in environ.items():
        if _SECRET_NAME.search(name) and not _PLACE_NAME.search(name) and is_secret(value):
            found.add(value.strip())
        for credentials in _USERINFO.findall(value):
            password = unquote(credentials[:-1].partition(":")[2])
            if is_secret(password):
                found.add(password)
    return Redactor(frozenset(found))


def is_secret(value: str) -> bool:
    """Return whether a value is long and odd enough to be looked for in every text.

    `postgres` as a password is not: every sentence about PostgreSQL would lose it.
    """
    stripped = value.strip()
    if len(stripped) < _SHORTEST or stripped in _DUMMIES:
        return False
    return _WORD.fullmatch(stripped) is None


def _ways_to_write(value: str) -> set[str]:
    return {value, quote(value, safe=""), json.dumps(value)[1:-1]}


def _gives_away(key: object, value: object) -> bool:
    return isinstance(key, str) and key.lower() in _SECRET_FIELDS and isinstance(value, str)
