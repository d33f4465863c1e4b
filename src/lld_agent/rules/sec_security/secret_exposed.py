"""SEC016."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import LogLevel
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared

_NAME = r"(?:password|passwd|pwd|secret|client_secret|access_token|refresh_token|auth_token|api_?key|private_key|credentials?)"
_IN_QUERY = re.compile(rf"[?&](?P<name>{_NAME}|token)=", re.IGNORECASE)
_PARAMETER = re.compile(_NAME, re.IGNORECASE)
_QUERY = re.compile(r"query", re.IGNORECASE)
_ONE_TIME = re.compile(
    r"reset|verif|confirm|invit|unsubscribe|activat|share|download|signed|presign|magic",
    re.IGNORECASE,
)
_PRINTED = re.compile(
    r"(?<![A-Za-z])(?:password|passwd|pwd|secret|(?:access|refresh|auth|bearer)[_ ]?token|token"
    r"|api[_ ]?key)[\"']?\s*[=:]\s*[\"']?(?P<value>[^\s\"',;})]+)",
    re.IGNORECASE,
)
_BODY = re.compile(r"\{\s*(?:\.\.\.|…)\s*\}|\bbody\b|payload|\{\.{3}", re.IGNORECASE)
_SIGN_IN = re.compile(
    r"(?:POST|PUT)\s+\S*(?:login|signin|sign-in|token|password|register)", re.IGNORECASE
)
_MASKED = re.compile(
    r"[*xX•#.…]+|<.*|\{.*|\[.*|\$.*|%.*|redacted|masked|hidden|null|none|true|false|0+|string|expired|invalid|missing"
    r"|present|valid|refresh\w*"
    r"|(?:\w+[*x…]{3,}\w*)|your[-_].*",
    re.IGNORECASE,
)
_LITERAL = re.compile(
    r"\bAKIA(?!.{0,16}EXAMPLE)[0-9A-Z]{16}\b|\bghp_[A-Za-z0-9]{36}\b|\bsk_live_[0-9A-Za-z]{16,}"
    r"|\bxox[bap]-\d{8,}-[\w-]{10,}|\bAIza[0-9A-Za-z_-]{35}\b"
    r"|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s+[A-Za-z0-9+/]{60}"
)
_BEGINNINGS = ("AKIA", "ghp_", "sk_live_", "xox", "AIza", "PRIVATE KEY")


class SecretExposed(Rule):
    """No secret stands in an address, a log or a sample.

    ## What it checks
    Query parameters, examples of log lines, and literal keys anywhere in the document.

    ## Why
    Addresses and logs are kept by proxies, browsers and collectors, for years, for many readers.

    ## Fires when
    A password, key or token is a query parameter; an example of a log line prints one, or the body
    of a login; or a literal has the form of a live key of a known provider.

    ## Incorrect
        `GET /reports?api_key=...`

    ## Correct
        The key in a header.

    ## Known false positives
    One-time links (reset, invite, presigned) are exempt, and so are placeholders and masked values.

    ## Sections read
    Endpoints and their query parameters, log levels; all text for literal keys.

    ## Source
    CWE-598, CWE-532, CWE-798; RFC 6750, 2.3 and 5.3.
    """

    id: ClassVar[str] = "SEC016"
    name: ClassVar[str] = "secret-exposed"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per place."""
        for route, name, span in _in_queries(design):
            yield Hit(
                message=f"{route} takes {name} in the query, where it ends up in logs and histories",
                places=(Place(span),),
                subject=route,
                object=name,
                hint="take it in a header or in the body",
            )
        for row in design.of(LogLevel):
            text = row["example"].text
            printed = _PRINTED.search(text)
            if printed and not _MASKED.fullmatch(printed["value"]):
                yield _logged(f"prints {printed[0]}", row["level"].text, row["example"].span)
            elif _SIGN_IN.search(text) and _BODY.search(text):
                yield _logged("prints the body of a login", row["level"].text, row["example"].span)
        for found in _literals(design.source.text):
            yield Hit(
                message=f"{found[0][:8]}... has the form of a live key",
                places=(Place(Span(found.start(), found.start() + 8)),),
                subject="literal key",
                object=found[0][:8],
                hint="revoke it, and put a placeholder here",
            )


def _literals(text: str) -> Iterator[re.Match[str]]:
    """Yield literals of the form of a live key; most documents hold none of their beginnings."""
    if any(beginning in text for beginning in _BEGINNINGS):
        yield from _LITERAL.finditer(text)


def _logged(what: str, level: str, span: Span) -> Hit:
    return Hit(
        message=f"the example of level {level} {what}",
        places=(Place(span),),
        subject=level or "log",
        object=what,
        hint="leave secrets out of logs, or mask them",
    )


def _in_queries(design: Design) -> Iterator[tuple[str, str, Span]]:
    for endpoint in declared(design):
        route = f"{endpoint.method} {endpoint.path}"
        if _ONE_TIME.search(endpoint.path):
            continue
        in_path = _IN_QUERY.search(endpoint.path)
        if in_path:
            yield route, in_path["name"], endpoint.span
        for row in endpoint.parameters:
            label = design.tables[row.table].label if row.table >= 0 else ""
            if _QUERY.search(label) and _PARAMETER.fullmatch(row["name"].text):
                yield route, row["name"].text, row.span
