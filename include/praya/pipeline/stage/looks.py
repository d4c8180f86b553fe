"""What a file looks like by its first bytes, for the message when it is not what its contract says."""

from __future__ import annotations

import re
from pathlib import Path

HEAD = 4096  # bytes
MAGIC = (
    (b"PK\x03\x04", "a ZIP archive, as XLSX workbooks are too"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (XLS)"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\xff\xfe", "text in UTF-16 (little endian)"),
    (b"\xfe\xff", "text in UTF-16 (big endian)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
)
FORMAT_OF = {"JSON": "json", "a Parquet file": "parquet"}
MARKUP = re.compile(
    rb"\s*<(!doctype html|html|head|body|div|p|span|table|h1|script|meta|br)\b", re.IGNORECASE
)


def describe_unlike(path: Path, format_: str, encoding: str) -> str | None:
    """What the file plainly is, where that is not the format (`csv`, `json`, `parquet`) and encoding of its contract;
    None where nothing about it is plain."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = _kind(head)
    if kind is None or FORMAT_OF.get(kind) == format_ or ("UTF-16" in kind and "16" in encoding):
        return None
    return kind


def _kind(head: bytes) -> str | None:
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if not head.strip():
        return "empty"
    if MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "a web page or a part of one (HTML)"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<?xml"):
        return "XML"
    if re.match(rb'[{\[]\s*(["{\[\d\]}-]|$)', text):
        return "JSON"
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
