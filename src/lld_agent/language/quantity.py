"""The one quantity grammar: `< 200 ms (p99)`, `2-10 pods`, `99.9 %`, `5 Sekunden`, `10 req/min`.

cmp? number(range)? unit (percentile)? (per unit)?, after section 2b of the critic's design.
"""

import math
import re

from lld_agent.language.units import HINTS, UNITS
from lld_agent.model.quantity import Comparator, Dimension, Quantity
from lld_agent.model.source import Span

_NUMBER = (
    r"\d{1,3}(?:[.,]\d{3})+(?![\d.,]*\d)|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?"
)
_WORD_UNITS = sorted((u for u in UNITS if u.isascii() and u != "%"), key=len, reverse=True)
_OTHER_UNITS = sorted((u for u in UNITS if not u.isascii() or u == "%"), key=len, reverse=True)
_UNIT = (
    "(?:" + "|".join(map(re.escape, _OTHER_UNITS)) + ")"
    "|(?:" + "|".join(map(re.escape, _WORD_UNITS)) + r")(?![\w/])"
)
_TIME_UNITS = "|".join(
    sorted((u for u, (d, _) in UNITS.items() if d is Dimension.TIME), key=len, reverse=True)
)
_ADJECTIVE = (
    r"(?:concurrent|simultaneous|parallel|active|registered|business|working|calendar|gleichzeitige[nr]?|aktive[nr]?) |"
    r"[个名位条](?:并发|同时在线|在线|活跃)?|(?:并发|在线)"
)
_QUANTITY = re.compile(
    r"(?P<cmp><=|>=|≤|≥|<|>|~|≈|at least |at most |up to |no more than |not more than |less than |more than |"
    r"within |under |below |over |above |about |around |maximum |max\.? |minimum |min\.? |mindestens |höchstens |"
    r"maximal |bis zu |unter |über |innerhalb von |al menos |como máximo |hasta |menos de |más de |pelo menos |"
    r"no máximo |até |menos de |mais de |不超过|不少于|至少|最多|小于|大于|低于|超过)?[ ]?"
    rf"(?P<money>[$€£]|R\$)?(?<![A-Za-z0-9_À-ɏ.,:/#-])(?P<low>{_NUMBER})(?P<kilo>(?-i:[kM])(?!\w))?"
    rf"(?:(?P<first>{_UNIT})(?=\s?(?:-|–|—|to|bis|até)\s?\d))?"
    rf"(?:\s?(?:-|–|—|\.\.|to|bis|a|até|至|到|~)\s?(?P<high>{_NUMBER}))?(?P<more>\+)?"
    rf"(?:[ \u00a0]?(?:{_ADJECTIVE})?(?P<unit>{_UNIT}|m(?!\w)))?"
    rf"(?:(?P<noun> ?[A-Za-zäöüáéíóúãõç]{{0,24}})?(?P<per> ?/ ?| per | pro | por | a | je |每)(?P<each>{_TIME_UNITS})(?!\w))?",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(
    r"(?<!\w)(p50|p90|p95|p99(?:\.9+)?|median|average|avg|mean|max)(?!\w)", re.IGNORECASE
)
_NOT_A_NUMBER = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,3}(?:\.\d{1,3}){3}|(?<!\w)[vV]?\d+\.\d+\.\d+[\w.-]*|\d{1,2}:\d{2}"
)

_COMPARATORS = (
    (Comparator.LE, ("<=", "≤", "at most", "up to", "no more", "not more", "within", "max", "höchstens", "bis zu",
                     "innerhalb", "como máximo", "hasta", "no máximo", "até", "不超过", "最多")),
    (Comparator.GE, (">=", "≥", "at least", "min", "al menos", "pelo menos", "不少于", "至少")),
    (Comparator.LT, ("<", "less", "under", "below", "unter", "menos", "小于", "低于")),
    (Comparator.GT, (">", "more", "over", "above", "über", "más", "mais", "大于", "超过")),
    (Comparator.ABOUT, ("~", "≈", "about", "around")),
)  # fmt: skip


def find_quantities(text: str, unit_hint: str = "") -> tuple[Quantity, ...]:
    """Return the quantities of a text, left to right; bare numbers only with a hint.

    Args:
        text: any text; dates, versions, addresses and times of day in it are no quantities.
        unit_hint: a key of `units.HINTS`: what bare numbers mean here.

    Returns:
        Values in base units; spans are offsets into `text`.
    """
    blocked = [found.span() for found in _NOT_A_NUMBER.finditer(text)]
    found = (_quantity(match, text, unit_hint) for match in _QUANTITY.finditer(text))
    return tuple(
        q
        for q in found
        if q is not None and not any(a < q.span.end and q.span.start < b for a, b in blocked)
    )


def parse_quantity(text: str, unit_hint: str = "") -> Quantity | None:
    """Return the one quantity that a cell holds; None when it holds none or several."""
    found = find_quantities(text, unit_hint)
    return found[0] if len(found) == 1 else None


def _quantity(match: re.Match[str], text: str, hint: str) -> Quantity | None:
    unit = match["unit"] or ""
    dimension, factor = _meaning(unit, hint, money=bool(match["money"]))
    # A share stays one over any time: 99.9 % a month.
    if match["each"] and dimension is not Dimension.RATIO:
        _, seconds = UNITS.get(
            match["each"], UNITS.get(match["each"].lower(), (Dimension.TIME, 1.0))
        )
        dimension, factor = Dimension.RATE, 1 / seconds
        unit = match[0][match.end("low") - match.start() :].strip()
    if dimension is Dimension.NONE:
        return None
    scale = {"k": 1e3, "m": 1e6}.get((match["kilo"] or "").lower(), 1.0) * factor
    low = _number(match["low"]) * scale
    high = _number(match["high"]) * scale if match["high"] else math.inf if match["more"] else low
    if match["first"]:
        low = _number(match["low"]) * _meaning(match["first"], hint, money=False)[1]
    raw = match[0].strip()
    start = match.start() + match[0].index(raw)
    near = text[max(0, start - 16) : start] + text[start + len(raw) : start + len(raw) + 12]
    qualifier = _QUALIFIER.search(near)
    return Quantity(
        low,
        high,
        dimension,
        _comparator(match["cmp"] or ""),
        unit.strip(),
        qualifier[1].lower() if qualifier else "",
        raw,
        Span(start, start + len(raw)),
    )


def _meaning(unit: str, hint: str, *, money: bool) -> tuple[Dimension, float]:
    if money:
        return Dimension.MONEY, 1.0
    if unit == "m":
        # 500m is half a core in a CPU column, minutes nowhere that we saw, metres elsewhere.
        return (Dimension.CPU, 0.001) if hint == "cpu" else (Dimension.NONE, 1.0)
    if unit:
        return (
            UNITS.get(unit)
            or UNITS.get(unit.lower())
            or UNITS.get(unit.upper(), (Dimension.NONE, 1.0))
        )
    return HINTS.get(hint, (Dimension.NONE, 1.0))


def _number(text: str) -> float:
    """Return the number; a last group of three digits after `.` or `,` is thousands."""
    if re.fullmatch(r"\d{1,3}(?:[., \u00a0\u202f]\d{3})+", text):
        return float(re.sub(r"[.,\s]", "", text))
    return float(text.replace(",", "."))


def _comparator(text: str) -> Comparator:
    word = text.strip().lower().rstrip(".")
    if not word:
        return Comparator.EQ
    return next((c for c, words in _COMPARATORS if word.startswith(words)), Comparator.EQ)
