"""Names beside a title.

Claimed: a name with a capital beside Mr, Mrs, Ms, Miss, Dr, Prof, Professor, Madam, Mdm or Rev. Schools, roads and the
like that are named after people are not people. Missed: a name that stands alone, titles of other languages.
"""

from __future__ import annotations

from praya.disclosure.recognise.recogniser import (
    SPACE,
    WHOLE_WORD,
    Recogniser,
    accented_one_of,
    every,
    first_of,
    matches,
    one_of,
    only,
)

TITLE = one_of(
    "Mrs? MRS? Ms MS Miss MISS Dr DR Prof PROF Professor PROFESSOR Madam MADAM Mdm MDM Rev REV Reverend"
)
SMALL = one_of("[Mm]rs? [Mm]s [Mm]iss [Dd]r [Pp]rof [Pp]rofessor [Mm]adam [Mm]dm [Rr]ev")
_PERSON = rf"\b{TITLE}\b\.?\)? ?[A-Z](?:[A-Za-z'’-]+|\.? ?[A-Z])(?:[ .][A-Z][A-Za-z'’.-]*){{0,5}}"
BEFORE = r"\b[A-Z][A-Za-z-]+,? \((?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\)"
_NO_PERSON = r"(?i)^[a-z]+\b\.? ?(?:hong kong|{})\b".format(
    one_of(
        "word excel office windows outlook teams access powerpoint sql speaker president chair\\w* secretary universe "
        "world bean softee and or the"
    )
)
_INSTITUTION = r"(?i)\b{}\b".format(
    one_of(
        "school college kindergarten nursery university academy institute hospital clinic library museum memorial "
        "foundation fund trust scholarship hall centre center building tower house estate park garden playground road "
        "street drive avenue place pl square chapel church theatre"
    )
)
# A whole cell that is the name of a place: no sentence, and what it is stands near its end.
_PLACE = rf"^[^.:;!?\n]*(?i:mr|mrs|ms|miss|dr|madam|prof|rev)\b[^:;!?\n]*{_INSTITUTION}[^.:;!?\n]{{0,30}}$"
_TALK = r"(?i)\b{}\b".format(
    one_of(
        "about to from has had is was were said called asked reported complained left near with who wants visited"
    )
)

NEAR = rf"\b{TITLE}\b\.?\)?{SPACE}?[A-Z]|\((?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\)"
ACCENTED_TITLE = (
    rf"{WHOLE_WORD}{accented_one_of('mr mrs ms miss dr prof professor madam mdm rev reverend')}[. )]"
)


def persons(text: str) -> str:
    """SQL of the list of titles with a name behind them; none where the whole text is the name of a place."""
    place = f"({matches(text, _PLACE)} and not {matches(text, _TALK)})"
    names = only(
        every(text, _PERSON), lambda v: f"not {matches(v, _NO_PERSON)} and not {matches(v, _INSTITUTION)}"
    )
    return f"case when {place} then [] else {names} end"


TITLED_NAME = Recogniser(
    name="name with title",
    near=NEAR,
    find=lambda text: first_of(persons(text), every(text, BEFORE)),
    mask=lambda v: f"coalesce(nullif(regexp_extract({v}, '^{TITLE}'), '') || ' ***', '***')",
    accented=ACCENTED_TITLE,
)
