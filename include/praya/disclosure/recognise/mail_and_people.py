"""Electronic mail, and names of people.

**Mail.** Claimed: addresses with a domain of two parts or more, also written with (at). Not taken for one: a date
before the @, which is how calendars name their events.

**Names.** Claimed: a name beside an honorific, in English (Mr, Mrs, Ms, Miss, Dr, Prof, Professor, Madam, Mdm, Rev)
with a capital, or with a surname of Hong Kong in small letters; in Chinese (先生, 女士, 小姐, 太太, 醫生, 教授, 主任
and others, also 陳太 and 陳生) after a surname and up to two more characters; a name after words such as 聯絡人： or
"my name is". Schools, roads and the like that are named after people are not people. Missed: a name that stands
alone in a text, honorifics of other languages.

**Names without an honorific** are a kind of their own: claimed only for a column of which most cells are nothing
but a surname of Hong Kong and one or two characters or words.
"""

from __future__ import annotations

from praya.disclosure.recognise.recogniser import (
    SPACE,
    Recogniser,
    every,
    first_of,
    matches,
    one_of,
    only,
    without,
)
from praya.disclosure.recognise.surnames import CHINESE, ROMAN

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


EMAIL = Recogniser(
    kind="e-mail",
    near=r"@|[(\[{（［【｛<〔《〈「『«] ?(?i:at?) ?[)\]}）］】｝>〕》〉」』»]"
    r"|[A-Za-z0-9] ?在 ?[A-Za-z0-9-]{1,30} ?[點点.]"
    r"|(?i: at [a-z0-9-]+(?:[.-][a-z0-9-]+)* (?:dot) )|艾特|小老鼠|小鼠",
    found=_mails,
    mask=lambda v: f"left({v}, 1) || '***@***'",
)

_TITLE = one_of(
    "Mrs? MRS? Ms MS Miss MISS Dr DR Prof PROF Professor PROFESSOR Madam MADAM Mdm MDM Rev REV Reverend"
)
_SMALL = one_of("[Mm]rs? [Mm]s [Mm]iss [Dd]r [Pp]rof [Pp]rofessor [Mm]adam [Mm]dm [Rr]ev")
_PERSON = rf"\b{_TITLE}\b\.?\)? ?[A-Z](?:[A-Za-z'’-]+|\.? ?[A-Z])(?:[ .][A-Z][A-Za-z'’.-]*){{0,5}}"
_SMALL_PERSON = rf"\b{_SMALL}\b\.? ?{ROMAN}\b"
_BEFORE = r"\b[A-Z][A-Za-z-]+,? \((?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\)"
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

