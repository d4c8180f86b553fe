"""What comes from outside, made safe to show: shortened, escaped, and with secrets and personal data masked.

A terminal, a log, a state file, the ledger and a page show only what went through here. `quote` is for a value inside a
message: a cell, a header, an address, a name, the text of another library's error. `clean` is the last barrier in front
of a whole message; errors of Praya, the consoles, pages and the ledger apply it by themselves. HTML is escaped by the
templates and not here.
"""

from __future__ import annotations

import re
import traceback
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

LENGTH = 60  # characters of a value inside a message
SEVERAL = 8  # values of a list
WHOLE = 20_000  # characters of a message
MASKED = "(masked)"

# Invisible, and of no category that says so.
_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
# The others may be hidden, and are looked up one by one. Half of Unicode's hidden characters lie behind U+FFFF.
_NOT_PLAIN = re.compile(
    r"[^\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u3000-\u3163\u3165-\u9fff\uff01-\uff9f]"
)

_CARRIER = (
    r"(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key"
    r"|fernet[_-]?key|account[_-]?key|credential|authorization|conn(?:ection)?[_-]?str(?:ing)?)"
)
_VALUE = r"""(?P<s>"[^"\n]*"?|'[^'\n]*'?|[^\s,;&"']+)"""
# What is a secret wherever it stands, also in a message of our own; the group `s` is masked, else the whole match.
_CERTAIN = [
    re.compile(pattern)
    for pattern in (
        r"-{4,5} ?BEGIN (?!PUBLIC|CERTIFICATE)[\s\S]*?(?:-{4,5} ?END [^-]{0,60}-{1,5}|\Z)",
        r"(?i)[a-z][a-z0-9+.-]{0,20}:/{1,2}(?P<s>[^\s/]*)@",
        # A password may hold a slash.
        r"(?i)[a-z][a-z0-9+.-]{0,20}://[^\s/@:]{0,200}:(?P<s>[^\s@]{1,500})@",
        r"(?i)\b(?:(?:proxy-)?authorization|(?:set-)?cookie|x-[a-z-]{0,20}(?:key|token|auth|secret))\s{0,3}[:=]\s{0,3}"
        r"(?P<s>[^\r\n]+)",
        r"(?i)\b(?:bearer|basic|negotiate|digest)\s{1,3}(?=[\w.~+/-]{0,200}[\d=])(?P<s>[\w.~+/-]{12,}=*)",
        rf"(?i)[?&;][\w.%-]{{0,40}}?(?:{_CARRIER}|sig|signature|auth|key|session)[\w.%-]{{0,40}}=(?P<s>[^&#\s\"']+)",
        rf"(?i){_CARRIER}[\w.-]{{0,60}}[\"']?\s{{0,3}}=\s{{0,3}}{_VALUE}",
        r"\b[A-Z][A-Z0-9_]{0,60}_(?:KEY|PASS|PW|AUTH)=(?P<s>[^\s,;&]+)",
        r"\b(?:A[KS]IA[0-9A-Z]{12,}|gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}"
        r"|sk-[\w-]{16,}|hf_\w{16,}|AIza[\w-]{20,}|AGE-SECRET-KEY-1\w+|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?)",
    )
]
# What is one only where the text is not ours.
_GUESSED = [
    re.compile(pattern)
    for pattern in (
        rf"(?i){_CARRIER}[\w.-]{{0,60}}[\"']?\s{{0,3}}:\s{{0,3}}{_VALUE}",
        # A line of an environment, whatever it is called.
        r"\b[A-Z][A-Z0-9_]{2,60}=(?P<s>[^\s,;&]+)",
        # E-mail addresses, and Hong Kong identity numbers.
        r"[^\s@<>\"',;:()=]{1,64}(?:@|\(at\))[^\s@<>\"',;()]{1,255}\.[A-Za-z]{2,}",
        r"(?<![A-Za-z0-9])[A-Z]{1,2} ?\d{6} ?\(?[0-9A]\)?(?![A-Za-z0-9])",
    )
]
_RUN = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
_DIGITS = re.compile(r"\+?\d(?:[\s()./_·•、-]{0,2}\d){6,}")
# Of these, what is a moment, a version or a number with few places before its decimals.
_MOMENT = re.compile(
    r"(?:19|20)\d\d[-/.]?(?:0[1-9]|1[0-2])[-/.]?(?:0[1-9]|[12]\d|3[01])"
    r"(?:[T _-]?\d\d(?:[:.]?\d\d){0,2}(?:\.\d+)?Z?(?:-\d{1,3})?)?"
)
_DECIMAL = re.compile(r"\d{1,5}\.\d+")


def quote(value: object, length: int = LENGTH) -> str:
    """A value from outside as it may be part of a message: one line of at most `length` characters.

    Control, bidirectional and zero-width characters are escaped as in Python. Masked are logins in addresses, headers
    and names that carry secrets, lines of an environment, keys in PEM, tokens, long base64 and hexadecimal, e-mail
    addresses, Hong Kong identity numbers and 7 digits and more that are no date.
    """
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes | bytearray) else str(value)
    # Cut first, so that a value of any size costs the same; what is cut apart is recognised by its beginning.
    head = _masked(text[: 8 * length + 512], guess=True)
    return _shortened(_escaped(head, ""), length)


