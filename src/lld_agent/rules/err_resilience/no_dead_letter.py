"""ERR013."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.language.roles import role
from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.rows import ReadRow
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import ComponentError, ErrorClass, RetryPolicy
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_CONSUMES = re.compile(
    r"\bconsum|subscrib|\bmessages?\b|\bevents?\b|\bqueue|worker|listener|redeliver|requeue|\bnack\b|kafka|rabbit|\bsqs\b",
    re.IGNORECASE,
)
_PUBLISHES = re.compile(r"publish|emit|produc|send", re.IGNORECASE)
_RETRIES = re.compile(
    r"retr(?:y|ies|ied)|redeliver|requeue|\bnack\b|\d\s*x\b|attempt", re.IGNORECASE
)
_NEVER = re.compile(r"no retr|not retr|\bno\b|never|0", re.IGNORECASE)
_POISON = re.compile(
    r"dead[- ]?letter|\bdlq\b|poison|parking|quarantine|at[- ]most[- ]once|drop(?:ped)? after|discard|skip(?:ped)? after",
    re.IGNORECASE,
)


class NoDeadLetter(Rule):
    """A message that cannot be handled is put aside at some point.

    ## What it checks
    Retries of message and event consumers.

    ## Why
    One message that always fails blocks its partition, or is retried until the end of time.

    ## Fires when
    A retry strategy, an error class or an error of a component retries the handling of messages or
    events, and the document has no dead letter queue, no rule for poison messages, and no
    at-most-once delivery.

    ## Incorrect
        | Event handler failure | 5 | Exponential | - |

    ## Correct
        | Event handler failure | 5, then dead letter queue | Exponential | - |

    ## Known false positives
    Brokers that put messages aside by themselves: say so. Retries of publishing do not count.

    ## Sections read
    Retry strategy, error classes, errors of components, all text for the dead letters.

    ## Source
    AWS Well-Architected, messaging; Enterprise Integration Patterns, Dead Letter Channel.
    """

    id: ClassVar[str] = "ERR013"
    name: ClassVar[str] = "no-dead-letter"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield at most one hit."""
        found = list(_consumers(design))
        if not found:
            yield Skipped("no consumer of messages is retried")
            return
        if not _POISON.search(design.source.text):
            names = ", ".join(dict.fromkeys(name for name, _ in found))
            yield Hit(
                message=f"{names}: retried, and nothing says where a message goes that never succeeds",
                places=tuple(Place(span) for _, span in found),
                subject="dead letters",
                object=names,
                hint="name the dead letter queue and the number of tries before it",
            )


def _consumers(design: Design) -> Iterator[tuple[str, Span]]:
    for kind, name, fields in (
        (RetryPolicy, "error_type", ("max_retries", "backoff")),
        (ErrorClass, "category", ("retry",)),
        (ComponentError, "condition", ("response", "recovery")),
    ):
        for row in design.of(kind):
            if row.confidence >= 0.5 and _is_retried_consumer(row, name, fields):
                yield row[name].text, row.span


def _is_retried_consumer(row: ReadRow, name: str, fields: tuple[str, ...]) -> bool:
    what = row[name].text
    text = " ".join(row[field].text for field in fields)
    handles = _CONSUMES.search(what) is not None or role(what) == "queue"
    counted = row.kind is RetryPolicy and bool(re.search(r"[1-9]", text))
    retried = counted or (_RETRIES.search(text) is not None and not _NEVER.match(text))
    return handles and retried and not _PUBLISHES.search(what)
