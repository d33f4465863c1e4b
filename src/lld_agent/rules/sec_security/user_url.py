"""SEC015."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.methods import is_called_back
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import ComponentInput
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.routes import declared
from lld_agent.rules.wording import listed

_FETCHED = re.compile(r"(?:[a-z]+_)*(?:url|uri|source|link)", re.IGNORECASE)
_BROWSER = re.compile(
    r"redirect|avatar|logo|website|homepage|profile|icon|photo|picture|thumbnail|next|prev|self|return|success|cancel"
    r"|public|base|short|long|original",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:^|_)(?:url|link)$", re.IGNORECASE)
_FROM = re.compile(
    r"(?:[a-z]+_)*(?:source|external|remote|service|import|feed|image|document|file|download|repo|repository|archive|license)_?"
    r"(?:url|uri|source|link)?$",
    re.IGNORECASE,
)
_FETCHES = re.compile(
    r"\b(?:fetch\w*|download\w*|retriev\w*|crawl\w*|scrap\w*|imports?|importing|pulls?|calls? the)\b",
    re.IGNORECASE,
)
_GUARDED = re.compile(
    r"allow[- ]?list|white[- ]?list|ssrf|egress|private (?:ip|address|network|range)|internal (?:address|ip|host"
    r"|network)|deny[- ]?list"
    r"|block[- ]?list|metadata (?:service|endpoint)|169\.254|rfc ?1918|domain verif|verified domain|trusted (?:domain"
    r"|host|source)"
    r"|only https|https only|url validation|restricted to",
    re.IGNORECASE,
)
_KEY = re.compile(r'"(?P<name>\w+)"\s*:\s*"(?P<value>[^"\n]*)"')


class UserUrl(Rule):
    """The server calls no address that a stranger chose.

    ## What it checks
    Fields of requests that hold an address which the server calls or fetches.

    ## Why
    The address may be that of the metadata service, or of the database next door.

    ## Fires when
    Such a field is taken from outside, and the document has no allow-list, no rule about private
    addresses or egress, and no word about server-side request forgery: one finding.

    ## Incorrect
        { "webhook_url": "string - called when the loan is due" }

    ## Correct
        Webhook addresses must be https, resolve to public addresses, and are called through the
        egress proxy.

    ## Known false positives
    Addresses that only a browser follows are exempt where their name says so (avatar, redirect).

    ## Sections read
    Requests and parameters of endpoints, component inputs; all text for the rule against it.

    ## Source
    OWASP API7:2023 Server Side Request Forgery.
    """

    id: ClassVar[str] = "SEC015"
    name: ClassVar[str] = "user-url"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        inputs = list(_inputs(design))
        if not inputs:
            yield Skipped("no request is given with its fields")
            return
        fetches = _FETCHES.search(design.source.text) is not None
        found = {
            name: (where, span)
            for name, about, where, span in inputs
            if _is_called(name, about, fetches=fetches)
        }
        if not found or _GUARDED.search(design.source.text):
            return
        where = listed(place for place, _ in found.values())
        yield Hit(
            message=f"{listed(found)} ({where}) {'are addresses' if len(found) > 1 else 'is an address'} that the server"
            " calls, and nothing says which addresses are allowed",
            places=tuple(Place(span) for _, span in found.values()),
            subject="addresses from outside",
            object=listed(found),
            hint="allow only known or public hosts over https, and call them through an egress proxy",
        )


def _is_called(name: str, about: str, *, fetches: bool) -> bool:
    """Return whether the server calls what a field holds.

    Args:
        name: of the field.
        about: its value or description, and what its endpoint does.
        fetches: whether the document speaks of fetching anything: enough for a name such as
            `source_url`.
    """
    if _BROWSER.search(name):
        return False
    if is_called_back(name):
        return True
    if not _FETCHED.fullmatch(name) or not (_NAMED.search(name) or "://" in about):
        return False
    return bool(_FETCHES.search(about)) or (fetches and bool(_FROM.match(name)))


def _inputs(design: Design) -> Iterator[tuple[str, str, str, Span]]:
    """Yield (field, what is said about it, where, place) of what comes from outside."""
    for endpoint in declared(design):
        route = f"{endpoint.method} {endpoint.path}"
        described = endpoint.properties.get("description")
        about = described.text if described else ""
        for row in endpoint.parameters:
            yield row["name"].text, f"{row['description'].text} {about}", route, row.span
        if endpoint.request.present and endpoint.method in {"POST", "PUT", "PATCH"}:
            for found in _KEY.finditer(endpoint.request.raw):
                start = endpoint.request.span.start + found.start()
                yield (
                    found["name"],
                    f"{found['value']} {about}",
                    route,
                    Span(start, start + len(found[0])),
                )
    for row in design.of(ComponentInput):
        if re.search(r"http|client|user|api", row["source"].text, re.IGNORECASE):
            for name in re.findall(r"\w+_(?:url|uri)\b", f"{row.key.text} {row['format'].text}"):
                yield (
                    name,
                    " ".join(cell.text for cell in row.cells.values()),
                    row.heading,
                    row.span,
                )
