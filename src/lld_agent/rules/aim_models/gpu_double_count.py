"""AIM001."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.formulas import formulas

_CEIL = re.compile(r"ceil\s*\(|⌈|round_?up\s*\(|-\(-|//", re.IGNORECASE)
_MEMORY = re.compile(r"mem|vram|weights|size", re.IGNORECASE)
_PER_GPU = re.compile(
    r"/\s*\(?\s*(?:per_)?(?:gpu|device|accelerator|card|hbm|vram)\w*", re.IGNORECASE
)
_SHARDED = re.compile(
    r"per_(?:shard|rank|tp)|shard|/\s*\(?\s*(?:tp|tensor_parallel)", re.IGNORECASE
)
_TIMES = re.compile(
    r"[*×·]\s*(?:tp|tp_size|tp_degree|tensor_parallel\w*)\b|\b(?:tp|tp_size|tp_degree|tensor_parallel\w*)\s*[*×·]",
    re.IGNORECASE,
)


class GpuDoubleCount(Rule):
    """Accelerators are counted once.

    ## What it checks
    Formulas for the number of accelerators.

    ## Why
    Memory divided by the memory of one already gives all that are needed: tensor parallelism spreads the same memory
    over them. Times the degree, a model that needs 4 gets 16.

    ## Fires when
    A formula rounds up memory by memory of one accelerator, and multiplies by the degree of tensor parallelism.

    ## Incorrect
        gpu_count = ceil(required_memory / gpu_memory) * tensor_parallel

    ## Correct
        gpu_count = ceil(required_memory / gpu_memory / tensor_parallel) * tensor_parallel

    ## Known false positives
    A memory that is already that of one shard: call it so (per_shard).

    ## Sections read
    Fences with formulas.

    ## Source
    Shoeybi et al., Megatron-LM, arXiv 1909.08053, on tensor parallelism.
    """

    id: ClassVar[str] = "AIM001"
    name: ClassVar[str] = "gpu-double-count"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per formula."""
        counts = [
            f for f in formulas(design) if _PER_GPU.search(f.value) and _MEMORY.search(f.value)
        ]
        if not counts:
            yield Skipped("no formula for the number of accelerators")
            return
        for formula in counts:
            sharded = _SHARDED.search(formula.value)
            if _CEIL.search(formula.value) and _TIMES.search(formula.value) and not sharded:
                yield Hit(
                    message=f"{formula.name} divides all memory by that of one accelerator, and then multiplies by the degree"
                    f" of tensor parallelism: {formula.value}",
                    places=(Place(formula.span),),
                    subject=formula.name,
                    object="tensor parallelism",
                    hint="round the quotient up to a multiple of the degree instead",
                )
