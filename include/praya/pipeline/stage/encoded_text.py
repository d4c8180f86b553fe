"""Files of text in another encoding than UTF-8: the key of `source` that names it, and a copy in UTF-8."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field as Key

from praya.contract import Contract
from praya.contract.base import Model, Problem
from praya.errors import StageError, codes
from praya.pipeline.stage.looks import describe_unlike
from praya.text.outside import quote

CHUNK = 1 << 20
UTF8 = ("utf-8", "utf8", "utf-8-sig")
STRAY = re.compile("[\udc80-\udcff]")  # a byte that is no character of the encoding
BEYOND_ASCII = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")
BY_MARK = ("utf-16", "utf16", "u16")


class EncodedOptions(Model):
    """Keys of `source` that every format of text has."""

    encoding: str = Key(default="utf-8", description="encoding of the text, as Python names it")


def check_encoding(contract: Contract) -> Iterator[Problem]:
    """The encoding of the contract is one that Python knows."""
    encoding = contract.source.read_options(EncodedOptions).encoding
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        yield Problem(("source", "encoding"), f"`encoding` '{quote(encoding)}' is not one that Python knows")


def encoding_of(contract: Contract) -> str:
    """The encoding of the contract's files, in small letters; UTF-8 for formats that have no such key."""
    return contract.source.read_options(EncodedOptions).encoding.lower()


def transcode(contract: Contract, path: Path, work: Path) -> Path:
    """The file in UTF-8: itself, or a converted copy in `work` when the contract names another encoding.

    A byte that is no character of it stays as it is, which no UTF-8 has, so that its record goes to quarantine.
    """
    encoding = encoding_of(contract)
    if encoding in UTF8:
        return path
    copy = work / f"{path.name}.utf8"
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    with path.open("rb") as source, copy.open("wb") as target:
        if encoding in BY_MARK and source.read(2) not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            looks = describe_unlike(path, contract, "")
            seems = f"it looks like {looks}" if looks else "no order of its bytes is plain"
            raise StageError(
                codes.stage.ENCODING_WRONG,
                f"{contract.dataset}: source.encoding is {encoding}, and the file has no byte order mark; {seems}. "
                "Write utf-16-le, utf-16-be, or what it is",
            )
        source.seek(0)
        strays = others = 0
        try:
            while chunk := source.read(CHUNK):
                text = decoder.decode(chunk)
                strays, others = strays + len(STRAY.findall(text)), others + len(BEYOND_ASCII.findall(text))
                target.write(text.encode("utf-8", "surrogateescape"))
            target.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))
        except UnicodeDecodeError as error:
            raise _wrong_encoding(contract, f"{error.reason} near byte {source.tell():,}") from error
    if strays > others:
        raise _wrong_encoding(
            contract, f"{strays:,} bytes are no character of it, and {others:,} characters are"
        )
    return copy


def _wrong_encoding(contract: Contract, why: str) -> StageError:
    encoding = encoding_of(contract)
    return StageError(
        codes.stage.ENCODING_WRONG,
        f"{contract.dataset}: the file is not {encoding} ({why}); correct source.encoding in the contract",
    )
