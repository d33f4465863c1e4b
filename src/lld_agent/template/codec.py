"""How single values are written: code, marks, two values in one place, compounds, keys.

Every function here has an exact inverse beside it, or is idempotent. Values are inline Markdown in
canonical form; nothing here knows about blocks, but for the few texts that would start one.
"""

import re

from lld_agent.model.rows import Complexity, Compound, CpuMemory, Probes, YesNoNotes
from lld_agent.text.escape import code_span, uncode_span

_OPEN = re.compile(r"\[Q-\d+\](?: |\Z)")
_MARK = re.compile(r" \[[ADQR]-\d+\]")
_CLOSING = re.compile(r"(?:\A|(?<= ))(#+)\Z")
_STARTS_BLOCK = re.compile(
    r"#{1,6}(?: |\Z)"  # heading
    r"|[-+*](?: |\Z)"  # list
    r"|>|```[^`]*\Z|~~~"  # quote, fence
    r"|([-_*])(?: *\1){2,} *\Z"  # rule
    r"|\[[^\]]*\]:"  # link or footnote definition
    r"|<(?![a-z][a-z0-9+.-]*:)[a-z/!?]",  # HTML, but no autolink
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(\d{1,9})([.)](?: |\Z))")
_NOT_SLUG = re.compile(r"[\W_]+")


def slug(text: str) -> str:
    """Return a text as the part of an address: lower case words with hyphens, "" for no words."""
    return _NOT_SLUG.sub("-", text.casefold()).strip("-")


def is_open(text: str) -> bool:
    """Return whether a value is an open question: it begins with `[Q-4] `, on one line."""
    return _OPEN.match(text) is not None and "\n" not in text


def split_marks(text: str) -> tuple[str, str]:
    """Return a text and the marks that end it (` [A-3] [A-7]`), either of which may be empty."""
    end = len(text)
    while (start := text.rfind(" [", 0, end)) > 0 and _MARK.fullmatch(text, start, end):
        end = start
    return text[:end], text[end:]


def heading_safe(text: str) -> str:
    """Return a line that keeps its last `#` when it ends a heading. Idempotent."""
    return _CLOSING.sub(r"\\\1", text)


def line_safe(text: str) -> str:
    """Return a line that, as a list item, is a paragraph and no other block. Idempotent."""
    if _STARTS_BLOCK.match(text):
        return "\\" + text
    return _NUMBERED.sub(r"\1\\\2", text, count=1) if _NUMBERED.match(text) else text


def encode_code(text: str) -> str:
    """Return an identifier between backticks; marks stay outside, an open question stays plain."""
    if not text or is_open(text):
        return text
    body, marks = split_marks(text)
    return code_span(body) + marks


def decode_code(raw: str) -> str:
    """Return the identifier: the inverse of `encode_code`."""
    if not raw.startswith("`"):
        return raw
    body, marks = split_marks(raw)
    return uncode_span(body) + marks


def join(first: str, separator: str, second: str) -> str:
    """Return two one-line texts as one; `separator` within the first is escaped.

    The separator must not overlap itself (`: ` does not, ` - ` would).
    """
    left = _protect(first, separator)
    return (left + separator + second).strip() if second else left


def split(text: str, separator: str) -> tuple[str, str]:
    """Return the two texts: the inverse of `join`."""
    first, position = "", 0
    while (at := text.find(separator, position)) >= 0:
        head = text[position:at]
        run = _backslashes(head)
        first += head[: len(head) - run] + "\\" * (run // 2)
        position = at + len(separator)
        if run % 2 == 0:
            return first, text[position:]
        first += separator
    tail = text[position:]
    run = _backslashes(tail)
    return first + tail[: len(tail) - run] + "\\" * (run // 2), ""


def _protect(text: str, separator: str) -> str:
    *heads, tail = text.split(separator)
    doubled = [head + "\\" * _backslashes(head) for head in (*heads, tail)]
    return ("\\" + separator).join(doubled)


def _backslashes(text: str) -> int:
    return len(text) - len(text.rstrip("\\"))


_PAIRS: dict[type[Compound], tuple[str, str, str, str, str]] = {
    CpuMemory: ("cpu", "memory", "CPU: ", ", Memory:", ""),
    Probes: ("liveness", "readiness", "Liveness: ", ", Readiness:", ""),
    Complexity: ("time", "space", "Time O(", ") | Space O(", ")"),
}


def encode_compound(value: Compound) -> str:
    """Return several values as the one line that their class describes."""
    if isinstance(value, YesNoNotes):
        return _encode_yes_no(value)
    first, second, before, between, after = _PAIRS[type(value)]
    left: str = getattr(value, first)
    right: str = getattr(value, second)
    if not left and not right:
        return ""
    gap = "" if after or not right else " "
    return before + _protect(left, between) + between + gap + right + after


def decode_compound(kind: type[Compound], text: str) -> Compound:
    """Return the values: the inverse of `encode_compound`.

    Raises:
        ValueError: the text is not what `encode_compound` writes.
    """
    if kind is YesNoNotes:
        return _decode_yes_no(text)
    if not text:
        return kind()
    first, second, before, between, after = _PAIRS[kind]
    if not text.startswith(before) or not text.endswith(after) or between not in text:
        raise ValueError(f"not {before}...{between}...{after}: {text!r}")
    left, right = split(text[len(before) : len(text) - len(after)], between)
    return kind(**{first: left, second: right})


def _encode_yes_no(value: YesNoNotes) -> str:
    answer = value.answer.upper()
    if answer and value.notes:
        return f"{answer} — {value.notes}"
    if value.notes.startswith(("YES", "NO", "—")):
        return f"— {value.notes}"
    return answer or value.notes


def _decode_yes_no(text: str) -> YesNoNotes:
    if text.startswith("— "):
        return YesNoNotes(notes=text[2:])
    head, _, notes = text.partition(" — ")
    if head == "YES":
        return YesNoNotes(answer="Yes", notes=notes)
    if head == "NO":
        return YesNoNotes(answer="No", notes=notes)
    return YesNoNotes(notes=text)


def force_code(text: str) -> str:
    """Return an identifier between backticks, even if it is an open question."""
    body, marks = split_marks(text)
    return code_span(body) + marks


def code_and_rest(raw: str) -> tuple[str, str]:
    """Return the identifier that a text begins with, and what follows it.

    A text that begins with no code span is all identifier: an open question.
    """
    fence = len(raw) - len(raw.lstrip("`"))
    ticks = "`" * fence
    end = fence
    while fence and (end := raw.find(ticks, end)) >= 0:
        stop = end + fence
        if raw[stop : stop + 1] != "`":
            break
        end = stop + len(raw[stop:]) - len(raw[stop:].lstrip("`"))
    if not fence or end < 0:
        return raw, ""
    stop = end + fence
    marks = stop
    while found := _MARK.match(raw, marks):
        marks = found.end()
    return uncode_span(raw[:stop]) + raw[stop:marks], raw[marks:]
