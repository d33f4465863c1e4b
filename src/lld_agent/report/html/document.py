"""A document as HTML: rendered by markdown-it with raw HTML as text, with marks at its lines."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from lld_agent.model.design import Design
from lld_agent.model.diagrams import Diagram
from lld_agent.report.escape import visible
from lld_agent.report.html.diagrams import figure
from lld_agent.report.html.marks import Mark, Shown, badge, carriers, marks_by_line, worst

_MAX_NESTING = 60
_WEB = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_ALIGN = re.compile(r"text-align:(left|center|right)")
_NOT_SLUG = re.compile(r"[^\w\- ]")


@cache
def _parser() -> MarkdownIt:
    # Raw HTML is shown, not obeyed. Every link and image passes through the rules below.
    options = {"html": False, "maxNesting": _MAX_NESTING}
    parser = MarkdownIt("commonmark", options, renderer_cls=_Renderer)
    return parser.enable(["table", "strikethrough"]).use(front_matter_plugin)


def document_html(design: Design, shown: Sequence[Shown], document: str) -> str:
    """Return the inside of an article, safe to embed.

    Args:
        design: the document.
        shown: its findings with the ids of their cards.
        document: prefix of all ids.
    """
    parser = _parser()
    marks = marks_by_line(shown)
    source = visible_markdown(design.source.text)
    tokens = parser.parse(source)
    _mark(tokens, marks, document)
    slugs = _anchor_headings(tokens, document)
    env = {
        "document": document,
        "slugs": slugs,
        "marks": marks,
        "fences": _fences(design),
        "pictures": _pictures(design),
    }
    return str(parser.renderer.render(tokens, parser.options, env))


def plain_html(markdown: str) -> str:
    """Return Markdown of ours as HTML: the pages of rules."""
    parser = _parser()
    return str(parser.renderer.render(parser.parse(markdown), parser.options, {}))


def visible_markdown(text: str) -> str:
    """Return a document with control and direction characters visible, line for line the same."""
    return "\n".join(visible(line) for line in re.split(r"\r\n|\r|\n", text))


def _fences(design: Design) -> dict[int, Diagram]:
    """Return 1-based line of a fence → its diagram."""
    own = (diagram for diagram in design.diagrams if not diagram.origin)
    # The span of a diagram is the inside of its fence.
    return {design.source.line_of(diagram.span.start) - 1: diagram for diagram in own}


def _pictures(design: Design) -> dict[str, Diagram]:
    """Return name of a picture without its ending → the diagram that it shows."""
    return {_stem(d.origin): d for d in design.diagrams if d.origin and d.error is None}


def _stem(path: str) -> str:
    return PurePosixPath(unquote(path)).stem


def _mark(tokens: list[Token], marks: Mapping[int, list[Mark]], document: str) -> None:
    """Put badges into the blocks that carry them, the last block first so that indexes hold."""
    for number, lines in sorted(carriers(tokens, marks).items(), reverse=True):
        token = tokens[number]
        all_marks = [mark for line in lines for mark in marks[line]]
        token.attrJoin("class", f"hit {worst(all_marks)}")
        if token.type in {"fence", "code_block", "front_matter"}:
            token.meta = {**token.meta, "lines": lines}
            continue
        html = "".join(badge(marks[line], document, line) for line in lines)
        at = _end(tokens, number) if token.type != "blockquote_open" else number + 1
        at = number + 1 if token.type == "list_item_open" else at
        tokens.insert(at, Token("badge", "", 0, content=html))


def _end(tokens: list[Token], number: int) -> int:
    """Return where a badge goes: before the closing tag, in a row before that of its last cell."""
    opening = tokens[number]
    if opening.nesting == 0:
        return number
    closing = opening.type.replace("_open", "_close")
    end = number + 1
    while tokens[end].type != closing or tokens[end].level != opening.level:
        end += 1
    return end - 1 if opening.type == "tr_open" and end - 1 > number else end


def _anchor_headings(tokens: list[Token], document: str) -> frozenset[str]:
    """Give headings the ids that links inside the document use; return what links may say."""
    used: dict[str, int] = {}
    found: set[str] = set()
    for number, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        words = _NOT_SLUG.sub("", tokens[number + 1].content.strip().lower())
        slug = words.replace(" ", "-")
        again = used.get(slug, 0)
        used[slug] = again + 1
        if again:
            slug = f"{slug}-{again}"
        found.add(slug)
        token.attrSet("id", f"{document}-s-{slug}")
    return frozenset(found)


class _Renderer(RendererHTML):
    """The rules of markdown-it, but for what could act or load."""

    def badge(self, tokens: Sequence[Token], idx: int, _options: Any, _env: Any) -> str:
        return tokens[idx].content

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self._aligned(tokens, idx, options, env)

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self._aligned(tokens, idx, options, env)

    def _aligned(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        # The policy of the page allows no style attributes.
        found = _ALIGN.fullmatch(str(token.attrs.pop("style", "")))
        if found:
            token.attrJoin("class", f"to-{found[1]}")
        return self.renderToken(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<div class="wide">' + self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return self.renderToken(tokens, idx, options, env) + "</div>"

    def link_open(self, tokens: Sequence[Token], idx: int, _options: Any, env: Any) -> str:
        target = str(tokens[idx].attrs.get("href", ""))
        if _WEB.match(target):
            return f'<a href="{escape(target)}" rel="noopener noreferrer nofollow">'
        if target.startswith("#") and unquote(target[1:]).lower() in env.get("slugs", ()):
            return f'<a href="#{escape(env["document"])}-s-{escape(target[1:].lower())}">'
        # Where a relative path leads is not known to whoever has only the report.
        return f'<a class="ref" title="{escape(target)}">'

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        target = str(token.attrs.get("src", ""))
        diagram = env.get("pictures", {}).get(_stem(target)) if env.get("flow") else None
        if diagram is not None:
            return figure(diagram, f"{alt} ({target})" if alt else target)
        return f'<span class="picture" title="{escape(target)}">Picture: {escape(alt or target)}</span>'

    def paragraph_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token, pictures = tokens[idx], env.get("pictures", {})
        inline = tokens[idx + 1].children or ()
        env["flow"] = any(
            one.type == "image" and _stem(str(one.attrs.get("src", ""))) in pictures
            for one in inline
        )
        if env["flow"] and not token.hidden:
            # A drawing is no phrase: a paragraph cannot hold it.
            token.tag = "div"
            token.attrJoin("class", "p")
        return self.renderToken(tokens, idx, options, env)

    def paragraph_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        if env.pop("flow", False):
            tokens[idx].tag = "div"
        return self.renderToken(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, _options: Any, env: Any) -> str:
        token = tokens[idx]
        diagram = env.get("fences", {}).get(token.map[0] + 1) if token.map else None
        code = _code(token, env, first=(token.map[0] + 2) if token.map else 1)
        if diagram is not None and diagram.error is None:
            return figure(diagram, "", code, opened=bool(token.meta.get("lines")))
        return code

    def code_block(self, tokens: Sequence[Token], idx: int, _options: Any, env: Any) -> str:
        token = tokens[idx]
        return _code(token, env, first=(token.map[0] + 1) if token.map else 1)

    def front_matter(self, tokens: Sequence[Token], idx: int, _options: Any, env: Any) -> str:
        return _code(tokens[idx], env, first=2)


def _code(token: Token, env: Mapping[str, Any], first: int) -> str:
    """Return a block of code, the lines with findings marked."""
    wanted = token.meta.get("lines", ()) if token.meta else ()
    info = escape(token.info.strip().split()[0]) if token.info.strip() else ""
    label = f'<span class="lang">{info}</span>' if info else ""
    lines = token.content.removesuffix("\n").split("\n")
    shown = [escape(line) for line in lines]
    for line in wanted:
        # What is said of the fence itself (its first line, or its last) stands at the edge.
        at = min(max(line - first, 0), len(shown) - 1)
        marks = env["marks"][line]
        html = badge(marks, env["document"], line)
        shown[at] = f'<span class="line hit {worst(marks)}">{shown[at]} {html}</span>'
    return f'<div class="code">{label}<pre><code>{chr(10).join(shown)}\n</code></pre></div>\n'
