"""The page around the documents."""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from lld_agent import __version__
from lld_agent.model.finding import Severity
from lld_agent.model.review import ReviewResult, total
from lld_agent.report.escape import one_line, visible
from lld_agent.report.html.document import document_html, plain_html
from lld_agent.report.html.marks import Shown, anchor
from lld_agent.report.options import ReportOptions
from lld_agent.report.places import machine_path
from lld_agent.report.text import marked
from lld_agent.rules.pages import page_of
from lld_agent.rules.registry import rule

_MOST_PLACES = 4
_ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class _Document:
    """A document as the template shows it."""

    id: str
    path: str
    html: Markup
    shown: tuple[Shown, ...]


def html_report(results: Sequence[ReviewResult], options: ReportOptions) -> str:
    """Return one self-contained file.

    Everything of a document is text: its HTML is shown, its links lead to web addresses only, its
    pictures are not loaded, its diagrams are drawn without the power to act. A policy in the page
    forbids every script and style but its own.
    """
    documents = [_document(result, number) for number, result in enumerate(results)]
    everything = [one for document in documents for one in document.shown]
    open_ones = [one.finding for one in everything if not one.aside]
    counts = Counter(finding.severity for finding in open_ones)
    style, script = _resource("style.css"), _resource("script.js")
    page = _template().render(
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        policy=_policy(style, script),
        documents=documents,
        severities=[(s.value, counts[s]) for s in _ORDER if counts[s]],
        rules=sorted(Counter(finding.rule for finding in open_ones).items()),
        open=len(open_ones),
        aside=len(everything) - len(open_ones),
        unchanged=sum(result.unchanged or 0 for result in results),
        coverage=total(result.coverage for result in results),
        pages=[(rule_id, Markup(html)) for rule_id, html in _pages(everything)],  # noqa: S704 - escaped
        anchor=anchor,
        most=_MOST_PLACES,
        one_line=one_line,
        marked=marked,
        visible=visible,
        page=options.page,
        version=__version__,
    )
    return str(page)


def _document(result: ReviewResult, number: int) -> _Document:
    name = f"d{number}"
    found = [(f, "") for f in result.findings]
    found += [(f, "suppressed in the document") for f in result.suppressed]
    found += [(f, "in the baseline") for f in result.baselined]
    shown = tuple(
        Shown(f"{name}-f{ordinal}", finding, aside)
        for ordinal, (finding, aside) in enumerate(found)
    )
    html = "" if result.design is None else document_html(result.design, shown, name)
    return _Document(name, one_line(machine_path(result.path)), Markup(html), shown)  # noqa: S704 - escaped


def _pages(shown: Sequence[Shown]) -> Iterator[tuple[str, str]]:
    for rule_id in sorted({one.finding.rule for one in shown}):
        found = rule(rule_id)
        if found is not None:
            yield rule_id, plain_html(page_of(found))


def _policy(style: str, script: str) -> str:
    def digest(text: str) -> str:
        return "'sha256-" + b64encode(sha256(text.encode()).digest()).decode() + "'"

    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {digest(style)}",
            f"script-src {digest(script)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _resource(name: str) -> str:
    return (files("lld_agent.report.html") / name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_resource("page.html"))
