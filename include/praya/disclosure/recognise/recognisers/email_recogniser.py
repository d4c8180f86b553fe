"""Electronic mail.

Claimed: addresses with a domain of two parts or more, also written with (at). Not taken for one: a date before the @,
which is how calendars name their events.
"""

from __future__ import annotations

from praya.disclosure.recognise.cuts import LOCAL, Cut
from praya.disclosure.recognise.fold import accented
from praya.disclosure.recognise.recogniser import Recogniser, every, first_of, matches, one_of, only

_DOMAINS = one_of(
    "com net org edu gov hk cn tw mo io me info biz uk us co jp sg au ca de example test invalid"
)
_AT = r"(?:[ \n*~|]{0,2}@[ \n*~|]{0,2}| ?[(\[{<][ ]?(?:(?i:at|a)|@)[ ]?[)\]}>] ?)"
_DOT = r"(?:[.。．]| ?[(\[{<][ ]?(?:(?i:dot)|\.)[ ]?[)\]}>] ?| (?i:dot) )"
_LOCAL = r"[A-Za-z0-9][A-Za-z0-9._%+'-]*"
_MAIL = rf"{_LOCAL}{_AT}(?:[A-Za-z0-9-]+{_DOT})+[A-Za-z]{{2,}}"
# In words, or with spaces, only where it ends as a domain does.
_SPOKEN_AT = r"(?: (?i:at) | ?(?:艾特|小老鼠|小鼠|在) ?|[ \n]{0,2}@[ \n]{0,2})"
_SPOKEN_DOT = r"(?: (?i:dot) | ?[.。．] ?| ?[點点] ?|[,，])"
_SPOKEN_MAIL = rf"{_LOCAL}{_SPOKEN_AT}(?:[A-Za-z0-9-]+{_SPOKEN_DOT})+{_DOMAINS}(?:$|[^A-Za-z0-9])"
# Words around a full stop: `we met at noon. Me too`.
_SENTENCE = r" (?i:at) [A-Za-z0-9-]+(?:[.] | ?[點点,，])|^[^@]* at [^@]*[.][^ ]*$"
_EVENT = r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])@"


def _mails(text: str) -> str:
    written = only(every(text, _MAIL), lambda v: f"not {matches(v, _EVENT)}")
    spoken = only(
        every(text, _SPOKEN_MAIL), lambda v: f"not {matches(v, _SENTENCE)} and not {matches(v, _EVENT)}"
    )
    return first_of(written, spoken)


# In two columns: the host, and such as nearly everybody's mail is with.
_HOST = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_MAIL_HOST = (
    r"@?(?:(?:gmail|googlemail|hotmail|outlook|live|msn|icloud|aol|proton|protonmail|qq|163|126|sina|foxmail)\.com"
    r"|yahoo\.com(?:\.hk)?|(?:netvigator|hkbn|i-cable|hknet|ctimail)\.(?:com|net)|sinaman\.com|yahoo\.co\.uk)"
)
_ACCENTED_AT = accented("at")

EMAIL = Recogniser(
    name="e-mail",
    near=r"@|[(\[{（［【｛<〔《〈「『«] ?(?i:at?) ?[)\]}）］】｝>〕》〉」』»]"
    r"|[A-Za-z0-9] ?在 ?[A-Za-z0-9-]{1,30} ?[點点.]"
    r"|(?i: at [a-z0-9-]+(?:[.-][a-z0-9-]+)* (?:dot) )|艾特|小老鼠|小鼠",
    find=_mails,
    mask=lambda v: f"left({v}, 1) || '***@***'",
    accented=rf"[@(\[{{<] ?{_ACCENTED_AT} ?[@)\]}}>]| {_ACCENTED_AT} .{{1,40}} {accented('dot')} |@",
    cuts=(
        Cut(r"[A-Za-z0-9][A-Za-z0-9._%+-]* ?@ ?$", head=rf"^ ?{_HOST}"),
        Cut(r"[A-Za-z0-9][A-Za-z0-9._%+-]*$", head=rf"^ ?@ ?{_HOST}", between="@"),
        Cut(rf"^ *(?i:{LOCAL}) *$", head=rf"^ ?{_MAIL_HOST} ?$", between="@"),
    ),
)
