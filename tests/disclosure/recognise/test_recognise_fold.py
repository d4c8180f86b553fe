"""What SQL folds by itself is folded as Python folds it, and what goes to Python is no more than it has to be."""

from __future__ import annotations

import itertools
import unicodedata

import duckdb

from disclosure.recognise.looked import kinds_of
from praya.disclosure.recognise.fold import ACCENTED, BARRED, ODD_CHARACTER, SCRIPTS, UNSEEN, fold_text
from praya.disclosure.recognise.recogniser import unaccented


def _latin() -> list[str]:
    letters = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    return [each for each in letters if unicodedata.category(each)[0] == "L"]


def test_each_accented_letter_becomes_what_fold_makes_of_it() -> None:
    with duckdb.connect() as con:
        rows = con.execute(
            f"select letter, {unaccented('letter')}, regexp_full_match(letter, $2), regexp_matches(letter, $3) "
            "from (select unnest($1) as letter)",
            [_latin(), ACCENTED, ODD_CHARACTER],
        ).fetchall()
    for letter, plain, accented, odd in rows:
        assert accented != odd, letter
        assert odd or plain == fold_text(letter), letter
    assert sum(accented for *_, accented, _ in rows) > 620
    assert all(fold_text(letter) == plain for letter, plain in BARRED.items())


def test_a_text_in_kana_stays_in_sql_and_a_long_sound_beside_a_digit_does_not() -> None:
    with duckdb.connect() as con:
        asked = "select list_transform($1, lambda each: regexp_matches(each, $2))"
        (odd,) = con.execute(
            asked, [["コンピューターの音", "소음", "8688ー6543", "８６８８", "㍻"], ODD_CHARACTER]
        ).fetchone() or ([],)
    assert odd == [False, False, True, True, True]
    assert fold_text("8688ー6543") == "8688-6543"


def _of_class(pattern: str) -> list[str]:
    everything = [chr(code) for code in range(0x80, 0x10000) if not 0xD800 <= code < 0xE000]
    with duckdb.connect() as con:
        asked = "select each from (select unnest($1) as each) where regexp_full_match(each, $2)"
        return [each for (each,) in con.execute(asked, [everything, pattern]).fetchall()]


def test_a_letter_of_another_script_hides_no_digit_and_no_sign() -> None:
    letters = _of_class(f"[{SCRIPTS}]")
    assert len(letters) > 1_000
    assert {
        each for each in letters if fold_text(each) not in ("", each) and not fold_text(each).isalpha()
    } == set()
    assert not {each for each in letters if any(sign.isdigit() or sign == "@" for sign in fold_text(each))}


def test_a_character_that_is_not_seen_folds_to_nothing() -> None:
    assert {fold_text(each) for each in _of_class(UNSEEN)} == {""}


def test_what_stands_beside_a_word_in_another_script_is_found() -> None:
    words = ["улица", "ถนน", "δρόμος", "شارع", "naïve", "\u200b", "\u00ad"]
    identifiers = ["Mr Chan", "9123 4567", "A123456(3)", "a@b.example", "plate AB 1234", "Flat 5, 3/F"]
    texts = [
        text
        for word, each in itertools.product(words, identifiers)
        for text in (f"{word} {each} {word}", f"{each} {word}")
    ]
    assert [text for text, kinds in kinds_of(texts).items() if not kinds] == []


def test_one_letter_with_an_accent_or_in_cyrillic_hides_nothing() -> None:
    texts = [
        f"see {identifier[:at]}{look}{identifier[at + 1 :]}"
        for identifier in ("Mr Chan", "A123456(3)", "Flat A, 3/F", "passport K12345678")
        for at, letter in enumerate(identifier)
        for look in {"A": "ÁА", "a": "áа", "C": "ĆС", "M": "ḾМ", "K": "ĶК", "r": "ŕ", "p": "р"}.get(
            letter, ""
        )
    ]
    assert [text for text, kinds in kinds_of(texts).items() if not kinds] == []
