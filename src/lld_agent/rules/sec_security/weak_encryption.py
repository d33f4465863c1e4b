"""SEC010."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.blocks import BlockKind
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import Cell, ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import AuthenticationFlow, EncryptionRule
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_PLAIN = re.compile(
    r"plain[- ]?text|clear[- ]?text|unencrypted|not encrypted|no encryption|(?:none|no|-|–|—)\Z|klartext|texto plano"
    r"|texto puro|明文",
    re.IGNORECASE,
)
_SENSITIVE = re.compile(
    r"session|token|password|credential|secret|\bpii\b|personal|e-?mail|card|payment|\bkeys?\b|\buser|customer|health"
    r"|patient|sensitive|private",
    re.IGNORECASE,
)
_BUT = re.compile(r"never|hash|[^n]encrypted with", re.IGNORECASE)
_HARMLESS = re.compile(r"public|log|metric|id\b|ids\b|count|usage|hash", re.IGNORECASE)
_IN_STORE = re.compile(
    r"plain ?text\b.{0,12}\b(?:redis|valkey|postgres\w*|mysql|mongo\w*|database|db|disk|s3|store|cache|queue|kafka)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"(?<![\w-])(?:MD5|SHA-?1|3DES|TripleDES|DES(?=[ -](?:encrypt|cipher|cbc))|RC4|(?:AES[-\w]*-)?ECB"
    r"|SSL ?v?[23](?:\.0)?|TLS ?v?1\.[01])(?!\w|\.\w)(?!\s*(?:\+|or (?:higher|later|above|newer)))",
    re.IGNORECASE,
)
_MOST = 12
_NAMES = ("MD5", "SHA1", "SHA-1", "DES", "RC4", "ECB", "SSL", "TLS")
_PURPOSE = re.compile(
    r"password|encrypt|cipher|\bsign|token|certificat|hash(?:ed|ing)? (?:of )?(?:secret|credential)|in transit"
    r"|\btls\b|credential|secret",
    re.IGNORECASE,
)
_NOT_USED = re.compile(
    r"\bnot?\b|n't|never|no longer|deprecat|disabl|reject|refus|instead of|avoid|legacy|replac|migrat|vulnerab|weak|remov"
    r"|unsupported|insecure"
    r"|attack|forbid|prohibit|block|drop|minimum|at least|older|previous|collision|checksum|etag|integrity|dedup"
    r"|cache|finger ?print|content"
    r"|hmac|totp|hotp|git|file|digest of|compat|alternative|was\b",
    re.IGNORECASE,
)


class WeakEncryption(Rule):
    """What is worth protecting is not protected with something broken.

    ## What it checks
    The encryption table, and sentences about passwords, tokens and transport.

    ## Why
    Plain text is read by whoever reads the store; MD5, SHA-1, 3DES, RC4, ECB and TLS before 1.2 by
    whoever wants to.

    ## Fires when
    Sessions, tokens, credentials or personal data are kept in plain text by the document's own
    words (other data in plain text in a store is a warning); or a broken algorithm is used for
    passwords, tokens, signatures, encryption or transport.

    ## Incorrect
        | Session data | Plaintext in Redis | TLS 1.3 | - |

    ## Correct
        | Session data | AES-256-GCM | TLS 1.3 | KMS |

    ## Known false positives
    A broken hash as a checksum is exempt where the sentence says so, and so is what is said to be
    disabled, replaced or kept for old clients.

    ## Sections read
    Encryption and authentication tables, paragraphs and lists.

    ## Source
    OWASP ASVS 5.0, V11 Cryptography; RFC 8996 (TLS 1.0 and 1.1 must not be used).
    """

    id: ClassVar[str] = "SEC010"
    name: ClassVar[str] = "weak-encryption"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per kind of data in plain text and per broken algorithm."""
        for row in design.of(EncryptionRule):
            severity = _plain(row)
            if severity:
                kind, rest = row.key.text, row["at_rest"].text.strip()
                yield Hit(
                    message=f"{kind} is kept without encryption: {rest or 'blank'}",
                    places=(Place(row.span),),
                    subject=kind,
                    object="at rest",
                    hint="encrypt it, or say in the cell why it needs none",
                    severity=severity,
                )
        broken: dict[str, list[Span]] = {}
        for text, span in _texts(design):
            found = _WEAK.search(text)
            if found and _PURPOSE.search(_WEAK.sub(" ", text)) and not _NOT_USED.search(text):
                start = span.start + found.start()
                name = " ".join(found[0].upper().split())
                broken.setdefault(name, []).append(Span(start, start + len(found[0])))
        for name, spans in broken.items():
            yield Hit(
                message=f"{name} is broken for what it is used for here",
                places=tuple(map(Place, spans[:_MOST])),
                subject=name,
                hint="use a current algorithm: Argon2 or bcrypt for passwords, SHA-256, AES-GCM, TLS 1.2 or later",
            )


def _plain(row: ReadRow) -> Severity | None:
    """Return how bad it is that data is kept in plain text; None where it is not, or may be."""
    kind, rest = row.key.text, row["at_rest"].text.strip()
    if (
        row.confidence < 0.5
        or _HARMLESS.search(kind)
        or _BUT.search(rest)
        or not _PLAIN.search(rest)
    ):
        return None
    if _SENSITIVE.search(kind):
        return Severity.ERROR
    return Severity.WARNING if _IN_STORE.search(rest) else None


def _texts(design: Design) -> Iterator[tuple[str, Span]]:
    text = design.source.text.upper()
    if not any(name in text for name in _NAMES) or not _WEAK.search(design.source.text):
        return
    for kind in (EncryptionRule, AuthenticationFlow):
        for row in design.of(kind):
            for cell in row.cells.values():
                yield from _clauses(cell)
    for _, block in design.prose():
        pieces = [(item.text, item.span) for item in block.items]
        if block.kind is BlockKind.PARAGRAPH:
            pieces.append((block.text, block.text_span))
        for text, span in pieces:
            yield from _sentences(text, span)


def _clauses(cell: Cell) -> Iterator[tuple[str, Span]]:
    """Yield what stands between semicolons: what one says of its data, another need not."""
    at = cell.span.start
    for clause in cell.raw.split(";"):
        yield f"{clause} (encryption)", Span(at, at + len(clause))
        at += len(clause) + 1


def _sentences(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    start = 0
    for piece in re.split(r"(?<=[.!?]\s)", text):
        yield piece, Span(span.start + start, span.start + start + len(piece))
        start += len(piece)