def quote_all(values: Iterable[object], length: int = LENGTH, marks: str = "") -> str:
    """The first few of several values from outside, each between `marks`."""
    listed = list(values)
    shown = ", ".join(f"{marks}{quote(value, length)}{marks}" for value in listed[:SEVERAL])
    return f"{shown} and {len(listed) - SEVERAL:,} more" if len(listed) > SEVERAL else shown


def clean(text: str, length: int = WHOLE) -> str:
    """A whole message as it may be shown, line ends kept: what is certainly a secret masked, the rest escaped."""
    return _shortened(_escaped(_masked(text[: 2 * length], guess=False), "\n\t"), length)


def escape(text: str) -> str:
    """`text` with every hidden character escaped but line ends and tabs; nothing is masked or cut."""
    return _escaped(text, "\n\t")


def clean_values(value: Any) -> Any:
    """What JSON can hold with each of its texts, also the names of keys, as `clean` has them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean_values(key): clean_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_values(item) for item in value]
    return value


def escape_markdown(value: object, length: int = 2_000) -> str:
    """A value from outside for Markdown, as Airflow shows it: no link, picture, heading, table or line of its own."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~&-]|(?<=\d)\.)", r"\\\1", quote(value, length))


def describe_crash(error: BaseException) -> str:
    """An error that nobody foresaw: its kind, its text as from outside, where it came up; no values of variables."""
    frames = traceback.extract_tb(error.__traceback__)
    where = "".join(f"\n  {_module(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames)
    return f"{type(error).__name__}: {quote(error, 200)}{where}"


def describe_error(error: BaseException) -> str:
    """What a library says of content that it could not read: kind and first words, up to where it quotes.

    What it says of a name in a query (DuckDB's binder, parser and catalogue) is said in full, for that is no content.
    """
    kind = type(error).__name__
    first = (str(error).strip() or kind).splitlines()[0]
    if kind in ("BinderException", "ParserException", "CatalogException"):
        return quote(first, 300)
    said = re.split("['\"`]", first, maxsplit=1)[0].strip()
    return quote(said + ("" if said == first.strip() else " …"), 160)


def _module(filename: str) -> str:
    """The end of a path: what names a file of the code wherever it is installed."""
    return "/".join(Path(filename).parts[-3:])


def _masked(text: str, guess: bool) -> str:
    folded, origin = _folded(text)
    spans = [
        match.span("s" if "s" in pattern.groupindex else 0)
        for pattern in _CERTAIN
        for match in pattern.finditer(folded)
    ]
    if guess:
        spans += [
            match.span("s" if "s" in pattern.groupindex else 0)
            for pattern in _GUESSED
            for match in pattern.finditer(folded)
        ]
        spans += [match.span() for match in _RUN.finditer(folded) if _is_random(match.group())]
        spans += [match.span() for match in _DIGITS.finditer(folded) if _is_number_of_somebody(match.group())]
    shown, end = list[str](), 0
    for start, stop in _merged(spans):
        shown += [text[end : origin[start]], MASKED]
        end = origin[stop - 1] + 1
    return "".join([*shown, text[end:]]) if shown else text


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """`text` as it is meant (NFKC, without what is hidden), and where in `text` each of its characters stands."""
    if text.isascii():
        return text, range(len(text))
    folded, origin = list[str](), list[int]()
    for place, character in enumerate(text):
        if unicodedata.category(character) != "Cf" and character not in _BLANK:
            meant = unicodedata.normalize("NFKC", character)
            folded.append(meant)
            origin += [place] * len(meant)
    return "".join(folded), origin


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = 0, 0
    for begin, stop in sorted(span for span in spans if span[0] < span[1]):
        if begin >= end:
            if start < end:
                yield start, end
            start = begin
        end = max(end, stop)
    if start < end:
        yield start, end


def _is_random(run: str) -> bool:
    """Whether a run of letters and digits is one that a machine drew: a key, a hash, a token, and no name."""
    if _MOMENT.fullmatch(run):
        return False
    chunks = re.split(r"[_=/+-]+", run)
    letters = "".join(chunks)
    turns = sum(_kind(a) != _kind(b) for a, b in pairwise(letters))
    return (len(letters) >= 16 and turns >= len(letters) / 3) or any(map(_is_random_chunk, chunks))


def _is_random_chunk(chunk: str) -> bool:
    digits = sum(character.isdigit() for character in chunk)
    turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(chunk))
    return digits >= 2 and (len(chunk) >= 16 or (len(chunk) >= 10 and turns >= 3))


def _kind(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.islower() else 2 if character.isupper() else 3


def _is_number_of_somebody(run: str) -> bool:
    return not (_MOMENT.fullmatch(run) or _DECIMAL.fullmatch(run))


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _escaped(text: str, keep: str) -> str:
    def shown(match: re.Match[str]) -> str:
        character = match.group()
        return character if character in keep or not _is_hidden(character) else _spelled(character)

    return _NOT_PLAIN.sub(shown, text)


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN or character in _BLANK


def _spelled(character: str) -> str:
    point = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if point < 0x80:
        return f"\\x{point:02x}"
    # As JSON has it, in which such a text may lie.
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
