"""What a brief spells out: endpoints, terms, alternatives, decisions."""

import re
from collections.abc import Iterator

from lld_agent.model.brief import BriefEndpoint, BriefSpan, Pair, Role
from lld_agent.sources.brief.segment import role_of_title

_ROUTE = re.compile(
    r"(?<![A-Za-z])(?P<method>GET|POST|PUT|PATCH|DELETE)[\s`]+(?P<path>/(?:(?!\]\()[^\s`|,;\"')])*)"
)
_TERM = re.compile(
    r"^(?P<term>[^:：]{1,60}?)\s*(?:[:：]|\s[-–—]\s)\s*(?P<meaning>\S.*)\Z", re.DOTALL
)
_OPTION = re.compile(r"^(?P<name>[^:：.]{2,80})[:：]\s*(?P<reason>\S.*)\Z", re.DOTALL)


def endpoints(spans: tuple[BriefSpan, ...]) -> Iterator[BriefEndpoint]:
    """Yield each endpoint once, with the words around it and the JSON that follows."""
    seen: set[tuple[str, str]] = set()
    for number, span in enumerate(spans):
        if span.kind == "fence" or span.role in {Role.META, Role.ALTERNATIVES}:
            continue
        for method, path, said in _routes(span):
            if (method, path) in seen:
                continue
            seen.add((method, path))
            fences = [
                s
                for s in spans[number + 1 : number + 6]
                if s.kind == "fence" and s.headings == span.headings
            ]
            json = (
                [s for s in fences if s.text.lstrip()[:1] in "{["] if span.kind == "heading" else []
            )
            ids = (span.id, *(s.id for s in json[:2]))
            yield BriefEndpoint(
                method,
                path,
                said,
                ids,
                json[0].text if json else "",
                json[1].text if len(json) > 1 else "",
            )


def _routes(span: BriefSpan) -> Iterator[tuple[str, str, str]]:
    if span.kind == "row":
        texts = [text for _, text in span.cells]
        method = next((t for t in texts if t in {"GET", "POST", "PUT", "PATCH", "DELETE"}), "")
        path = next((t for t in texts if t.startswith("/")), "")
        if method and path:
            yield method, path, "; ".join(t for t in texts if t and t not in {method, path})
            return
    found = list(_ROUTE.finditer(span.text))
    for match in found:
        alone = len(found) == 1 and match.start() == 0
        said = span.text[match.end() :].lstrip(" `:–—-") if alone else span.text
        yield match["method"], match["path"].rstrip("."), said


def glossary(spans: tuple[BriefSpan, ...]) -> Iterator[Pair]:
    """Yield term and meaning of sections about terms."""
    for span in spans:
        if span.role is not Role.GLOSSARY:
            continue
        if span.kind == "row" and len(span.cells) > 1:
            meaning = "; ".join(text for _, text in span.cells[1:] if text)
            yield Pair(span.cells[0][1], meaning, (span.id,))
        elif span.kind in {"item", "sentence"} and (found := _TERM.match(span.text)):
            yield Pair(found["term"], found["meaning"], (span.id,))


def alternatives(spans: tuple[BriefSpan, ...]) -> Iterator[Pair]:
    """Yield what was considered and why it was not taken, as far as the brief says.

    An item, a row, or a heading of its own with what stands below it; else each sentence.
    """
    headed = [s for s in spans if s.role is Role.ALTERNATIVES and s.kind == "heading"]
    named = {s.headings: s for s in headed if not role_of_title(s.text)}
    for span in spans:
        if span.role is not Role.ALTERNATIVES:
            continue
        if named.get(span.headings) is span:
            said = [s for s in spans if s.headings == span.headings and s.kind == "sentence"][:2]
            reason = " ".join(s.text for s in said)
            yield Pair(span.text, reason, (span.id, *(s.id for s in said)))
        elif span.headings not in named and span.kind in {"item", "row", "sentence"}:
            found = _OPTION.match(span.text)
            if not span.text.endswith(":"):
                yield Pair(
                    found["name"] if found else span.text,
                    found["reason"] if found else "",
                    (span.id,),
                )


def decisions(spans: tuple[BriefSpan, ...]) -> Iterator[Pair]:
    """Yield the items of sections about decisions."""
    for span in spans:
        if (
            span.role is Role.DECISIONS
            and span.kind in {"item", "row", "sentence"}
            and not span.text.endswith(":")
        ):
            yield Pair(span.text, "", (span.id,))
