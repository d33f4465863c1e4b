"""AIM002."""

import re
from collections.abc import Iterator
from typing import ClassVar

from lld_agent.model.design import Design
from lld_agent.model.finding import Severity
from lld_agent.rules.base import Context, Hit, Place, Rule, Skipped
from lld_agent.rules.formulas import Formula, formulas

_CACHE = re.compile(r"kv_?cache|kv_?mem|kv_?size|kv_?bytes", re.IGNORECASE)
_FACTORS = {
    "the number of layers": re.compile(r"layer|\bL\b"),
    "the bytes of a value": re.compile(r"byte|dtype|precision|elem|\b(?:2|1|4)\s*\Z|fp16|bf16|fp8"),
    "keys and values (a factor 2)": re.compile(r"(?<![\w.])2(?![\w.])|\bkv\b|k_?and_?v"),
}
_HIDDEN = re.compile(r"hidden|d_model|embed|n_embd", re.IGNORECASE)
_HEADS = re.compile(r"kv_?heads?|num_key_value|n_kv|gqa|kv_?dim|head_dim", re.IGNORECASE)
_MHA = re.compile(
    r"\bMHA\b|multi-head attention|no GQA|without GQA|\bMLA\b|latent attention", re.IGNORECASE
)
_LEAST = 3


class CacheFormula(Rule):
    """The formula of the key-value cache has all its factors.

    ## What it checks
    Formulas for the key-value cache that are products.

    ## Why
    Most models share keys among heads: with the hidden size the cache comes out four to eight times too large,
    without layers or the factor 2 it comes out too small and the model does not start.

    ## Fires when
    A product uses the hidden size without the number of key-value heads, or lacks the factor 2, the layers or the
    bytes of a value.

    ## Incorrect
        kv_cache = 2 * layers * hidden_size * seq_len * batch * bytes

    ## Correct
        kv_cache = 2 * layers * kv_heads * head_dim * seq_len * batch * bytes

    ## Known false positives
    Models whose heads share nothing: say so (MHA). Factors hidden in another symbol.

    ## Sections read
    Fences with formulas, text.

    ## Source
    Ainslie et al., GQA, arXiv 2305.13245; Pope et al., arXiv 2211.05102.
    """

    id: ClassVar[str] = "AIM002"
    name: ClassVar[str] = "kv-cache-form"
    severity: ClassVar[Severity] = Severity.WARNING

    def check(self, design: Design, context: Context) -> Iterator[Hit | Skipped]:
        """Yield one hit per formula."""
        products = [
            f
            for f in formulas(design)
            if _CACHE.search(f.name) and len(re.findall(r"[*×·]", f.value)) >= _LEAST
        ]
        if not products:
            yield Skipped("no formula for the key-value cache")
            return
        shared = not _MHA.search(design.source.text)
        for formula in products:
            wrong = _wrong(formula, grouped=shared)
            if wrong:
                yield Hit(
                    message=f"{formula.name} {'; '.join(wrong)}: {formula.value}",
                    places=(Place(formula.span),),
                    subject=formula.name,
                    object="; ".join(wrong),
                    hint="2 * layers * kv_heads * head_dim * sequence * batch * bytes",
                )


def _wrong(formula: Formula, *, grouped: bool) -> list[str]:
    wrong = [
        f"lacks {what}" for what, pattern in _FACTORS.items() if not pattern.search(formula.value)
    ]
    if grouped and _HIDDEN.search(formula.value) and not _HEADS.search(formula.value):
        wrong.append(
            "counts the whole hidden size, though keys are shared among heads in most models"
        )
    return wrong
