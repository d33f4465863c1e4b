"""Drawings cleaned of everything that could act: scripts, links, handlers, other documents."""

import re
from xml.etree import ElementTree as ET

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "{http://www.w3.org/1999/xlink}"
_KEPT = frozenset(
    {
        "svg", "g", "defs", "marker", "symbol", "use", "style", "title", "desc", "path", "rect", "circle", "ellipse",
        "line", "polyline", "polygon", "text", "tspan", "textPath", "clipPath", "mask", "pattern", "linearGradient",
        "radialGradient", "stop", "filter", "feDropShadow", "feGaussianBlur", "feOffset", "feMerge", "feMergeNode",
        "feFlood", "feComposite",
    }
)  # fmt: skip
_DATA = frozenset({"data-look", "data-color-id"})  # the style sheet of the engine selects by them
_FOREIGN_URL = re.compile(r"url\(\s*(?!['\"]?#)[^)]*\)?", re.IGNORECASE)
_AT_RULE = re.compile(
    r"@(?:import|font-face|namespace|charset)[^;{}]*(?:;|\{[^}]*\})?", re.IGNORECASE
)
_OVERFLOW = re.compile(r";?\s*overflow\s*:[^;]*", re.IGNORECASE)
_SPACE = r"[\s,]+"
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_VIEW_BOX = re.compile(rf"\s*{_NUMBER}{_SPACE}{_NUMBER}{_SPACE}{_NUMBER}{_SPACE}{_NUMBER}\s*")
_MARGIN = 24  # for labels at the edge, in fonts wider than those that the engine measures


def clean(svg: str) -> str:
    """Return an SVG that only draws, with a size of its own; "" for what is none.

    Elements and attributes are kept by an allow list; references lead into the drawing only.
    """
    if "<!DOCTYPE" in svg or "<!ENTITY" in svg:
        return ""
    try:
        root = ET.fromstring(svg)  # noqa: S314 - no DTD, hence no entities to expand
    except ET.ParseError:
        return ""
    if root.tag != f"{{{_SVG}}}svg":
        return ""
    _clean(root)
    box = _VIEW_BOX.fullmatch(root.get("viewBox", ""))
    if box:
        left, top, width, height = (float(number) for number in box.groups())
        width += 2 * _MARGIN
        root.attrib.pop("style", None)
        root.set("viewBox", f"{left - _MARGIN:g} {top:g} {width:g} {height:g}")
        root.set("width", f"{width:g}")
        root.set("height", f"{height:g}")
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")


def _clean(root: ET.Element) -> None:
    stack = [root]
    while stack:
        element = stack.pop()
        element.attrib = {
            name: value
            for name, raw in element.attrib.items()
            if (value := _attribute(name, raw)) is not None
        }
        if element.tag == f"{{{_SVG}}}svg" and element is not root:
            # Labels are sized for the engine's fonts; with others they must not be cut.
            element.set("style", _OVERFLOW.sub("", element.get("style", "")) + ";overflow:visible")
        if element.tag == f"{{{_SVG}}}style":
            element.text = _css(element.text or "")
        for child in list(element):
            name = _local(child)
            if name == "a":
                child.tag = f"{{{_SVG}}}g"
            elif name not in _KEPT:
                element.remove(child)
                continue
            stack.append(child)


def _local(element: ET.Element) -> str:
    tag = str(element.tag)
    return tag.rpartition("}")[2] if tag.startswith(f"{{{_SVG}}}") else ""


def _attribute(name: str, value: str) -> str | None:
    """Return what may stand in an attribute, None when it must go."""
    if name in {"href", f"{_XLINK}href"}:
        return value if value.startswith("#") else None
    if name.startswith("{"):
        return value if name.endswith("}space") else None
    if name.lower().startswith("on") or (name.startswith("data-") and name not in _DATA):
        return None
    return _css(value)


def _css(text: str) -> str:
    # Escapes could spell what the patterns look for.
    return _AT_RULE.sub("", _FOREIGN_URL.sub("none", text.replace("\\", "")))
