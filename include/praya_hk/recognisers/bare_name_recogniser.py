"""Names without an honorific: a column of which most cells are nothing but a surname of Hong Kong and one or two
characters or words. Missed: such a name in a text.
"""

from __future__ import annotations

from praya.disclosure.recognise.judge import is_rare
from praya.disclosure.recognise.recogniser import Recogniser, every
from praya_hk.surnames import CHINESE, ROMAN

_ALONE = rf"(?:{CHINESE}\p{{Han}}{{1,2}}|(?i:{ROMAN}),? [A-Z][A-Za-z]+(?:[ -][A-Za-z]+)?)"

BARE_NAME = Recogniser(
    name="name without honorific",
    near=rf"^ *{_ALONE} *$",
    find=lambda text: every(text, rf"^ *{_ALONE} *$"),
    mask=lambda _: "'***'",
    alone=_ALONE,
    other=is_rare,
    accented=r"^ *\p{L}+,? \p{L}+(?:[ -]\p{L}+)? *$",
)
