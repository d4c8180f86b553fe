"""Identity card numbers: every right one is found, wherever it stands; a wrong one is not."""

from __future__ import annotations

import string

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.recognise.looked import column, kinds_of, searched
from disclosure.recognise.planted import hkid_check
from praya.disclosure.recognise.fold import fold_text

pytestmark = pytest.mark.slow

numbers = st.tuples(
    st.text(string.ascii_uppercase, min_size=1, max_size=2), st.text(string.digits, min_size=6, max_size=6)
).map(lambda parts: (*parts, hkid_check(*parts)))
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


def _apart(text: str, end: int) -> bool:
    """Whether what is beside a number, as it is read, is neither a letter nor a digit of ASCII."""
    seen = fold_text(text)
    return not seen or not (seen[end].isascii() and seen[end].isalnum())


befores = texts.map(lambda text: text if _apart(text, -1) else f"{text} ")
afters = texts.map(lambda text: text if _apart(text, 0) else f" {text}")


def test_the_printed_example_has_its_check_digit() -> None:
    assert hkid_check("A", "123456") == "3"
    assert kinds_of(["A123456(3)", "A123456(4)"]) == {"A123456(3)": {"hkid"}, "A123456(4)": set()}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(texts, numbers, texts), min_size=20, max_size=60))
def test_in_brackets_it_is_found_in_any_text(cases: list[tuple[str, tuple[str, str, str], str]]) -> None:
    written = [
        f"{before}{letters}{digits}({check}){after}" for before, (letters, digits, check), after in cases
    ]
    finding = column(written, "hkid")
    assert finding is not None
    assert finding.hits == len(written)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(befores, numbers, afters), min_size=20, max_size=60))
def test_without_brackets_it_is_found_where_it_stands_apart(
    cases: list[tuple[str, tuple[str, str, str], str]],
) -> None:
    finding = column([before + "".join(number) + after for before, number, after in cases], "hkid")
    assert finding is not None
    assert finding.hits == len(cases)


@settings(max_examples=6, deadline=None)
@given(
    st.text(string.ascii_uppercase, min_size=1, max_size=1), st.text(string.digits, min_size=6, max_size=6)
)
def test_of_the_eleven_check_digits_one_is_right(letter: str, digits: str) -> None:
    """So one in eleven codes of this shape is taken for one; no other is."""
    for form in ("{}{}({})", "see {}{}{}"):
        finding = column([form.format(letter, digits, check) for check in "0123456789A"], "hkid")
        assert finding is not None
        assert (finding.hits, finding.cells) == (1, 11)
        assert finding.examples[0].row == "0123456789A".index(hkid_check(letter, digits)) + 1


def test_other_ways_of_writing_it() -> None:
    forms = [
        "A 123456 (3)", "a123456(3)", "A123456（3）", "Ａ１２３４５６（３）", "A123 456(3)", "A123456-3", "A123456-(3)",
        "A12\u200b3456(3)", "A12\u00ad3456(3)", "HKID:A1234563", "_A1234563_", "身份證A1234563號",
        "line\nA1234563\nline",
        "B123456 A1234563 A123456(0)",
    ]  # fmt: skip
    missed = [form for form, kinds in kinds_of(forms).items() if kinds != {"hkid"}]
    assert missed == []


def test_what_looks_like_one() -> None:
    forms = ["Duplicate to 5362064", "seen as 1234563", "GA1234567890", "AID01101", "A12345(6)"]
    assert set().union(*kinds_of(forms).values()) == set()


def test_codes_right_by_chance_are_left_alone_and_real_ones_among_them_are_the_price() -> None:
    codes = [f"B{number:06}{number % 10}" for number in range(1_000, 1_400)]
    assert column(codes, "hkid") is None
    assert column([f"licence {code}" for code in codes], "hkid") is not None  # sentences always count
    real = [f"C{number:06}{hkid_check('C', f'{number:06}')}" for number in range(1_000, 1_400)]
    finding = column(real, "hkid")
    assert finding is not None
    assert finding.hits == 400


def test_without_a_letter_only_the_name_of_the_column_tells() -> None:
    cells = ["1234563", "654321", None]
    assert searched(pa.table({"quantity": cells})) == []
    (finding,) = searched(pa.table({"hkid_no": cells}))
    assert (finding.kind, finding.hits, finding.cells) == ("hkid", 2, 2)
    assert {example.shown for example in finding.examples} == {"*******(*)"}
    (finding,) = searched(pa.table({"id_card": pa.array([1234563, 654321, 5], pa.int64())}))
    assert (finding.kind, finding.hits) == ("hkid", 2)
