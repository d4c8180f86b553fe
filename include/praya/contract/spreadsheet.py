"""Text that a spreadsheet would run as a formula, and the mark that stops it and can be taken off again."""

from __future__ import annotations

from praya.contract import Text

MARK = "'"
# What spreadsheets start a formula with, also after a tab or a line end, and as East Asian input methods write it.
RUNS = "=+-@\t\r\n＝＋－＠"
# The mark itself is among what is marked; else a text that has one by itself could not be told from a marked one.
MARKED = RUNS + MARK
RULE = Text(
    en=(
        "In CSV, a text that starts with one of = + - @ (half or full width), a tab, a line end or an apostrophe has "
        "an apostrophe put in front, so that no spreadsheet runs it as a formula. To read it, take one apostrophe "
        "off the start of a text cell. Numbers, dates and the other formats are never marked."
    ),
    zh_hant=(
        "在CSV檔案中，凡以「=」、「+」、「-」、「@」（半形或全形）、定位符、換行符或撇號開頭的文字，"
        "前面均加上一個撇號，以免試算表當作公式執行。"
        "讀取時，請刪去文字儲存格開頭的一個撇號。數字、日期及其他格式從不加上撇號。"
    ),
)


def harmless(text: str) -> str:
    """`text` as a CSV cell that no spreadsheet runs; one apostrophe less gives it back."""
    return MARK + text if text.startswith(tuple(MARKED)) else text
