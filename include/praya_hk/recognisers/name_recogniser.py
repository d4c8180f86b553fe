"""Names of people.

Claimed: a name beside an honorific, in English (Mr, Mrs, Ms, Miss, Dr, Prof, Professor, Madam, Mdm, Rev) with a
capital, or with a surname of Hong Kong in small letters; in Chinese (先生, 女士, 小姐, 太太, 醫生, 教授, 主任 and
others, also 陳太 and 陳生) after a surname and up to two more characters; a name after words such as 聯絡人： or
"my name is". Schools, roads and the like that are named after people are not people. Missed: a name that stands
alone in a text, honorifics of other languages.
"""

from __future__ import annotations

from praya.disclosure.recognise.fold import accented
from praya.disclosure.recognise.recogniser import (
    SPACE,
    Recogniser,
    accented_one_of,
    every,
    first_of,
    matches,
    one_of,
    only,
    without,
)
from praya.disclosure.recognise.recognisers.titled_name_recogniser import (
    ACCENTED_TITLE,
    BEFORE,
    SMALL,
    TITLE,
    persons,
)
from praya.disclosure.recognise.recognisers.titled_name_recogniser import NEAR as TITLED_NEAR
from praya_hk.surnames import CHINESE, ROMAN

_SMALL_PERSON = rf"\b{SMALL}\b\.? ?{ROMAN}\b"

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
        rf"\b{SMALL}\b\.? ?{CHINESE}",
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

_NEAR = "|".join(
    [
        TITLED_NEAR,
        rf"\b{SMALL}\b\.?{SPACE}?(?:{ROMAN}\b|\p{{Han}})",
        _HONORIFIC,
        r"\p{Han} ?(?i:sir)\b",
        _MARRIED,
        _CUE,
        _CUE_ENGLISH,
    ]
)
_ACCENTED_CUE = rf"{accented_one_of('name person applicant complainant')}(?: [{accented('i')[1:-1]}]|:| ?[(])"


def _names(text: str) -> str:
    place = f"({matches(text, _PLACE_HAN)} and not {matches(text, _TALK_HAN)})"
    chinese = only(every(without(text, _MEMORIAL), _CALLED), lambda v: f"not {matches(v, _GENERIC)}")
    return first_of(
        persons(text),
        f"case when {place} then [] else {chinese} end",
        *(every(text, pattern) for pattern in (_SMALL_PERSON, BEFORE, _MIXED)),
        *(every(text, pattern, 1) for pattern in (_INTRODUCED, _INTRODUCED_ENGLISH)),
    )


def _mask(value: str) -> str:
    """The honorific stays, for it is nobody's."""
    before = f"nullif(regexp_extract({value}, '^{SMALL}|^{TITLE}'), '') || ' ***'"
    return f"coalesce({before}, '***' || regexp_extract({value}, '{_HONORIFIC}$'))"


NAME = Recogniser(
    name="name",
    near=_NEAR,
    find=_names,
    mask=_mask,
    accented=f"{ACCENTED_TITLE}|{_ACCENTED_CUE}",
    instead_of=("name with title",),
)
