"""AIM009."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design, Endpoint
from lld_agent.model.finding import Severity
from lld_agent.model.quantity import Dimension
from lld_agent.model.vocabulary import Benchmark, PerformanceTarget
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.measures import Measured, one
from lld_agent.rules.routes import declared, text_of
from lld_agent.rules.token_counts import token_counts

_FIRST = re.compile(r"\bttft\b|time to first token", re.IGNORECASE)
_EACH = re.compile(r"\btpot\b|\bitl\b|time per (?:output )?token|inter-token", re.IGNORECASE)
_GENERATES = re.compile(r"completion|generat|\bchat\b|inference|\bllm\b", re.IGNORECASE)
_STREAM = re.compile(r"stream|\bsse\b|websocket|async|idle", re.IGNORECASE)


class GenerationOverTimeout(Rule):
    """The longest answer that is allowed is generated before the timeout.

    ## What it checks
    Time to the first token plus time per token times the most output tokens, against the timeout of endpoints that
    generate.

    ## Why
    The tokens are paid for, and the caller gets a timeout.

    ## Fires when
    The sum is above the timeout and the endpoint does not stream.

    ## Incorrect
        TTFT 500 ms, TPOT 50 ms, at most 4096 tokens, timeout 60 s: 205 s

    ## Correct
        At most 1024 tokens, timeout 60 s

    ## Known false positives
    Endpoints that stream and do not say so.

    ## Sections read
    Benchmarks, performance targets, token budget, endpoints.

    ## Source
    Own; TTFT and TPOT as in the vLLM documentation.
    """

    id: ClassVar[str] = "AIM009"
    name: ClassVar[str] = "generation-over-timeout"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per endpoint."""
        first, each = _benchmark(design, _FIRST), _benchmark(design, _EACH)
        output = token_counts(design).get("output")
        if first is None or each is None or output is None:
            yield Skipped("needs TTFT, TPOT and the most output tokens")
            return
        total = first.quantity.high + each.quantity.high * output.limit
        for endpoint in declared(design):
            limit = (
                one(endpoint.properties["timeout"], Dimension.TIME)
                if _is_generating(endpoint)
                else None
            )
            if limit is not None and total > limit.high:
                yield Hit(
                    message=f"{text_of(endpoint)} times out after {limit.raw}, while {output.raw} tokens take {total:g} s"
                    f" (TTFT {first.quantity.raw}, TPOT {each.quantity.raw})",
                    places=(
                        Place(endpoint.properties["timeout"].span),
                        Place(each.span, "per token"),
                        Place(output.span, "the tokens"),
                    ),
                    subject=text_of(endpoint),
                    object="generation",
                    hint="allow fewer tokens, wait longer, or stream",
                )


def _benchmark(design: Design, pattern: re.Pattern[str]) -> Measured | None:
    for row in (*design.of(Benchmark), *design.of(PerformanceTarget)):
        quantity = one(row["target"], Dimension.TIME)
        if row.confidence >= 0.5 and quantity is not None and pattern.search(row.key.text):
            return Measured(row.key.text, quantity, "", row["target"].span)
    return None


def _is_generating(endpoint: Endpoint) -> bool:
    words = f"{endpoint.path} {' '.join(cell.text for cell in endpoint.properties.values())}"
    return (
        "timeout" in endpoint.properties
        and bool(_GENERATES.search(words))
        and not _STREAM.search(words)
    )
