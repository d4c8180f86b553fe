"""Who does something: a name by which a person can be asked about it later, and never an account of a machine.

Two names are compared as a reader sees them, so that nobody is a second person by spelling.
"""

from __future__ import annotations

import re
import unicodedata

from praya.errors import PersonUnknown, codes
from praya.text.outside import quote

SHORTEST, LONGEST = 2, 80
# Accounts that any process may run under, and words that stand for nobody.
TECHNICAL = frozenset(
    {
        "root", "toor", "nobody", "none", "null", "nil", "unknown", "anonymous", "anyone", "someone",
        "somebody", "default", "user", "username", "users", "guest", "me", "myself", "self", "admin-user",
        "airflow", "scheduler", "worker", "triggerer", "praya", "daemon", "bin", "sys", "system", "systemd",
        "service", "services", "www", "www-data", "apache", "nginx", "httpd", "postgres", "postgresql", "mysql",
        "redis", "celery", "docker", "podman", "kubernetes", "ubuntu", "debian", "centos", "ec2-user",
        "azureuser", "vagrant", "jenkins", "gitlab-runner", "github-actions", "actions", "runner", "ci", "cron",
        "bot", "robot", "script", "technical", "tba", "tbd",
    }
)  # fmt: skip
_ALLOWED = re.compile(r"[A-Za-z0-9 .,'@()_·\u3400-\u9fff\U00020000-\U0003ffff-]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
# What looks like another letter; both become one of them.
_ALIKE = (("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("8", "b"), ("rn", "m"), ("vv", "w"))
# Letters of other alphabets that look Latin. Names of today are Latin or Chinese; a ledger may hold others.
_TWINS = {
    "a": "\u0430\u03b1", "b": "\u0432\u03b2", "c": "\u0441", "d": "\u0501", "e": "\u0435\u03b5",
    "h": "\u04bb\u043d",
    "i": "\u0456\u03b9\u0131", "j": "\u0458", "k": "\u043a\u03ba", "m": "\u043c", "n": "\u0578",
    "o": "\u043e\u03bf\u0585",
    "p": "\u0440\u03c1",
    "q": "\u051b", "s": "\u0455", "t": "\u0442\u03c4", "u": "\u03c5\u057d", "v": "\u03bd",
    "w": "\u051d", "x": "\u0445\u03c7", "y": "\u0443\u03b3",
}  # fmt: skip
_LATIN = str.maketrans({twin: letter for letter, twins in _TWINS.items() for twin in twins})


def parse_person(name: str) -> str:
    """The name as it is recorded: NFKC, single spaces. Raises PersonUnknown for one that is no person's."""
    said = " ".join(unicodedata.normalize("NFKC", name).split())
    plain = "".join(
        character for character in unicodedata.normalize("NFD", said) if not unicodedata.combining(character)
    )
    if (
        re.search(r"[\n\r\t]", name)
        or not _ALLOWED.fullmatch(plain)
        or not re.search(r"[A-Za-z]|" + _HAN.pattern, plain)
    ):
        raise PersonUnknown(
            codes.person.NAME_NOT_VALID,
            f"'{quote(name)}' is not a name of a person; write it in Latin letters or Chinese characters",
        )
    if not SHORTEST <= len(said) <= LONGEST:
        raise PersonUnknown(
            codes.person.NAME_NOT_VALID,
            f"'{quote(name)}' is not a name of a person; {SHORTEST} to {LONGEST} characters are",
        )
    if is_technical(said):
        raise PersonUnknown(
            codes.person.NAME_NOT_VALID,
            f"'{quote(name)}' is an account of a machine; name the person who does it",
        )
    return said


def is_technical(name: str) -> bool:
    """Whether a name is an account that many or none stand behind, however it is spelled."""
    return any(_look(text) in _ACCOUNTS for text in (name, name.partition("@")[0]))


def is_same_person(name: str, other: str) -> bool:
    """Whether two names may be the same person's: but for capitals, accents, spaces, order of words, punctuation,
    characters that look alike, traditional and simplified characters, and the domain of an e-mail address."""
    return bool(_letters(name) & _letters(other))


def _letters(name: str) -> set[str]:
    """The letters of a name and of the part before its `@`, in one order."""
    return {"".join(sorted(_look(text))) for text in (name, name.partition("@")[0])} - {""}


def _look(name: str) -> str:
    """A name as a reader sees it."""
    text = unicodedata.normalize("NFKC", name).casefold().translate(_LATIN)
    text = "".join(character for character in unicodedata.normalize("NFKD", text) if character.isalnum())
    if _HAN.search(text):
        text = _simplified(text)
    for look, letter in _ALIKE:
        text = text.replace(look, letter)
    return text


def _simplified(text: str) -> str:
    from opencc import OpenCC

    return str(OpenCC("t2s").convert(text))


_ACCOUNTS = {_look(name) for name in TECHNICAL}
