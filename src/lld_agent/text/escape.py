"""Text in and out of the places where Markdown would take it for structure. All exact inverses.

Values are inline or block Markdown as people write it; only what would break out of its place is
escaped. A run of k backslashes before something special is quoted as command-line arguments are:
2k for the run and one more when the special thing is meant literally.
"""

import re

_CELL_OUT = re.compile(r"(?<!\\)(\\*)(\n|\||<br[ \t]*/?>)", re.IGNORECASE)
_CELL_IN = re.compile(r"(?<!\\)(\\*)(\||<br[ \t]*/?>)", re.IGNORECASE)


def encode_cell(value: str) -> str:
    r"""Return a value as the inside of a table cell: line feeds as `<br>`, pipes as `\|`."""
    if "|" not in value and "\n" not in value and "<" not in value:
        return value
    return _CELL_OUT.sub(_quote, value)


def _quote(found: re.Match[str]) -> str:
    run, special = found[1], found[2]
    return run * 2 + ("<br>" if special == "\n" else "\\" + special)


def decode_cell(raw: str) -> str:
    """Return the value of a cell; the inverse of `encode_cell`, and lenient to other people's."""
    if "|" not in raw and "<" not in raw:
        return raw
    return _CELL_IN.sub(_unquote, raw)


def _unquote(found: re.Match[str]) -> str:
    run, special = found[1], found[2]
    half = "\\" * (len(run) // 2)
    if len(run) % 2 or special == "|":
        return half + special
    return half + "\n"


def code_span(text: str) -> str:
    """Return text between enough backticks, padded where CommonMark asks for it."""
    runs = {len(run) for run in re.findall("`+", text)}
    ticks = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def uncode_span(raw: str) -> str:
    """Return the inside of a code span that is all of `raw`."""
    ticks = len(raw) - len(raw.lstrip("`"))
    inside = raw[ticks : len(raw) - ticks]
    padded = len(inside) > 2 and inside.startswith(" ") and inside.endswith(" ") and inside.strip()
    return inside[1:-1] if padded else inside


_STRUCTURE = (
    r"#{1,6}(?:[ \t]|$)"  # heading
    r"|[=\-*_][=\-*_ \t]*$"  # underline of a heading, or a rule
    r"|`{3}|~{3}"  # fence
    r"|<[A-Za-z/!?]"  # HTML
    r"|>"  # quote
    r"|\||:?-[-:| \t]*$"  # row or delimiter row of a table
    r"|\[[^\]\n]*\]:"  # definition
)


def _line_pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    bold = "".join(rf"|\*\*{re.escape(label)}:\*\*" for label in labels)
    return re.compile(rf"^([ \t]*)(\\*)(?={_STRUCTURE}{bold})", re.MULTILINE)


_PLAIN_LINE = _line_pattern(())
_COMMENT = re.compile(r"(?<!\\)(\\*)<!--")


def escape_prose(text: str, labels: tuple[str, ...] = ()) -> str:
    """Return block text in which no line starts a block other than a paragraph or a list.

    Args:
        text: canonical text of one or more paragraphs.
        labels: names that would be read as `**Name:**` labels of the slots around.
    """
    pattern = _line_pattern(labels) if labels else _PLAIN_LINE
    escaped = pattern.sub(r"\1\\\2", text)
    return _COMMENT.sub(r"\\\1<!--", escaped)


def unescape_prose(raw: str, labels: tuple[str, ...] = ()) -> str:
    """Return the text of `escape_prose`."""
    pattern = _line_pattern(labels) if labels else _PLAIN_LINE
    text = _COMMENT.sub(_without_one, raw)
    return pattern.sub(lambda found: found[1] + found[2][1:], text)


def _without_one(found: re.Match[str]) -> str:
    return found[0][1:] if found[1] else found[0]
