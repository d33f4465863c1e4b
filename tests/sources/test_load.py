"""Bytes become text exactly, or one clear line says why not."""

import io
import os
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lld_agent.errors import InputError
from lld_agent.model.source import Span
from lld_agent.sources.load import LIMIT, load_bytes, load_path


def refusal(data: bytes, path: str = "notes.md", limit: int = LIMIT) -> InputError:
    with pytest.raises(InputError) as caught:
        load_bytes(data, path, limit)
    assert "\n" not in caught.value.message + caught.value.hint
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        b"# Tram depot\n",
        b"one line, no end",
        b"a\r\nb\rc\n\n",
        b"\xef\xbb\xbfwith a mark\n",
        "umlaut ö, 汉字, \U0001f68b, \u200bzero width\u2028\x0b\x0c".encode(),
        "\ufeffGröße".encode("utf-16-le"),
        "\ufeff电车".encode("utf-16-be"),
        "\ufefftram".encode("utf-32-le"),
        "\ufefftram".encode("utf-32-be"),
    ],
)
def test_bytes_come_back(data: bytes) -> None:
    assert load_bytes(data).encode() == data


@given(st.text(min_size=1), st.sampled_from(["utf-8", "utf-16-le", "utf-32-be"]), st.booleans())
def test_any_text_comes_back_or_is_refused(text: str, encoding: str, mark: bool) -> None:
    if any("\ud800" <= char <= "\udfff" for char in text):
        return
    data = (("\ufeff" if mark else "") + text).encode(encoding)
    try:
        source = load_bytes(data)
    except InputError:
        return
    assert source.encode() == data


@given(st.binary(max_size=300))
def test_any_bytes_come_back_or_are_refused(data: bytes) -> None:
    try:
        source = load_bytes(data)
    except InputError:
        return
    assert source.encode() == data


def test_byte_offsets_count_the_mark_and_the_width() -> None:
    source = load_bytes("\ufeffab\ncö".encode("utf-16-le"))
    assert source.text == "ab\ncö"
    where = source.locate(Span(3, 5))
    assert (where.line, where.column, where.byte_start, where.byte_end) == (2, 1, 8, 12)


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", "\u200b\u00a0\n".encode()])
def test_nothing_to_read(data: bytes) -> None:
    assert "is empty" in refusal(data).message


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
        (b"{\\rtf1\\ansi hello}", ".rtf"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"text with\x00zeros\x00in it", "binary"),
        (bytes(range(1, 9)) * 20, "binary"),
        ("tram".encode("utf-16-le") * 20, "UTF-16 without"),
    ],
)
def test_binary_is_named(data: bytes, named: str) -> None:
    assert named in refusal(data).message


@pytest.mark.parametrize(
    ("member", "named"),
    [("word/document.xml", ".docx"), ("xl/workbook.xml", ".xlsx"), ("a.md", "zip")],
)
def test_archives_are_named_by_what_is_in_them(member: str, named: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, "x")
    assert named in refusal(file.getvalue()).message


def test_another_encoding_is_not_guessed() -> None:
    error = refusal("Zeile 1\nGröße\n".encode("latin-1"))
    assert "not UTF-8" in error.message
    assert "0xf6" in error.message
    assert "line 2" in error.message
    assert "iconv" in error.hint


def test_a_broken_utf16_document_is_no_traceback() -> None:
    assert "UTF-16" in refusal(b"\xff\xfea\x00b").message


def test_the_limit_is_a_limit() -> None:
    assert load_bytes(b"x" * 100, limit=100).text == "x" * 100
    assert "larger than" in refusal(b"x" * 101, limit=100).message


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(50_000_000)  # zeros: read, it would be binary and not too large
    with pytest.raises(InputError, match="larger than 10 MB"):
        load_path(path)


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "depot.md").write_text("# Depot\n")
    with pytest.raises(InputError, match="does not exist") as missing:
        load_path(tmp_path / "depott.md")
    assert "depot.md" in missing.value.hint
    with pytest.raises(InputError, match="is a folder"):
        load_path(tmp_path)
    with pytest.raises(InputError, match=r"cannot be read|does not exist"):
        load_path("a\x00b.md")
    with pytest.raises(InputError):
        load_path("x" * 5000)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "closed.md"
    path.write_text("# Closed\n")
    path.chmod(0)
    with pytest.raises(InputError, match="may not be read"):
        load_path(path)


def test_control_characters_of_a_path_do_not_reach_the_terminal(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_path(tmp_path / "\x1b[31mred.md")
    assert "\x1b" not in caught.value.message + caught.value.hint


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\r\nb")))
    source = load_path("-")
    assert (source.text, source.path) == ("a\r\nb", "-")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(InputError, match="standard input is empty"):
        load_path("-")
