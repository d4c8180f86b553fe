"""Chinese as a Hong Kong editor writes it: every text in the files of the product, and on rendered pages."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.chinese import KINDS, faults
from content.chinese_texts import OWN_NAMES, Said, of_code, of_page, of_product
from content.rendered import of_releases, of_reports
from made.tables import INCLUDE, records
from praya.contract.code_list import CodeList
from praya.contract.licences import TITLES
from praya.contract.load import load_code_list
from praya.contract.register import load_units
from praya.contract.terms import TERMS
from praya.contract.text import CONVERTED, Text, to_simplified
from praya.reports.amounts import amount, counted, money, scaled, without_unit
from praya.reports.document import Cell, Column, words
from praya.reports.document_places import place_words
from praya.reports.plain import cell_text
from praya.reports.sheet import number_format

pytestmark = pytest.mark.slow

PLAIN = Column("")


def wrong(texts: list[Said]) -> list[tuple[str, str, list[str]]]:
    """Place, text and kinds of fault of each text that has one."""
    return [
        (one.place, one.text, found)
        for one in dict.fromkeys(texts)
        if (found := faults(one.text, one.language))
    ]


# --- the files of the product ---------------------------------------------------------------------------


def test_every_chinese_text_of_the_product_is_as_an_editor_writes_it() -> None:
    texts = of_product()
    assert len(texts) > 4000  # a place that is not read any more would show here
    assert wrong(texts) == []


def test_what_a_converter_makes_of_every_text_has_the_words_of_the_mainland() -> None:
    made = [
        Said(one.place, to_simplified(one.text), "zh-Hans")
        for one in of_product()
        if one.language == "zh-Hant"
    ]
    assert wrong(made) == []


SAMPLES = [
    ("numbers run together", "項目8032023-24年度的開支", "zh-Hant"),
    ("numbers run together", "綱領（1）2024-25年度的撥款", "zh-Hant"),
    ("half-width punctuation", "來源: 文件", "zh-Hant"),
    ("half-width punctuation", "資訊科技及廣播 (16)", "zh-Hant"),
    ("half-width punctuation", "綱領(1)的撥款", "zh-Hant"),
    ("half-width punctuation", "共有三項,其中一項", "zh-Hant"),
    ("half-width punctuation", "是否正確?", "zh-Hant"),
    ("half-width punctuation", "全部完成.", "zh-Hant"),
    ("space in Chinese", "發布 {number} 版", "zh-Hant"),
    ("space in Chinese", "約 400億港元", "zh-Hant"),
    ("space in Chinese", "Praya 開放數據", "zh-Hant"),
    ("space in Chinese", "最新 數字", "zh-Hant"),
    ("列 for a row", "新增{added}列", "zh-Hant"),
    ("列 for a row", "未能逐列比較", "zh-Hant"),
    ("unit that Chinese does not count in", "約40十億港元", "zh-Hant"),
    ("unit that Chinese does not count in", "660.3百萬元", "zh-Hant"),
    ("English amount", "開支為$660.3m", "zh-Hant"),
    ("English amount", "撥款$4 billion", "zh-Hant"),
    ("word that is not of Hong Kong", "本頁的字段", "zh-Hant"),
    ("word that is not of Hong Kong", "1,200項通訊", "zh-Hant"),
    ("word that is not of the Mainland", "栏位及字段", "zh-Hans"),
    ("word that is not of the Mainland", "由程式产生", "zh-Hans"),
    ("現代 reads as modern", "現代23個部門處理查詢", "zh-Hant"),
    ("English in Chinese", "Terms and Conditions of Use", "zh-Hant"),
    ("English in Chinese", "位置：Details of the expenditure by subhead", "zh-Hant"),
    ("Simplified character in Traditional Chinese", "数据集", "zh-Hant"),
    ("Traditional character in Simplified Chinese", "數據集", "zh-Hans"),
]


@pytest.mark.parametrize(("kind", "text", "language"), SAMPLES)
def test_each_kind_of_fault_is_found(kind: str, text: str, language: str) -> None:
    assert kind in faults(text, language)


def test_every_kind_has_a_sample() -> None:
    characters = {kind for kind, _, _ in SAMPLES if "character in" in kind}
    assert {kind for kind, _, _ in SAMPLES} == {kind.name for kind in KINDS} | characters
    assert len(characters) == 2


@pytest.mark.parametrize(
    "text",
    [
        "2023年，1823接獲約280.7萬個來電",
        "綱領（1）在2024-25年度的撥款",
        "載於CSV檔案，以UTF-8編碼",
        "共12行、3欄（見manifest.json）",
        "表列於文件",
        "每列出一項",
        "《香港智慧城市藍圖2.0》",
        "與國家互聯網信息辦公室合作",
        "請以「python3 -I verify.py」檢查",
    ],
)
def test_what_is_right_is_not_found(text: str) -> None:
    assert faults(text, "zh-Hant") == []


def test_texts_are_read_from_code_and_pages_with_their_language() -> None:
    code = '"""一句。"""\nt("a", f"{n}行")\nText(en="a", zh_hant="數據", zh_hans="数据")\n'
    assert {(one.text, one.language) for one in of_code("x", code)} == {
        ("{}行", "zh-Hant"),
        ("數據", "zh-Hant"),
        ("数据", "zh-Hans"),
    }
    page = '<html lang="zh-Hant"><p>見<code>a b</code>，<a lang="en">Terms of use</a></p><p lang="en">x</p></html>'
    assert [(one.text, one.language) for one in of_page("x", page)] == [("見0，0", "zh-Hant")]
    assert of_page("x", f'<p lang="zh-Hans">{OWN_NAMES[0]}</p>') == []


# --- rendered pages -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory, content: duckdb.DuckDBPyConnection) -> dict[str, str]:
    reports = of_reports(tmp_path_factory.mktemp("reports"), content)
    return reports | of_releases(tmp_path_factory.mktemp("releases"))


def test_every_rendered_page_is_as_an_editor_writes_it(rendered: dict[str, str]) -> None:
    assert len(rendered) > 500
    assert wrong([said for name, page in rendered.items() for said in of_page(name, page)]) == []


def test_a_page_in_simplified_chinese_says_once_that_it_was_converted(rendered: dict[str, str]) -> None:
    note = CONVERTED.in_language("zh-Hans")
    for name, page in rendered.items():
        if name.endswith(("-sc.html", "-tc.html", "-en.html")):
            assert page.count(note) == name.endswith("-sc.html"), name


# --- simplified -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("欄位及其他各欄", "字段及其他各列"),
        ("檔案的位元組", "文件的字节"),
        ("電子檔案保管系統", "电子档案保管系统"),
        ("政府檔案處的護欄", "政府档案处的护栏"),
        ("專欄", "专栏"),
        ("以程式產生", "以程序产生"),
        ("空白儲存格", "空白单元格"),
        ("載列於此", "载列于此"),
        ("{names}欄", "{names}列"),
    ],
)
def test_simplified_chinese_has_one_word_for_one_thing(traditional: str, simplified: str) -> None:
    assert to_simplified(traditional) == simplified


def test_terms_do_not_lead_to_each_other() -> None:
    assert [word for word in TERMS.values() if to_simplified(word) != word] == []


# --- amounts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (40, "HKD billion", "400億港元"),
        (660.3, "HKD million", "6.603億港元"),
        (9.5, "HKD million", "950萬港元"),
        (9, "HKD thousand", "9,000港元"),
        (Decimal("857292"), "HKD thousand", "8.57292億港元"),
        (0, "HKD million", "0港元"),
        (-1.5, "HKD billion", "\N{EN DASH}15億港元"),
        (2807000, "calls", "280.7萬個來電"),
        (403546, "calls", "403,546個來電"),
        (23, "departments", "23個部門"),
        (92.5, "%", "92.5%"),
    ],
)
def test_an_amount_in_a_sentence_is_counted_as_chinese_counts(value: float, unit: str, said: str) -> None:
    units = load_units(INCLUDE / "metrics" / "units.yaml")
    assert amount(value, unit, units[unit], "zh-Hant") == said
    assert faults(f"約{said}，實際", "zh-Hant") == []
    assert amount(value, unit, units[unit], "zh-Hans") == to_simplified(said)


@given(
    st.decimals(0, 10**15, places=3), st.sampled_from(["HKD", "HKD thousand", "HKD million", "HKD billion"])
)
def test_no_digit_of_an_amount_is_lost_or_added(value: Decimal, unit: str) -> None:
    number, scale = scaled(value)
    assert number * {"億": 10**8, "萬": 10**4, "": 1}[scale] == value
    assert scale == ("億" if value >= 10**8 else "萬" if value >= 10**4 else "")
    assert "百萬" not in money(value, unit) and "十億" not in money(value, unit)
    assert without_unit(value, unit, "zh-Hant").endswith("港元")
    assert counted(value).rstrip("億萬").replace(",", "").replace(".", "").isdigit()


@given(
    st.integers(0, 10**13).map(Decimal),
    st.sampled_from([1, 10**3, 10**6]),
    st.integers(0, 2),
    st.booleans(),
)
def test_money_in_a_cell_has_the_digits_of_the_english_one(
    units: Decimal, dollars: int, decimals: int, of_column: bool
) -> None:
    """Whatever the decimals of the column, which count in the unit of the English cell."""
    value = units.scaleb(-decimals)
    cell = Cell(value, before="$", decimals=None if of_column else decimals, dollars=dollars)
    column = Column("", "number", decimals if of_column else 0)
    english = Decimal(cell_text(cell, column, "en").lstrip("$").replace(",", ""))
    chinese = cell_text(cell, column, "zh-Hant").removesuffix("元").replace(",", "")
    scale = {"億": 10**8, "萬": 10**4}.get(chinese[-1], 1)
    assert Decimal(chinese.rstrip("億萬")) * scale == english * dollars


def test_money_in_a_cell_has_the_scale_of_its_language() -> None:
    cell = Cell(Decimal("660.3"), before="$", after="m", joint="", decimals=1, dollars=10**6)
    assert cell_text(cell, PLAIN, "en") == "$660.3m"
    assert cell_text(cell, PLAIN, "zh-Hant") == "6.603億元"
    assert cell_text(cell, PLAIN, "zh-Hans") == "6.603亿元"
    assert number_format(cell, PLAIN, "zh-Hant").startswith('#,##0.000"億元"')
    about = Cell(230, before=Text.model_validate({"en": "over", "zh-Hant": "超過"}))
    assert [cell_text(about, PLAIN, language) for language in ("en", "zh-Hant")] == ["over 230", "超過230"]
    change = Cell(Decimal("402.1"), after="(+2.0%)")
    assert cell_text(change, PLAIN, "zh-Hant") == "402.1 (+2.0%)"


# --- places and licences --------------------------------------------------------------------------------

SOURCES = ("figures", "initiatives", "lists", "milestones", "management-services-officers")


def test_every_place_of_a_source_has_chinese() -> None:
    places = {row["Source Locator"] for name in SOURCES for row in records(f"/programmes/{name}.csv")}
    for path in (INCLUDE / "sources").glob("*/*.csv"):
        rows = records(f"/{path.parent.name}/{path.name}")
        places |= {row[name] for row in rows for name in row if name.endswith("Locator") and row[name]}
    assert len(places) > 150
    for place in places:
        said = place_words(place)
        assert not isinstance(said, str), place
        assert faults(said.zh_hant, "zh-Hant") == [] and faults(said.in_language("zh-Hans"), "zh-Hans") == []


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Programme (2), para 7, item 10", "綱領（2）第7段第10項"),
        ("Talent, third paragraph", "「人才」第3段"),
        (
            "History of the Efficiency Office, 2007 (Youth Portal)",
            "「效率促進辦公室的歷史」2007年（青少年網站）",
        ),
        ("Another form of place", "Another form of place"),
    ],
)
def test_a_place_in_words(place: str, said: str) -> None:
    assert words(place_words(place), "zh-Hant") == said


def test_licences_have_their_names_in_chinese() -> None:
    for title in TITLES.values():
        for language in ("zh-Hant", "zh-Hans"):
            assert faults(title.in_language(language), language) == []


def test_units_have_one_name() -> None:
    listed: CodeList = load_code_list(INCLUDE / "code_lists" / "units.yaml")
    labels = {code.code: code.label for code in listed.codes}
    for unit, name in load_units(INCLUDE / "metrics" / "units.yaml").items():
        assert labels[unit].zh_hant == name.zh_hant


@pytest.mark.parametrize("path", [Path("contracts"), Path("metrics"), Path("code_lists")])
def test_each_folder_of_texts_is_read(path: Path) -> None:
    assert any(one.place.startswith(f"include/{path}/") for one in of_product())
