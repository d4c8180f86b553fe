"""What is wrong with a Chinese text, by kinds: a Hong Kong editor would change each of these.

`faults(text, language)` gives the kinds that it finds in a text in `zh-Hant` or `zh-Hans`. A place that a value is put
into (`{rows}`) counts as a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from opencc import OpenCC

HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
# What a value is put into, as a number: letters and digits behave alike beside Chinese characters.
PLACE = re.compile(r"\{[^{}]*\}")
WORD = r"[A-Za-z0-9%$]"
QUOTED = re.compile(r"「[^」]*」|“[^”]*”")


class Kind(NamedTuple):
    """One kind of fault: its name, what finds it, and in which of the languages it is one."""

    name: str
    pattern: re.Pattern[str]
    languages: tuple[str, ...] = ("zh-Hant", "zh-Hans")


def _kind(name: str, pattern: str, *languages: str) -> Kind:
    return Kind(name, re.compile(pattern), languages or ("zh-Hant", "zh-Hans"))


# Words of the Mainland or of Taiwan, and a second word for a thing that has one.
NOT_OF_HONG_KONG = (
    "默認|屏幕|打印|服務器|文件夾|字段|字節|單元格|登錄(?!冊)|鏈接|搜索|移動應用|反饋|哈希|視頻|"
    "(?<!互聯網)信息(?!化|辦公室)|軟體|硬體|網路|資料集|資料庫|元資料|程式碼|位元組碼|計畫|衛生|裡|"
    "數據質量|空氣質量|世界協調時間|分類帳|合成數據|見證人|粵語|狀態|項通訊|研发"
)
NOT_OF_THE_MAINLAND = (
    "栏位|储存格|储存|位元组|字元|程式|介面|质素|杂凑|杂讯|试算表|机械人|电邮|"
    "(?<![护围专告报传防桥])栏(?![杆目])|(?<!电子)(?<!历史)档案(?!保管|处|管理|馆|法)"
)
KINDS = (
    _kind("numbers run together", r"\d{5,}(?=[-–]\d\d(?!\d)|年)|[)）](?:19|20)\d\d"),
    _kind("numbers run together", r"(?<=[A-Za-z])(?:19|20)\d\d年"),
    _kind(
        "half-width punctuation",
        rf"{HAN} ?[,;:?!](?!//)|[,;:?!] ?{HAN}|{HAN} ?\(|\( ?{HAN}|{HAN} ?\)|\) ?{HAN}|{HAN}\.(?!\w)",
    ),
    _kind("space in Chinese", rf"{HAN}[ \u00a0]+{WORD}|{WORD}[ \u00a0]+{HAN}|{HAN}[ \u00a0]+{HAN}"),
    _kind("列 for a row", r"(?:[\d逐每]|各)列(?![出明入於為作印載舉])", "zh-Hant"),
    _kind(
        "unit that Chinese does not count in", r"\d ?(?:十億|百萬(?!富)|千(?:港)?元|十亿|百万|千(?:港)?元)"
    ),
    _kind("English amount", r"\$ ?[\d.,]+ ?(?:k|m|bn|million|billion)\b"),
    _kind("word that is not of Hong Kong", NOT_OF_HONG_KONG, "zh-Hant"),
    _kind("word that is not of the Mainland", NOT_OF_THE_MAINLAND, "zh-Hans"),
    _kind("現代 reads as modern", r"現代(?:\d|各)|现代(?:\d|各)"),
    _kind("English in Chinese", r"\b[A-Za-z][a-z]+(?: (?:[a-z]{2,}|a))+ [a-z]{2,}\b"),
)
SIMPLIFIED = OpenCC("hk2s")
# Characters of Traditional Chinese in Hong Kong that Big5 has not.
BEYOND_BIG5 = "衞着埗邨啲"


def faults(text: str, language: str) -> list[str]:
    """The kinds of faults of a text in `zh-Hant` or `zh-Hans`, each once."""
    return sorted(set(_found(text, language)))


def _found(text: str, language: str) -> Iterator[str]:
    bare = PLACE.sub("0", text)
    for kind in KINDS:
        # What is quoted is a command or a name as it is.
        looked_at = QUOTED.sub("", bare) if kind.name == "English in Chinese" else bare
        if language in kind.languages and kind.pattern.search(looked_at):
            yield kind.name
    if not re.search(HAN, bare) and re.search(r"[A-Za-z]{2,}[ ,][a-z]{2,}|^[A-Z][a-z]+$", bare):
        yield "English in Chinese"
    yield from _characters(bare, language)


def _characters(text: str, language: str) -> Iterator[str]:
    letters = re.findall(HAN, text)
    if language == "zh-Hant" and not all(map(_traditional, letters)):
        yield "Simplified character in Traditional Chinese"
    if language == "zh-Hans" and not all(SIMPLIFIED.convert(letter) == letter for letter in letters):
        yield "Traditional character in Simplified Chinese"


def _traditional(letter: str) -> bool:
    if letter in BEYOND_BIG5:
        return True
    try:
        letter.encode("big5")
    except UnicodeEncodeError:
        return False
    return True
