"""What a file looks like by its first bytes, for the message when it is not what its contract says."""

from __future__ import annotations

import re
from pathlib import Path

from praya.contract import Contract
from praya.pipeline.stage.input_format import all_formats, find_input_format

HEAD = 4096  # bytes
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAGIC = (
    (b"PK\x03\x04", "a ZIP archive, as XLSX workbooks are too"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (XLS)"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xff\xfe", "text in UTF-16 (little endian)"),
    (b"\xfe\xff", "text in UTF-16 (big endian)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
)
MARKUP = re.compile(
    rb"\s*<(!doctype html|html|head|body|div|p|span|table|h1|script|meta|br)\b", re.IGNORECASE
)


def describe_unlike(path: Path, contract: Contract, encoding: str) -> str | None:
    """What the file plainly is, where that is not the format of the contract in this encoding; None where nothing
    about it is plain. Files of other input formats are known by their specs, all others by the table here."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    expected = find_input_format(contract)
    if expected.recognise and expected.recognise(head):
        return None
    for spec in all_formats().values():
        if spec.recognise and spec.recognise(head):
            return spec.described
    kind = _kind(head)
    return None if kind and "UTF-16" in kind and "16" in encoding else kind


def text_start(head: bytes) -> bytes:
    """The first bytes of a text, without the byte order mark of UTF-8 and blanks."""
    return head.removeprefix(BYTE_ORDER_MARK).lstrip()


def _kind(head: bytes) -> str | None:
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if not head.strip():
        return "empty"
    if MARKUP.match(head.removeprefix(BYTE_ORDER_MARK)):
        return "a web page or a part of one (HTML)"
    if text_start(head).startswith(b"<?xml"):
        return "XML"
    if (order := _nul_order(head)) is not None:
        return f"text in UTF-16 ({order} endian) without a byte order mark"
    if _share_of_controls(head) > 0.1:
        return "binary, or compressed in a way that its bytes do not name"
    return None


def _nul_order(head: bytes) -> str | None:
    """Which byte of every two is zero, as in Latin text in UTF-16."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 8:
        return None
    return "little" if odd > even else "big"


def _share_of_controls(head: bytes) -> float:
    controls = sum(byte < 32 and byte not in b"\t\r\n" for byte in head)
    return controls / len(head)
