"""AIM004."""

import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.model.vocabulary import EnvVar, ModelParameter
from lld_agent.rules.aim_models.about import told_lines
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped

_NAMES = {
    "tp": r"(?:tensor[ _-]?parallel(?:ism|_?size|_?degree|[ _]factor)?|tp(?:_size|_degree)?)",
    "pp": r"(?:pipeline[ _-]?parallel(?:ism|_?size|_?degree)?|pp(?:_size|_degree)?)",
    "heads": r"(?:(?:num_|n_)?attention[ _]heads|num_heads|n_heads)",
    "gpus": r"(?:(?:num_|n_|total_)?gpus?(?:_count| count|_per_node| per node)?|gpu_count)",
}
_SET = {
    name: re.compile(
        rf"(?<![\w-]){words}`?\s?(?:=|:|of|is)?\s?`?(?P<n>\d{{1,4}})(?![\w.])", re.IGNORECASE
    )
    for name, words in _NAMES.items()
}
_KEY = {name: re.compile(rf"(?:--)?{words}", re.IGNORECASE) for name, words in _NAMES.items()}
_TOLD = re.compile(r"tensor[ _-]?parallel|\btp(?=[\s=:_])", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?<![\w.=])(?P<n>\d{1,4})\s?(?:x\s?|×\s?)?(?:[A-Z]\d{2,3}\s)?(?:GPUs?|accelerators)(?![\w])",
    re.IGNORECASE,
)


class _Values(NamedTuple):
    counts: dict[str, int]
    span: Span


class ParallelDivisibility(Rule):
    """Degrees of parallelism divide what they split.

    ## What it checks
    Degrees of tensor and pipeline parallelism, accelerators and attention heads: in one line, or in the defaults
    of one table.

    ## Why
    The runtime refuses to start, or leaves accelerators idle.

    ## Fires when
    The product of the degrees is above the accelerators or does not divide them, or the tensor degree does not
    divide the heads.

    ## Incorrect
        tensor_parallel = 3 on 8 GPUs

    ## Correct
        tensor_parallel = 4 on 8 GPUs

    ## Known false positives
    Accelerators that are meant to be left over. A constraint in words alone is fine.

    ## Sections read
    Model parameters, variables, tables, lists, paragraphs.

    ## Source
    vLLM documentation, Distributed Inference; Megatron-LM, arXiv 1909.08053.
    """

    id: ClassVar[str] = "AIM004"
    name: ClassVar[str] = "parallel-divisibility"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per line or table."""
        found = [values for values in (*_tables(design), *_lines(design)) if len(values.counts) > 1]
        if not found:
            yield Skipped("no degree of parallelism stands beside accelerators or heads")
            return
        seen: set[str] = set()
        for values in found:
            what = _wrong(values.counts)
            if what and what not in seen:
                seen.add(what)
                yield Hit(
                    message=what,
                    places=(Place(values.span),),
                    subject="parallelism",
                    object=what,
                    hint="take degrees whose product divides the accelerators",
                )


def _wrong(counts: dict[str, int]) -> str:
    tensor, pipeline = counts.get("tp", 0), counts.get("pp", 1) or 1
    gpus, heads = counts.get("gpus", 0), counts.get("heads", 0)
    if not tensor:
        return ""
    degrees = f"{tensor} x {pipeline}" if pipeline > 1 else f"{tensor}"
    if gpus and tensor * pipeline > gpus:
        return (
            f"parallelism of {degrees} needs {tensor * pipeline} accelerators, and there are {gpus}"
        )
    if gpus and gpus % (tensor * pipeline):
        return f"parallelism of {degrees} does not divide {gpus} accelerators"
    return (
        f"tensor parallelism of {tensor} does not divide {heads} attention heads"
        if heads and heads % tensor
        else ""
    )


def _tables(design: Design) -> Iterator[_Values]:
    """Yield the defaults that stand in one table of model parameters or variables."""
    tables: dict[int, _Values] = {}
    for row in (*design.of(ModelParameter), *design.of(EnvVar)):
        default = row["default"].text.strip()
        name = next(
            (
                name
                for name, pattern in _KEY.items()
                if pattern.fullmatch(row.key.text.replace("-", "_"))
            ),
            "",
        )
        if name and default.isdecimal() and row.confidence >= 0.5:
            values = tables.setdefault(row.table, _Values({}, row.span))
            values.counts.setdefault(name, int(default))
    yield from tables.values()


def _lines(design: Design) -> Iterator[_Values]:
    if not _TOLD.search(design.source.text):
        return
    for line, span in told_lines(design):
        counts = {
            name: {int(f["n"]) for f in pattern.finditer(line)} for name, pattern in _SET.items()
        }
        counts["gpus"] |= {int(f["n"]) for f in _COUNTED.finditer(line)}
        if counts["tp"] and all(len(numbers) < 2 for numbers in counts.values()):
            yield _Values({n: v.pop() for n, v in counts.items() if v}, span)
