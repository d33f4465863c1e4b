"""ERR001."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.rules import routes, statuses
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_YES = re.compile(r"\W*(?:yes|y\b|true|ja\b|sim\b|sí\b|✓|✅|是)", re.IGNORECASE)
_AFTER_WORK = {"500", "502", "504", "408", "5xx"}
_KEY = re.compile(
    r"idempot|dedup|request[-_ ]?id|client[-_ ]?token|upsert|if-none-match", re.IGNORECASE
)
_KEY_ANYWHERE = re.compile(
    r"idempotency[-_ ]?(?:key|token|header)|(?:all|every|each|post)\b[^.\n]{0,60}idempoten|"
    r"idempoten[^.\n]{0,60}\b(?:all|every|each|post|retries)\b",
    re.IGNORECASE,
)
_NATURAL = re.compile(r"already|duplicate|exists|unique|taken", re.IGNORECASE)
_HARMLESS = re.compile(
    r"login|logout|auth|token|search|query|validate|verify|check|calculate|estimate|preview|predict|infer|complet|embed|"
    r"simulat|graphql|analy|/list\b",
    re.IGNORECASE,
)


class RetryUnsafe(Rule):
    """A write that may be sent twice is known to be the same write.

    ## What it checks
    POST and PATCH endpoints whose error table says that a server error may be retried.

    ## Why
    The client cannot know whether the first try was done. The second one books, pays or sends
    again.

    ## Fires when
    A row with 408, 500, 502 or 504 says that a retry is fine, and neither the endpoint nor the
    document has an idempotency key.

    ## Incorrect
        POST /loans     | 500 | `INTERNAL` | ... | Yes |

    ## Correct
        The request carries `Idempotency-Key`; the answer of the first try is given again.

    ## Known false positives
    Work that is undone completely on a server error. 503 is before the work; a 409 for what exists
    already makes the name the key; logins, searches and calculations change nothing.

    ## Sections read
    Endpoints with their bodies and error tables, all text for the key.

    ## Source
    RFC 9110 section 9.2.2; Google AIP-155; AWS Well-Architected REL04-BP04.
    """

    id: ClassVar[str] = "ERR001"
    name: ClassVar[str] = "retry-unsafe"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per endpoint."""
        writes = [e for e in routes.declared(design) if e.method in {"POST", "PATCH"} and e.errors]
        if not writes:
            yield Skipped("no POST or PATCH with an error table")
            return
        if _KEY_ANYWHERE.search(design.source.text):
            return
        bodies = routes.bodies(design)
        for endpoint in writes:
            rows = [row for row in endpoint.errors if _is_retried(row)]
            safe = _HARMLESS.search(endpoint.path) or _has_natural_key(endpoint)
            if rows and not safe and not _KEY.search(bodies[endpoint.span]):
                listed = ", ".join(row["status"].text for row in rows)
                yield Hit(
                    message=f"{routes.text_of(endpoint)} may be retried after {listed}, and has no idempotency key",
                    places=(
                        *(Place(row.span, "retried") for row in rows),
                        Place(endpoint.span, "the endpoint"),
                    ),
                    subject=f"{endpoint.method} {routes.normal_path(endpoint.path)}",
                    object="retry",
                    hint="add an Idempotency-Key, or say that it must not be retried",
                )


def _is_retried(row: ReadRow) -> bool:
    found = set(statuses.numbers(row["status"].text))
    return bool(found & _AFTER_WORK) and _YES.match(row["retry"].text) is not None


def _has_natural_key(endpoint: Endpoint) -> bool:
    return any(
        "409" in statuses.numbers(row["status"].text)
        and _NATURAL.search(f"{row['description'].text} {row['code'].text}")
        for row in endpoint.errors
    )
