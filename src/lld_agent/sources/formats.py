"""What a file is when it is no text, by its first bytes."""

from typing import NamedTuple


class Binary(NamedTuple):
    """A format that is no text: with its article, and what to do with it ("" for the usual)."""

    name: str
    advice: str = ""


_CONVERT = "convert it to Markdown first, for example with pandoc, and look the result over"
_PAGES = "export the document as Markdown; text taken out of a PDF loses its tables and headings"
_UTF16 = Binary("UTF-16 without a byte order mark", "save it as UTF-8")
_UNKNOWN = Binary("binary data")

_MAGIC = (
    (b"%PDF-", Binary("a PDF", _PAGES)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Binary("an old Office document (.doc, .xls)", _CONVERT)),
    (b"{\\rtf", Binary("a rich text document (.rtf)", _CONVERT)),
    (b"\x89PNG\r\n\x1a\n", Binary("a PNG image")),
    (b"\xff\xd8\xff", Binary("a JPEG image")),
    (b"GIF87a", Binary("a GIF image")),
    (b"GIF89a", Binary("a GIF image")),
    (b"II*\x00", Binary("a TIFF image")),
    (b"MM\x00*", Binary("a TIFF image")),
    (b"\x1f\x8b", Binary("a gzip archive", "unpack it and name the document in it")),
    (b"BZh", Binary("a bzip2 archive", "unpack it and name the document in it")),
    (b"\xfd7zXZ\x00", Binary("an xz archive", "unpack it and name the document in it")),
    (b"7z\xbc\xaf\x27\x1c", Binary("a 7z archive", "unpack it and name the document in it")),
    (b"SQLite format 3\x00", Binary("an SQLite database")),
    (b"\x7fELF", Binary("a program (ELF)")),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_IN_ZIP = (
    (b"word/", Binary("a Word document (.docx)", _CONVERT)),
    (b"xl/", Binary("an Excel workbook (.xlsx)", _CONVERT)),
    (b"ppt/", Binary("a PowerPoint presentation (.pptx)", _CONVERT)),
    (b"opendocument", Binary("an OpenDocument file (.odt, .ods)", _CONVERT)),
    (b"epub", Binary("an e-book (.epub)", _CONVERT)),
)
_SAMPLE = 64_000
_MOST_CONTROLS = 0.1
_CONTROLS = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32)) + b"\x7f"


def sniff_binary(data: bytes) -> Binary | None:
    """Return what data without a byte order mark is, None when it may be text.

    By the well-known first bytes of a format; else by NUL bytes, as git does, and by the share of
    control characters in the first 64,000 bytes.
    """
    for magic, found in _MAGIC:
        if data.startswith(magic):
            return found
    if data.startswith(_ZIP):
        return _zip(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Binary("a WebP image")
    return _by_characters(data[:_SAMPLE])


def _zip(data: bytes) -> Binary:
    # Names of members stand uncompressed in the file; its directory is at the end.
    for where in (data[:_SAMPLE], data[-_SAMPLE:]):
        for part, found in _IN_ZIP:
            if part in where:
                return found
    return Binary("a zip archive", "unpack it and name the document in it")


def _by_characters(sample: bytes) -> Binary | None:
    zeros = sample.count(0)
    if zeros:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        # Latin text in UTF-16 has its zeros on one side only.
        return _UTF16 if min(even, odd) * 20 < max(even, odd) > len(sample) // 8 else _UNKNOWN
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return _UNKNOWN if controls > len(sample) * _MOST_CONTROLS else None
