"""What disclosure control does to a table, in words and three languages."""

from __future__ import annotations

from praya.contract.disclosure import Disclosure
from praya.describe.facts import Texts
from praya.describe.words import say

FACTS = say(
    "Nothing in it is about persons, so that nothing is withheld or changed. It was searched for personal data before "
    "it went out.",
    "內容不涉及個人，故並無隱藏或改動任何數字；發布前已檢查有否個人資料。",
)
REGISTER = say(
    "It lists premises and offices with their public contacts. It was searched for personal data before it went out.",
    "載列處所及辦事處的公開聯絡方法；發布前已檢查有否個人資料。",
)
METHODS = {
    "10-5 rule": (
        "Counts below {threshold} are withheld, all others are rounded to the nearest 5, totals by themselves, so that "
        "rows need not add up to them.",
        "少於{threshold}的數目予以隱藏，其餘調整至最接近的5的倍數；總數另行調整，故各項相加未必等於總數。",
    ),
    "cell-key perturbation": (
        "Counts have noise of at most 4 either way, the same wherever the same records are counted; a zero is a zero. "
        "Counts that are then below {threshold} are withheld, and rates and means over few.",
        "數目加入上下不超過4的雜訊，相同紀錄的雜訊在各處均相同；零仍為零。加入雜訊後少於{threshold}的數目，以及基數偏小的"
        "比率及平均值，均予隱藏。",
    ),
    "suppression": (
        "Counts below {threshold} are withheld; those that are shown are exact.",
        "少於{threshold}的數目予以隱藏；所示數目均為確數。",
    ),
}
JOINT = say(
    "Larger figures, rates and means may be withheld too, where a small count could be worked out with them from this "
    "table or from others that are published.",
    "如可憑較大的數字、比率或平均值，從本表或其他已發布的數據表推算出小數目，該等數字亦予隱藏。",
)
MARK = (
    "A withheld figure is empty and its status column says C, which does not mean zero. Withheld in this release: "
    "{cells}.",
    "隱藏的數字留空，其狀況欄為C，並不表示零。本版本隱藏的數字共{cells}個。",
)


def disclosure_in_words(rules: Disclosure, withheld: int) -> list[Texts]:
    """The sentences for a dataset under these rules, of which `withheld` cells are not shown."""
    if not rules.counts:
        return [REGISTER if rules.class_ == "public register" else FACTS]
    return [
        say(*METHODS[rules.method], threshold=rules.threshold),
        JOINT,
        say(*MARK, cells=f"{withheld:,}"),
    ]
