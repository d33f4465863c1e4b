"""Typed rows as Mermaid text: labels are quoted and escaped, so that anything may stand in them."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^A-Za-z0-9_]+")
# Characters that Mermaid's grammars or renderers take for more than a letter.
_UNSAFE = re.compile(r"[#;{}\[\]()|`\\%&:]")
# Renderers drop what looks like a tag even when it is escaped, and quotes round a whole label.
_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", '"': "”"})


def identifier(name: str, fallback: str = "n") -> str:
    """Return a name as a Mermaid identifier: ASCII letters, digits, underscores."""
    word = _WORD.sub("_", name).strip("_")
    return word if word and not word[0].isdigit() else f"{fallback}_{word}".rstrip("_")


def label(text: str) -> str:
    """Return a label on one line: unsafe characters as Mermaid's entity codes, `<` as `‹`, `"` as `”`."""
    line = " ".join(text.split()).translate(_LOOKALIKES)
    return _UNSAFE.sub(lambda found: f"#{ord(found[0])};", line)


def flowchart(nodes: Iterable[tuple[str, str]], edges: Iterable[tuple[str, str, str]]) -> str:
    """Return a flow chart, left to right.

    Args:
        nodes: id and label of each node.
        edges: source id, target id and label ("" for none) of each edge.
    """
    lines = ["flowchart LR"]
    lines += [f'    {key}["{label(text)}"]' for key, text in nodes]
    for source, target, text in edges:
        arrow = f'-->|"{label(text)}"|' if text else "-->"
        lines.append(f"    {source} {arrow} {target}")
    return "\n".join(lines)


def er_diagram(
    entities: Iterable[tuple[str, Iterable[tuple[str, str, str]]]],
    relations: Iterable[tuple[str, str, str]],
) -> str:
    """Return an ER diagram.

    Args:
        entities: name, and type, name and key ("PK", "FK" or "") of each attribute.
        relations: the many side, the one side, and the attribute that refers to it.
    """
    lines = ["erDiagram"]
    for name, attributes in entities:
        lines.append(f"    {identifier(name)} {{")
        for kind, attribute, key in attributes:
            words = [identifier(kind, "t") if kind else "text", identifier(attribute), key]
            lines.append("        " + " ".join(filter(None, words)))
        lines.append("    }")
    for many, one, by in relations:
        lines.append(f"    {identifier(one)} ||--o{{ {identifier(many)} : {identifier(by)}")
    return "\n".join(lines)
