"""Numbers written in pieces, in words or in Chinese numerals, read as they are meant.

`read` works on folded text. What it reads is only a way of writing: whether a number is a telephone, a card or
nothing is for the recognisers to say. A cell that is nothing but a number in pieces becomes that number; in a text
the numbers read are added below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, pairwise
from unicodedata import category

NUMERALS = dict(
    zip("零〇一二三四五六七八九壹貳贰叁參叄肆伍陸陆柒捌玖兩两", "00123456789122333456678922", strict=True)
)
WORDS = dict(
    zip(
        ["zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
        "00123456789",
        strict=True,
    )
)

_GAP = r"[\W_]{1,3}"
# No number that is read has fewer digits.
LEAST = 6
# RE2 of what makes it worth to read: odd or long separators, short groups, numerals, words, letters for digits.
_EDGE, _BETWEEN = "(?:^|[^0-9])", r"[^0-9A-Za-z\p{Han}:]"
_NUMERAL, _WORD = f"[{''.join(NUMERALS)}]", f"(?i:{'|'.join(WORDS)})"
IN_WORDS = (
    rf"(?:{_NUMERAL}[^0-9A-Za-z\p{{Han}}]{{0,2}}){{4}}|{_NUMERAL}[0-9]"
    rf"|[0-9]{_NUMERAL}[0-9]|{_WORD}(?:[ ,.-]{{1,2}}{_WORD}){{4}}\b"
    rf"|[0-9]{{2}}[ -]?[OoIl][ -]?[0-9]|[0-9][OoIl][0-9]{{3}}|[0-9]{{6}}[OoIl]|[OoIl][0-9]{{6}}"
    r"|[0-9]{2}[QDZSBbg|]{1,2}[0-9]{2}|[0-9][OoIlQDZSBbg|]{1,2}[0-9]{1,12}[OoIlQDZSBbg|][0-9]"
    r"|[A-Z][0-9OoIlQDZSBbg|]{6} ?[(\[][0-9AOoIlQDZSBbg|][)\]]"
)
IN_PIECES = "|".join(
    [
        r"[0-9](?:[^0-9A-Za-z\p{Han} .,:-]|[^0-9A-Za-z\p{Han}]{2})[^0-9A-Za-z\p{Han}]{0,2}[0-9]",
        rf"{_EDGE}[0-9]{{1,3}}(?:{_BETWEEN}{{1,3}}[0-9]{{1,3}}){{2}}",
        r"[0-9]{4}[,:][0-9]{4}",
        # As a scanner misreads it.
        r"[0-9][OoIlQDZSBbg|](?:[OoIlQDZSBbg|]?[0-9]|[^0-9A-Za-z]|$)|[OoIlQDZSBbg|][0-9]{3}|[0-9]{3}[OoIlQDZSBbg|]",
        r"[0-9]{5,6}(?:[ .-][0-9]{2,8}){2}",
        # Eighteen or fifteen digits by four, an identity card number by four.
        r"[0-9]{4}(?:[ .-][0-9]{4}){2}[ .-][0-9]{2,4}",
        r"[A-Za-z][0-9]{1,5}[ -][0-9]{1,5}[ -]?[(\[]",
        IN_WORDS,
    ]
)

_CHAIN = re.compile(rf"[0-9]+(?:{_GAP}[0-9]+)+[Xx]?(?![A-Za-z0-9])")
_RUN = re.compile(
    rf"[0-9{''.join(NUMERALS)}](?:[\W_]{{0,2}}[0-9{''.join(NUMERALS)}]){{5,}}|[{''.join(NUMERALS)}]{{4,}}"
)
_SPOKEN = re.compile(
    rf"(?i)(?:(?:double|triple) )?(?:{'|'.join(WORDS)})(?:{_GAP}(?:(?:double|triple) )?(?:{'|'.join(WORDS)}))+\b"
)
_LIKE_DIGITS = re.compile(
    r"(?<![A-Za-z0-9])[0-9OoIl](?:[ -]?[0-9OoIl]){5,18}(?![A-Za-z0-9])|(?<![0-9])[0-9][0-9OoIl]{5,18}(?![A-Za-z0-9])"
    r"|[0-9][OoIl](?=[0-9])|(?<![A-Za-z0-9])[OoIl][0-9]{8,}"
)
_LETTERED = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z](?:[\W_]?[A-Za-z])?)((?:[\W_]{0,3}[0-9]){6})([\W_]{0,3})([0-9Aa])(?![A-Za-z0-9])"
)
# As a scanner misreads them: in what a check digit proves, of which a third are digits at least.
_MISREAD = re.compile(r"(?<![0-9A-Za-z|])[0-9][0-9OoIlQDZSBbg|]{11,17}[0-9OoIlQDZSBbgXx|](?![0-9A-Za-z|])")
_MISREAD_CARD = re.compile(
    r"(?<![A-Za-z])([A-Z]{1,2}?)([0-9OoIlQDZSBbg|]{6}) ?[(\[]([0-9AOoIlQDZSBbg|])[)\]]"
)
_READ_AS = str.maketrans("OoQDIl|ZSbBg", "000011125689")
# Signs within a number that are neither punctuation nor a unit: pictures, arrows, marks of notes.
_SIGN = re.compile(r"(?<=[0-9A-Za-z.])[^\x00-\x7f\w\s°©®™](?=[0-9A-Za-z.])")
_NOTE_MARKS = "†‡§¶※"
_BRACKET = re.compile(r"[(\[{<|«「]")
_LETTERS = str.maketrans("OoIl", "0011")
_DIGIT, _NEAR_DIGITS, _NUMERALS = (
    re.compile("[0-9]"),
    re.compile("[0-9][OoIl]|[OoIl][0-9]"),
    frozenset(NUMERALS),
)
# Of eight digits: what starts no telephone, hours, days and months.
_TOO_LOW = re.compile(r"[01]|20[0-3]")
_HOURS = re.compile(r"(?:[01][0-9]|2[0-4])[0-5][0-9](?:[01][0-9]|2[0-4])[0-5][0-9]")
_DAYS = re.compile(r"(?:[0-3][0-9](?:0[0-9]|1[0-2])){2}|(?:(?:0[0-9]|1[0-2])[0-3][0-9]){2}")
_ORDINARY = {" ", "-", "."}


def read(text: str) -> str:
    """Folded text with the numbers in it that are written in pieces or in words."""
    text = _without_signs(_in_digits(text))
    if len(_DIGIT.findall(text)) < LEAST // 2:
        return text
    whole = text.strip()
    added: list[str] = []
    for chain in _CHAIN.finditer(text):
        added += _numbers(chain[0])
        if chain[0] == whole and added:
            return added[0]
    for each in _LETTERED.finditer(text):
        if card := _identity(*each.groups()):
            if each[0] == whole:
                # Without a bracket it may be a code, which its column judges.
                return card
            added.append(card)
    added += _misread(text)
    return "\n\n".join([text, *dict.fromkeys(added)])


def _in_digits(text: str) -> str:
    """Numerals, words and letters that are meant as digits, where there is a run of them."""
    if not _NUMERALS.isdisjoint(text):
        text = re.sub(r"(?<=[0-9]{4})一(?=[0-9]{4})", "-", text)
        text = _RUN.sub(lambda run: "".join(NUMERALS.get(each, each) for each in run[0]), text)
    small = text.lower()
    if sum(map(small.count, WORDS)) >= LEAST // 2:
        text = _SPOKEN.sub(_spoken, text)
    if not _NEAR_DIGITS.search(text):
        return text
    # Letters may be meant as letters: both readings stay.
    digits = _LIKE_DIGITS.sub(_like_digits, text)
    return text if digits == text else f"{text}\n\n{digits}"


def _without_signs(text: str) -> str:
    """The text, and below it again without the pictures and marks of notes that are within words and numbers."""
    if text.isascii():
        return text
    bare = _SIGN.sub(
        lambda sign: "" if sign[0] in _NOTE_MARKS or category(sign[0]) == "So" else sign[0], text
    )
    return text if bare == text else f"{text}\n\n{bare}"


def _misread(text: str) -> list[str]:
    """Long numbers and identity card numbers with letters in the place of digits; their check digits decide."""
    numbers = [
        run[0].translate(_READ_AS)
        for run in _MISREAD.finditer(text)
        if len(_DIGIT.findall(run[0])) > len(run[0]) / 2
    ]
    cards = [
        f"{card[1]}{card[2].translate(_READ_AS)}({card[3].translate(_READ_AS)})"
        for card in _MISREAD_CARD.finditer(text)
        if len(_DIGIT.findall(card[2])) >= LEAST // 2
    ]
    return [each for each in [*numbers, *cards] if each not in text]


def _spoken(run: re.Match[str]) -> str:
    times, digits = 1, []
    for word in re.findall("[a-z]+", run[0].lower()):
        if word in WORDS:
            digits.append(WORDS[word] * times)
        times = {"double": 2, "triple": 3}.get(word, 1)
    number = "".join(digits)
    return number if len(number) >= 6 else run[0]


def _like_digits(run: re.Match[str]) -> str:
    letters = sum(map(str.isalpha, run[0]))
    return run[0].translate(_LETTERS) if 0 < letters <= len(run[0]) // 2 else run[0]


def _numbers(chain: str) -> list[str]:
    """What a chain of groups may be, taken whole and in the parts that have one separator."""
    parts = re.split(r"([\W_]+)", chain)
    groups, gaps = parts[::2], [gap.strip(" ") or " " for gap in parts[1::2]]
    numbers = list(_whole(groups, gaps))
    start = 0
    for gap, run in groupby(gaps):
        end = start + len(list(run))
        if end - start < len(gaps):
            numbers += _whole(groups[start : end + 1], [gap] * (end - start))
        start = end
    if [len(group) for group in groups] == [4, 4, 4, 4] and gaps[0] == gaps[2] != gaps[1]:
        numbers += [*_whole(groups[:2], gaps[:1]), *_whole(groups[2:], gaps[2:])]
    return list(dict.fromkeys(numbers))


def _whole(groups: list[str], gaps: list[str]) -> Iterator[str]:
    digits, sizes = "".join(groups), [len(group) for group in groups]
    if len(digits) in (11, 13) and groups[0] in ("852", "00852"):
        yield f"+852 {digits[-8:]}"
    elif len(digits) == 8 and not _TOO_LOW.match(digits) and _is_telephone(digits, sizes, gaps):
        yield digits if set(sizes) == {1} else f"{digits[:4]}-{digits[4:]}"
    elif (
        13 <= len(digits) <= 19
        and not _is_list(sizes, gaps)
        and (len(digits) in (15, 18) or len(set(gaps)) == 1)
    ):
        yield digits


def _is_telephone(digits: str, sizes: list[str] | list[int], gaps: list[str]) -> bool:
    odd = not set(gaps) & {" ", "-", ".", ",", ":", "/", "=", "+"}
    if sizes == [4, 4]:
        return gaps[0] not in _ORDINARY and not _HOURS.fullmatch(digits)
    if set(sizes) == {1}:
        return not _is_sequence(digits, gaps)
    if sizes == [3, 3, 2]:
        return odd or set(gaps) in ({" "}, {"-"})
    if set(sizes) == {2}:
        # Two decimals, two ranges, hours and days.
        in_twos = set(gaps) == {"."} or gaps[0] == gaps[2] != gaps[1]
        return not (in_twos or set(gaps) & {",", ":"} or _HOURS.fullmatch(digits) or _DAYS.fullmatch(digits))
    return odd


def _is_sequence(digits: str, gaps: list[str]) -> bool:
    """Numbers that count up or down, or a list in order."""
    steps = {int(after) - int(before) for before, after in pairwise(digits)}
    listed = bool(set(gaps) & {",", "、", ";"}) and (min(steps) >= 0 or max(steps) <= 0)
    return steps in ({1}, {-1}, {0}) or listed


def _is_list(sizes: list[int], gaps: list[str]) -> bool:
    """Amounts with thousands, decimals and lists of numbers of all sizes."""
    return bool(set("".join(gaps)) & {",", ".", ":"}) and set(sizes) not in ({1}, {2}, {4})


def _identity(letters: str, six: str, gap: str, check: str) -> str | None:
    """An identity card number as it is printed, where letters and digits are apart; None where it is plain."""
    if not gap and six.isdigit():
        return None
    bracket = bool(_BRACKET.search(gap))
    gaps = {
        each.strip() or " " for each in re.findall(r"[\W_]+", six[1:] if six[0].isdigit() else six.lstrip())
    }
    letters = re.sub(r"[\W_]", "", letters)
    if not (letters.isupper() or bracket) or len(gaps) > 2:
        return None
    if not bracket and re.fullmatch(r"[\W_]{0,3}[0-9]{2}([/.-])[0-9]{2}\1[0-9]{2}", six):
        return None
    digits = re.sub(r"[^0-9]", "", six)
    return f"{letters}{digits}({check})" if bracket else f"{letters}{digits}{check}"
