"""Results as one self-contained page: tables with intervals, a heat map, lists, a matrix of defects."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from lld_agent.app import generator
from lld_agent.evaluation.comparing import Gated, differences, gate, overall
from lld_agent.evaluation.metrics import BY_NAME, METRICS, Metric
from lld_agent.evaluation.report.shown import Shown
from lld_agent.evaluation.report.text import bounds, figure, notes, sense
from lld_agent.evaluation.results import DocumentResult, Results, RunResult
from lld_agent.evaluation.reviews import Reviews
from lld_agent.evaluation.statistics import mean_interval, wilson
from lld_agent.report.escape import one_line

_MOST = 40
"""Rows of a list that the page shows."""

_TILES = ("rows.f1", "coverage.all", "consistency.findings")
_SHADES = 5
_LISTS = (
    ("failed", "Parts without an answer", True),
    ("uncovered", "Requirements not covered", False),
    ("broken_quotes", "Quotes that no source holds", True),
    ("unsourced", "Figures and products from nowhere", True),
    ("leaks", "Text of the template", True),
    ("findings", "Findings by the rules", False),
    ("missing", "Rows that are missing", False),
    ("extra", "Rows that the golden design does not have", False),
    ("grey", "Pairs that words cannot settle", False),
)


def html_report(shown: Shown) -> str:
    """Return one self-contained file: it loads nothing and runs nothing, whatever documents say."""
    drafts, base, reviews = shown.drafts, shown.base, shown.reviews
    gated = gate(base, drafts, shown.margin) if drafts and base else []
    style = _resource("style.css")
    page = _template().render(
        style=Markup(style),  # noqa: S704 - our own file
        policy=_policy(style),
        generator=generator(),
        name=drafts.drafter if drafts else "reviews",
        base_name=base.drafter if drafts and base else "",
        parts=list(_parts(shown, gated)),
        drafts=_drafts(drafts, base) if drafts else None,
        gated=gated,
        verdict=overall(gated).value if gated else "",
        reviews=_reviews(reviews) if reviews else None,
        most=_MOST,
    )
    return str(page)


def _parts(shown: Shown, gated: Sequence[Gated]) -> Iterator[tuple[str, str]]:
    if gated:
        yield "gate", "Gate"
    if shown.drafts:
        yield from (("figures", "Figures"), ("map", "By document"), ("documents", "Documents"))
    if shown.reviews:
        yield from (("defects", "Defects found"), ("clean", "Clean documents"))
        yield "matrix", "Findings by defect"


def _drafts(results: Results, base: Results | None) -> Mapping[str, Any]:
    return {
        "documents": len(results.documents),
        "runs": sum(1 for _ in results.runs),
        "crashed": sum(bool(run.error) for _, run in results.runs),
        "tiles": list(_tiles(results)),
        "figures": list(_figures(results, base)),
        "columns": [_document(one, at) for at, one in enumerate(results.documents)],
        "map": list(_map(results)),
    }


def _tiles(results: Results) -> Iterator[tuple[str, str]]:
    for name in _TILES:
        values = list(results.values(name).values())
        if values:
            metric = BY_NAME[name]
            yield metric.title, figure(mean_interval(values).mean, metric.unit)


def _figures(results: Results, base: Results | None) -> Iterator[Mapping[str, str]]:
    changes = {one.metric.name: one for one in differences(base, results)} if base else {}
    for metric in METRICS:
        values = list(results.values(metric.name).values())
        if not values:
            continue
        found = mean_interval(values)
        change = changes.get(metric.name)
        yield {
            "title": metric.title,
            "better": "" if metric.better == "neither" else metric.better,
            "mean": figure(found.mean, metric.unit),
            "interval": bounds(found, metric.unit),
            "count": str(found.count),
            "base": figure(change.base, metric.unit) if change else "-",
            "change": f"{change.change.mean:+.3f}" if change else "-",
            "change_interval": bounds(change.change, "ratio") if change else "",
            "sense": sense(change) if change and not change.lost else "",
        }


def _map(results: Results) -> Iterator[Mapping[str, Any]]:
    for metric in METRICS:
        values = [one.value(metric.name) for one in results.documents]
        if all(value is None for value in values):
            continue
        cells = [(figure(value, metric.unit), _shade(metric, value, values)) for value in values]
        yield {"title": metric.title, "cells": cells}


def _shade(metric: Metric, value: float | None, row: Sequence[float | None]) -> str:
    """Return the class of a cell: b1 to b5, the better the higher; "" where nothing is better."""
    if value is None or metric.better == "neither":
        return ""
    known = [one for one in row if one is not None]
    low, high = (0.0, 1.0) if metric.unit == "share" else (min(known), max(known))
    part = (value - low) / (high - low) if high > low else 1.0
    if metric.better == "lower" and high > low:
        part = 1 - part
    return f"b{1 + min(_SHADES - 1, max(0, int(part * _SHADES)))}"


def _document(document: DocumentResult, number: int) -> Mapping[str, Any]:
    # The lists are those of the first run that did not crash: of several, one is enough to read.
    run = next((one for one in document.runs if not one.error), document.runs[0])
    return {
        "id": f"d{number}",
        "slug": document.slug,
        "about": f"{document.template} template, {document.domain}, {document.language}, {document.split}",
        "errors": [f"Run {one.repeat + 1}: {one.error}" for one in document.runs if one.error],
        "lists": list(_lists(run)),
        "tables": [(slot, *counts) for slot, counts in run.score.tables.items()],
    }


def _lists(run: RunResult) -> Iterator[Mapping[str, Any]]:
    for name, title, is_open in _LISTS:
        rows = getattr(run.score.details, name)
        named = [("", one) if isinstance(one, str) else (one.slot, one.text) for one in rows]
        yield {"title": title, "rows": named, "open": is_open}


def _reviews(reviews: Reviews) -> Mapping[str, Any]:
    rules = sorted({rule for one in reviews.operators for rule in one.fired})
    return {
        "said": reviews.said,
        "notes": notes(reviews),
        "dimensions": [
            {
                "title": one.dimension,
                "count": one.defects,
                "found": one.found,
                "share": figure(one.found / one.defects, "share"),
                "interval": "{:.2f} to {:.2f}".format(*wilson(one.found, one.defects)),
            }
            for one in reviews.dimensions
        ],
        "clean": [
            {
                "document": one.document,
                "words": f"{one.words:,}",
                "findings": one.findings,
                "rate": figure(one.findings * 1000 / max(1, one.words), "ratio"),
            }
            for one in reviews.clean
        ],
        "rules": rules,
        "matrix": [
            {
                "id": one.id,
                "title": one.title,
                "counts": [one.fired.get(rule, 0) for rule in rules],
                "unfound": one.defects - one.found,
            }
            for one in reviews.operators
            if one.defects
        ],
    }


def _policy(style: str) -> str:
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _resource(name: str) -> str:
    return (files("lld_agent.evaluation.report") / name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    return environment.from_string(_resource("page.html"))


def _shown(value: Any) -> Any:
    """Return text without what moves a cursor or turns a line around; it is escaped after this."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value
