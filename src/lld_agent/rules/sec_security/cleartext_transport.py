"""SEC012."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import EncryptionRule, EnvVar
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.wording import listed

_CLEAR = re.compile(
    r"(?:http|ws|amqp|redis|ftp|ldap|smtp|mqtt|tcp)://(?:[^\s/@`'\"|]*@)?(?P<host>[^\s/:`'\"|)>,]+)",
    re.IGNORECASE,
)
_NO_TLS = re.compile(
    r"sslmode=(?:disable|allow)|ssl=false|tls=false|verify=false|insecure_skip_verify=true",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"localhost|127\.[\d.]+|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal|<.*|\$.*|\{.*|\.\.\.|.*\.local|.*example(?:\.\w+)?"
    r"|(?:www\.)?w3\.org|schemas?\..*|.*json-schema\.org|.*\.svc(?:\..*)?|.*\.internal",
    re.IGNORECASE,
)
_MESH = re.compile(
    r"service mesh|\bmtls\b|mutual tls|istio|linkerd|sidecar|\bdapr\b|wireguard|private network|\bvpn\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"(?:plain ?text|clear ?text|unencrypted|not encrypted|none|no|http|no tls)(?:\s*\([^)]*\))?",
    re.IGNORECASE,
)


class CleartextTransport(Rule):
    """Nothing leaves the machine in clear text.

    ## What it checks
    Addresses in variables and in tables of properties, and the In Transit column of encryption.

    ## Why
    Whoever is on the way reads and changes what is said.

    ## Fires when
    An address begins with http, ws, amqp, redis or the like and its host is a full name; or is a
    short name although the encryption table promises TLS; TLS is switched off by a parameter
    (`sslmode=disable`); or In Transit says plain text. One finding for all addresses.

    ## Incorrect
        | `AUTH_URL` | No | `http://auth.library.org` |

    ## Correct
        | `AUTH_URL` | No | `https://auth.library.org` |

    ## Known false positives
    Local hosts, examples and name spaces are exempt, short names too where a mesh or mTLS is named.

    ## Sections read
    Variables, property tables, encryption tables.

    ## Source
    CWE-319; OWASP ASVS 5.0, V12 Secure Communication.
    """

    id: ClassVar[str] = "SEC012"
    name: ClassVar[str] = "cleartext-transport"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit for addresses, and one per line of the encryption table."""
        rows = [row for row in design.of(EncryptionRule) if row["in_transit"].present]
        promised = any("tls" in row["in_transit"].text.lower() for row in rows)
        short_too = promised and not _MESH.search(design.source.text)
        found = dict(_addresses(design, short_too=short_too))
        if found:
            yield Hit(
                message=f"{listed(found)} {'go' if len(found) > 1 else 'goes'} over the network in clear text"
                + (", and the encryption table promises TLS" if promised else ""),
                places=tuple(Place(span) for span in found.values()),
                subject="addresses",
                object=listed(found),
                hint="use the encrypted form of the protocol, or name what encrypts it",
            )
        for row in rows:
            text = row["in_transit"].text.strip()
            if _NOTHING.fullmatch(text) and row.confidence >= 0.5:
                yield Hit(
                    message=f"{row.key.text} travels without encryption: {text}",
                    places=(Place(row.span),),
                    subject=row.key.text,
                    object="in transit",
                    hint="use TLS, or say why it never leaves the machine",
                )


def _addresses(design: Design, *, short_too: bool) -> Iterator[tuple[str, Span]]:
    for cell in _cells(design):
        if "://" not in cell.raw and "=" not in cell.raw:
            continue
        for found in _CLEAR.finditer(cell.raw):
            host = found["host"]
            if not _LOCAL.fullmatch(host) and ("." in host or short_too):
                yield found[0], cell.span
        switched = _NO_TLS.search(cell.raw)
        if switched and not re.search(r"localhost|127\.0\.0\.1", cell.raw):
            yield switched[0], cell.span


def _cells(design: Design) -> Iterator[Cell]:
    for row in design.of(EnvVar):
        if row.confidence >= 0.5:
            yield row["default"]
    for table in design.tables:
        if table.property_table:
            yield from (cells[1] for cells in table.rows if len(cells) > 1)