_HONORIFIC = one_of(
    "先生 女士 小姐 太太 夫人 醫生 医生 醫師 医师 教授 博士 老師 老师 律師 律师 師傅 师傅 姑娘 主任 "
    "經理 经理 督察 社工 同學 同学 校長 校长 議員 议员 法官 牧師 牧师 神父 修女 伯伯 婆婆"
)
_CALLED = rf"{CHINESE}\p{{Han}}{{0,2}}[ (]?{_HONORIFIC}"
_GENERIC = one_of("高級 高级 任何 有關 有关 各位 所有 方便 其他 相關 相关 金夫人")
# 陳太, 陳生, where no other word can be meant.
_MARRIED = rf"{CHINESE}[太生](?:$|[^\p{{Han}}]|[致來来打稱称表電电說说話话投])"
_MIXED = "|".join(
    [
        rf"\b[A-Z][A-Za-z-]+ ?{_HONORIFIC}",
        rf"{CHINESE}\p{{Han}}{{0,2}} ?(?i:sir)\b",
        rf"\b{_SMALL}\b\.? ?{CHINESE}",
        rf"(?:^|[^\p{{Han}}]|[由與与向和跟據据]){_MARRIED}",
    ]
)
_SCHOOL = "學校 学校 中學 中学 小學 小学 幼稚園 幼稚园 書院 书院 學院 学院 大學 大学 紀念 纪念"
_PLACE_HAN = rf"^[^，。！？,!?：:]*{_HONORIFIC}[^，。！？,!?：:]*{{}}[^，。！？,!?：:]{{{{0,14}}}}$".format(
    one_of(f"{_SCHOOL} 大樓 大楼 大廈 大厦 醫院 医院 度假村 中心 徑 径 道 路 街 館 馆 堂 園 园 樓 楼 校 苑")
)
_TALK_HAN = "[致到在是有的了說说向打稱称表示反映查詢投訴要求]"
_MEMORIAL = rf"{CHINESE}\p{{Han}}{{0,2}}{_HONORIFIC}\p{{Han}}{{0,4}}{one_of(_SCHOOL)}"
# What people write before a name.
_ROLE = one_of("姓名 聯絡人 联络人 申請人 申请人 投訴人 投诉人 負責人 负责人")
_CUE = rf"(?:{_ROLE}[是為为]?[:：]|{_ROLE}[是為为]|我叫|名叫)"
_INTRODUCED = rf"{_CUE} ?({CHINESE}\p{{Han}}{{1,2}})(?:$|[^\p{{Han}}]|[電电住手的])"
_CUE_ENGLISH = (
    r"(?i:(?:my|full|contact|caller'?s?|customer'?s?|applicant'?s?|complainant'?s?|resident'?s?) name|contact person"
    r"|applicant|complainant)(?i: is|:) ?"
)
_INTRODUCED_ENGLISH = (
    rf"{_CUE_ENGLISH}((?i:{ROMAN}),? [A-Z][A-Za-z-]+|[A-Z][A-Za-z-]+ (?:[A-Z][A-Za-z-]+ )?(?i:{ROMAN}))\b"
)

NAME_NEAR = "|".join(
    [
        rf"\b{_TITLE}\b\.?\)?{SPACE}?[A-Z]",
        rf"\b{_SMALL}\b\.?{SPACE}?(?:{ROMAN}\b|\p{{Han}})",
        r"\((?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\)",
        _HONORIFIC,
        r"\p{Han} ?(?i:sir)\b",
        _MARRIED,
        _CUE,
        _CUE_ENGLISH,
    ]
)


def _names(text: str) -> str:
    place = f"({matches(text, _PLACE)} and not {matches(text, _TALK)})"
    english = only(
        every(text, _PERSON), lambda v: f"not {matches(v, _NO_PERSON)} and not {matches(v, _INSTITUTION)}"
    )
    place_han = f"({matches(text, _PLACE_HAN)} and not {matches(text, _TALK_HAN)})"
    chinese = only(every(without(text, _MEMORIAL), _CALLED), lambda v: f"not {matches(v, _GENERIC)}")
    return first_of(
        f"case when {place} then [] else {english} end",
        f"case when {place_han} then [] else {chinese} end",
        *(every(text, pattern) for pattern in (_SMALL_PERSON, _BEFORE, _MIXED)),
        *(every(text, pattern, 1) for pattern in (_INTRODUCED, _INTRODUCED_ENGLISH)),
    )


def _name_mask(value: str) -> str:
    """The honorific stays, for it is nobody's."""
    before = f"nullif(regexp_extract({value}, '^{_SMALL}|^{_TITLE}'), '') || ' ***'"
    return f"coalesce({before}, '***' || regexp_extract({value}, '{_HONORIFIC}$'))"


NAME = Recogniser(kind="name", near=NAME_NEAR, found=_names, mask=_name_mask)

_ALONE = rf"(?:{CHINESE}\p{{Han}}{{1,2}}|(?i:{ROMAN}),? [A-Z][A-Za-z]+(?:[ -][A-Za-z]+)?)"
BARE_NAME = Recogniser(
    kind="name without honorific",
    near=rf"^ *{_ALONE} *$",
    found=lambda text: every(text, rf"^ *{_ALONE} *$"),
    mask=lambda _: "'***'",
    alone=_ALONE,
)
