"""What a file of a release is, in words, for the lists of files on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praya.contract.output_spec import spec_of_file
from praya.contract.standard_spec import standard_of_file
from praya.metadata import DATA


def name_kind(file: Mapping[str, Any]) -> str:
    """The format of a data file in English and Traditional Chinese, or the standard of another; else nothing."""
    if file["role"] != DATA:
        standard = standard_of_file(file["name"])
        return standard.label if standard else ""
    written = spec_of_file(file["name"])
    return " ".join(dict.fromkeys((written.title.en, written.title.zh_hant))) if written else ""
