"""The structure of a document: its headings, labels, tables, lists, fences and notes, no content.

Used to hold a blank template against another copy of it. Placeholders (`{...}`, `{{...}}`) become
`{}`; everything else must be said in the same words.
"""

import re
from typing import Any

from lld_agent.model.blocks import Block, BlockKind
from lld_agent.model.source import SourceText
from lld_agent.text.blocks import parse_blocks
from lld_agent.text.inline import plain
from lld_agent.text.mermaid import sniff

Part = dict[str, Any]
"""One part: its kind and what is fixed about it, as plain data."""

_PLACEHOLDER = re.compile(r"\{\{[^{}\n]*\}\}|\{[^{}\n]*\}")
_LABEL = re.compile(r"\*\*([^*\n]+):\*\*")
_BOLD_CODE = re.compile(r"\*\*`[^`\n]*`\*\*")
_ITEM_LABEL = re.compile(r"([A-Z][^:`{}\n]{0,40}):(?: |$)")


def structure(markdown: str) -> list[Part]:
    """Return the parts of a document, in order."""
    source = SourceText(markdown)
    return [part for block in parse_blocks(source) for part in _parts(block)]


def blanked(text: str) -> str:
    """Return a text with `{}` for each placeholder."""
    return _PLACEHOLDER.sub("{}", text)


def _parts(block: Block) -> list[Part]:
    parts: list[Part]
    match block.kind:
        case BlockKind.HEADING:
            parts = [{"heading": f"{'#' * block.level} {blanked(block.text)}"}]
        case BlockKind.PARAGRAPH:
            parts = _paragraph(block)
        case BlockKind.TABLE:
            parts = [_table(block)]
        case BlockKind.LIST:
            parts = [_list(block)]
        case BlockKind.FENCE:
            parts = [_fence(block)]
        case BlockKind.QUOTE:
            parts = [{"note": True}]
        case _:
            parts = []
    return parts


def _paragraph(block: Block) -> list[Part]:
    if _BOLD_CODE.fullmatch(block.text.strip()):
        return [{"bold": blanked(block.text.strip())}]
    labels = (_LABEL.match(line) for line in block.text.split("\n"))
    return [{"label": blanked(found[1])} for found in labels if found]


def _table(block: Block) -> Part:
    header = [cell.raw for cell in block.header.cells] if block.header else []
    first = [row.cells[0].raw for row in block.rows if row.cells]
    keys = [plain(raw) for raw in first if raw and not _PLACEHOLDER.search(raw)]
    return {"table": header, "keys": keys}


def _list(block: Block) -> Part:
    labels = (_ITEM_LABEL.match(item.text) for item in block.items)
    ordered = any(item.ordered for item in block.items)
    return {"list": "steps" if ordered else "bullets", "labels": [f[1] for f in labels if f]}


def _fence(block: Block) -> Part:
    kind = sniff(block.text, block.info)
    info = block.info.split()[0].lower() if block.info.split() else ""
    return {"fence": f"mermaid {kind.value}" if kind else info or "text"}


def differences(ours: list[Part], theirs: list[Part], examples: frozenset[str]) -> list[str]:
    """Return what differs between two structures, one line each; empty when nothing does.

    Args:
        ours: of the blank template.
        theirs: of the copy that it is held against.
        examples: row keys of theirs that are declared never to survive.
    """
    found: list[str] = []
    for index in range(max(len(ours), len(theirs))):
        left = ours[index] if index < len(ours) else {}
        right = dict(theirs[index]) if index < len(theirs) else {}
        if "keys" in right:
            right["keys"] = [key for key in right["keys"] if key not in examples]
        if not _same(left, right):
            found.append(f"part {index + 1}: ours {left}, theirs {right}")
    return found


def _same(ours: Part, theirs: Part) -> bool:
    if ours.keys() != theirs.keys():
        return False
    return all(_matches(value, theirs[name]) for name, value in ours.items())


def _matches(ours: object, theirs: object) -> bool:
    """Equal, where a placeholder of ours stands for any words of theirs."""
    if isinstance(ours, str) and isinstance(theirs, str) and "{}" in ours:
        pattern = ".+".join(map(re.escape, ours.split("{}")))
        return re.fullmatch(pattern, theirs) is not None
    return ours == theirs
