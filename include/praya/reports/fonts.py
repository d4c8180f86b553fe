"""The font that a PDF is set in: Noto Sans CJK, with the forms of Chinese characters used in Hong Kong and Mainland.

It comes with a package of the lock; where that is left out, what the system has will do.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

PACKAGE = "manimgx_fonts_cjk"
SYSTEM = Path("/usr/share/fonts")
FAMILIES = {"en": "Noto Sans CJK HK", "zh-Hant": "Noto Sans CJK HK", "zh-Hans": "Noto Sans CJK SC"}
# What a reader's own device may have, for pages.
OTHERS = {
    "en": ("Noto Sans HK",),
    "zh-Hant": ("Noto Sans HK", "PingFang HK", "Microsoft JhengHei"),
    "zh-Hans": ("Noto Sans SC", "PingFang SC", "Microsoft YaHei"),
}
MISSING = (
    "no font with Chinese characters was found, so that no PDF could be made: install what requirements.txt locks, "
    "or the system's fonts-noto-cjk, and make the report again"
)


def families(language: str) -> tuple[str, ...]:
    """Font families of a page in `en`, `zh-Hant` or `zh-Hans`, the best first.

    English begins with others: in a font for Chinese its curly quotes are as wide as characters.
    """
    latin = ("Noto Sans", "Segoe UI", "Helvetica Neue", "Arial", "DejaVu Sans") if language == "en" else ()
    return (*latin, FAMILIES[language], *OTHERS[language])


def folder() -> Path | None:
    """The folder that holds Noto Sans CJK; None where there is none on this machine."""
    spec = find_spec(PACKAGE)
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent
    files = sorted(SYSTEM.rglob("NotoSansCJK-Regular.ttc")) if SYSTEM.is_dir() else []
    return files[0].parent if files else None
