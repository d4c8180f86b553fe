"""What SQL folds by itself is folded as Python folds it, and what goes to Python is no more than it has to be."""

from __future__ import annotations

import unicodedata

import duckdb

from praya.recognise.fold import ACCENTED, BARRED, ODD_CHARACTER, fold
from praya.recognise.recogniser import unaccented


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
        assert odd or plain == fold(letter), letter
    assert sum(accented for *_, accented, _ in rows) > 620
    assert all(fold(letter) == plain for letter, plain in BARRED.items())


def test_a_text_in_kana_stays_in_sql_and_a_long_sound_beside_a_digit_does_not() -> None:
    with duckdb.connect() as con:
        asked = "select list_transform($1, lambda each: regexp_matches(each, $2))"
        (odd,) = con.execute(
            asked, [["コンピューターの音", "소음", "8688ー6543", "８６８８", "㍻"], ODD_CHARACTER]
        ).fetchone() or ([],)
    assert odd == [False, False, True, True, True]
    assert fold("8688ー6543") == "8688-6543"
