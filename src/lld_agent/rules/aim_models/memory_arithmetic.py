"""AIM003."""

import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.model.source import Span
from lld_agent.rules.aim_models.about import told_lines
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.formulas import Formula, formulas
from lld_agent.rules.wording import listed

_PARAMETERS = re.compile(
    r"(?<![\w.])(?P<n>\d{1,4}(?:\.\d{1,2})?)\s?[bB](?:illion)?(?![\w])(?!\s?(?:/|tokens|users|requests))"
)
_BYTES = {
    4.0: re.compile(r"\bfp32\b|\bfloat32\b", re.IGNORECASE),
    2.0: re.compile(r"\b(?:fp16|bf16|float16|bfloat16|half precision)\b", re.IGNORECASE),
    1.0: re.compile(r"\b(?:fp8|int8|w8a8|8-bit)\b", re.IGNORECASE),
    0.5: re.compile(r"\b(?:int4|awq|gptq|nf4|4-bit|fp4)\b", re.IGNORECASE),
}
_GPUS = re.compile(
    r"(?<![\w.])(?P<n>\d{1,3})\s?(?:x|×|\*)\s?(?:[A-Z][\w-]{0,12}\s?){0,3}\(?(?P<gb>\d{2,3})\s?Gi?B(?![\w])",
    re.IGNORECASE,
)
_PER_TOKEN = re.compile(
    r"lora|adapter|draft|offload|moe|active|expert|cpu|train|per (?:replica|stage)|split over",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:required|total|model|gpu|vram)?_?(?:memory|mem|vram)(?:_required|_needed|_gb|_bytes)?\Z",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"param|byte|dtype|precision")
_KNOWN = frozenset(
    {
        "ceil",
        "max",
        "min",
        "round",
        "math",
        "int",
        "float",
        "sum",
        "if",
        "else",
        "and",
        "or",
        "gb",
        "e9",
    }
)


class _Fit(NamedTuple):
    weights: float
    given: float
    text: str
    span: Span


class MemoryArithmetic(Rule):
    """A model fits into the memory that it gets, and the formula for it can be computed.

    ## What it checks
    Lines and rows that give parameters, precision and accelerators together; symbols of memory formulas.

    ## Why
    It does not load.

    ## Fires when
    Parameters times bytes alone exceed accelerators times memory (error), or a memory formula uses a symbol that
    the document neither computes nor mentions anywhere else (warning, one per formula).

    ## Incorrect
        70B in FP16 on 1x A100 80GB

    ## Correct
        70B in FP16 on 2x A100 80GB

    ## Known false positives
    Offloading, mixtures of experts and adapters are exempt when the line says so; so are symbols for parameters and
    bytes.

    ## Sections read
    Tables, lists, paragraphs, fences with formulas.

    ## Source
    Own; two bytes hold a value in FP16, one in FP8 and INT8, half a byte in INT4.
    """

    id: ClassVar[str] = "AIM003"
    name: ClassVar[str] = "memory-arithmetic"
    severity: ClassVar[Severity] = Severity.ERROR

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per line that does not fit, and one per formula."""
        known = list(formulas(design))
        totals = [f for f in known if _TOTAL.match(f.name) and re.search(r"[*×·+]", f.value)]
        totals = [
            f for f in totals if any("param" in symbol or "kv" in symbol for symbol in f.symbols)
        ]
        fits = list(_fits(design))
        if not totals and not fits:
            yield Skipped(
                "no memory formula, and no line with parameters, precision and accelerators"
            )
            return
        for fit in fits:
            if fit.weights > fit.given:
                yield Hit(
                    message=f"the weights alone need {fit.weights:g} GB, while there are {fit.given:g} GB: {fit.text}",
                    places=(Place(fit.span),),
                    subject=fit.text,
                    object="memory",
                    hint="more accelerators, or fewer bytes for a value",
                )
        for formula in totals:
            yield from _undefined(design, formula, known)


def _fits(design: Design) -> Iterator[_Fit]:
    if not any(pattern.search(design.source.text) for pattern in _BYTES.values()):
        return
    for line, span in told_lines(design):
        found = _fit(line)
        if found is not None:
            yield _Fit(*found, span)


def _fit(line: str) -> tuple[float, float, str] | None:
    """Return weights and memory in GB of a line that gives one model, one precision and one set of accelerators."""
    models, gpus = _PARAMETERS.findall(line), list(_GPUS.finditer(line))
    widths = [width for width, pattern in _BYTES.items() if pattern.search(line)]
    if len(models) != 1 or len(gpus) != 1 or len(widths) != 1 or _PER_TOKEN.search(line):
        return None
    given = int(gpus[0]["n"]) * float(gpus[0]["gb"])
    return float(models[0]) * widths[0], given, " ".join(line.replace("|", " ").split())


def _undefined(design: Design, formula: Formula, known: list[Formula]) -> Iterator[Hit]:
    defined = {other.name for other in known} | _KNOWN
    open_symbols = [
        s
        for s in sorted(formula.symbols - defined)
        if len(s) > 1 and not _PLAIN.search(s) and not _mentioned(design, s, formula)
    ]
    if open_symbols:
        yield Hit(
            message=f"{formula.name} uses {listed(open_symbols)}, which the document neither computes nor explains",
            places=(Place(formula.span),),
            subject=formula.name,
            object=listed(open_symbols),
            hint="give a formula, a number or a sentence for each",
            severity=Severity.WARNING,
        )


def _mentioned(design: Design, symbol: str, formula: Formula) -> bool:
    """Return whether a symbol stands outside its formula, as written or in words."""
    words = re.split(r"_+", symbol)
    text = design.source.text.lower()
    rest = f"{text[: formula.span.start]} {text[formula.span.end :]}"
    return any(name in rest for name in (symbol, " ".join(words), "-".join(words)))
