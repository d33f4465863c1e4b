"""API004."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.lexicon import is_open
from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.rules import routes, statuses
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_LIMIT = re.compile(r"\d")
_NO_LIMIT = re.compile(r"no limit|unlimited|not limited|no rate|none|internal", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"running|waiting|concurrent|parallel|at once|at a time|in flight|simultaneous|gleichzeitig",
    re.IGNORECASE,
)
_OVER_TIME = re.compile(r"/|\bper\b|\bpro\b|\bje\b|每", re.IGNORECASE)
_ELSEWHERE = re.compile(r"gateway|ingress|proxy|\bcdn\b|\bwaf\b|upstream", re.IGNORECASE)


class RateLimitWithout429(Rule):
    """An endpoint with a rate limit answers 429.

    ## What it checks
    The rate limit of an endpoint against its error table.

    ## Why
    Without the status, clients cannot tell "slow down" from "broken", and hammer on.

    ## Fires when
    An endpoint states a limit in numbers, has an error table, and neither that nor a table of
    common errors has 429. How many requests run at once is no rate.

    ## Incorrect
        | **Rate Limit** | 10/min |      and errors 400, 404

    ## Correct
        | 429 | `RATE_LIMITED` | Too many requests; Retry-After says when | Yes |

    ## Known false positives
    A gateway that answers in the service's place: say so in the cell.

    ## Sections read
    Properties and error tables of endpoints, error tables outside endpoints.

    ## Source
    Zalando RESTful API Guidelines 153; RFC 6585 section 4.
    """

    id: ClassVar[str] = "API004"
    name: ClassVar[str] = "rate-limit-no-429"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit that lists the endpoints."""
        limited = [e for e in routes.declared(design) if e.errors and _is_limited(e)]
        if not limited:
            yield Skipped("no endpoint has both a rate limit and an error table")
            return
        shared = statuses.shared_rows(design)
        told = statuses.told(design)
        missing = [
            e for e in limited if not statuses.covers(statuses.declared(e, shared) | told, "429")
        ]
        if not missing:
            return
        first = missing[0]
        texts = ", ".join(routes.text_of(e) for e in missing)
        yield Hit(
            message=(
                f"{texts}: limited to {first.properties['rate_limit'].text}, yet 429 is not among the errors "
                f"{', '.join(sorted(statuses.of_rows(first.errors)))}"
            ),
            places=tuple(
                place
                for e in missing
                for place in (
                    Place(e.properties["rate_limit"].span, "the limit"),
                    Place(e.errors[-1].span, "the errors"),
                )
            ),
            subject="429",
            object=texts,
            hint="add a 429 row with Retry-After",
        )


def _is_limited(endpoint: Endpoint) -> bool:
    given = endpoint.properties.get("rate_limit")
    return (
        given is not None
        and not is_open(given.text)
        and _LIMIT.search(given.text) is not None
        and not _NO_LIMIT.search(given.text)
        and not _ELSEWHERE.search(given.text)
        and (_OVER_TIME.search(given.text) is not None or not _AT_ONCE.search(given.text))
    )
