"""The ZIP of evidence, in the one form that its verifier takes: stored, dated 1980, in the order of the names."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from praya.errors import IntegrityError, codes
from praya.text.outside import quote

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP knows: the same evidence, the same bytes
PLAIN_FILE = 0o100644 << 16

Content = Path | bytes


def write_zip(target: Path, entries: Mapping[str, Content]) -> None:
    """Write the entries to `target`, which is there as a whole or as it was before.

    Raises IntegrityError where they are more than a plain ZIP holds (2 GiB, 65,535 files), and where nothing can be
    written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
            for name, content in sorted(entries.items()):
                _add(archive, name, content)
        os.replace(part, target)
    except zipfile.LargeZipFile as error:
        raise IntegrityError(
            codes.evidence.TOO_LARGE_FOR_ZIP,
            f"{target}: the evidence is larger than a plain ZIP holds ({quote(error)}); take `released/`, "
            "`inputs/`, `raw/` "
            "and `ledger/` of the store as they are, and run `praya verify` on them",
        ) from error
    except OSError as error:
        raise IntegrityError(
            codes.evidence.PLACE_NOT_USABLE, f"{target}: cannot be written: {error.strerror}"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _add(archive: zipfile.ZipFile, name: str, content: Content) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = PLAIN_FILE
    # Stored as it is: what a compressor makes of it differs from one version of it to the next.
    entry.file_size = len(content) if isinstance(content, bytes) else content.stat().st_size
    with (
        archive.open(entry, "w") as to,
        BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file,
    ):
        shutil.copyfileobj(file, to, 1 << 20)
