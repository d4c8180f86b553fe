"""What disclosure control does to a table, in words and three languages."""

from __future__ import annotations

from praya.contract.disclosure import Disclosure
from praya.metadata.dictionary_words import say
from praya.metadata.release_facts import Texts

FACTS = (
    "Nothing in it is about persons, so that nothing is withheld or changed. It was searched for personal data before "
    "it went out.",
    "內容不涉及個人，故並無隱藏或改動任何數字；發布前已檢查有否個人資料。",
)
REGISTER = (
    "It lists premises and offices with their public contacts. It was searched for personal data before it went out.",
    "載列處所及辦事處的公開聯絡方法；發布前已檢查有否個人資料。",
)
METHODS = {
    "10-5 rule": (
        "Counts below {threshold} are withheld, and those just above whose figure would stand for fewer than five "
        "counts; all others are rounded to the nearest 5, totals by themselves, so that rows need not add up to them. "
        "In later releases a figure moves by the change of its count, rounded to 5, and may then be 4 off.",
        "少於{threshold}的數目，以及略高於此數而調整後代表不足五個數目者，均不予公布，其餘調整至最接近的5的倍數；"
        "總數另行調整，"
        "故各項相加未必等於總數。其後各版本的數字按數目的變動（調整至最接近的5的倍數）增減，與實際數目相差可達4。",
    ),
    "cell-key perturbation": (
        "Counts have noise of at most 4 either way, the same wherever the same records are counted, and kept in later "
        "releases. Counts that are then below {threshold} are withheld, zero too, and rates and means over few.",
        "數目加入上下不超過4的雜訊，相同紀錄的雜訊在各處均相同，其後各版本亦維持不變。加入雜訊後少於{threshold}的數目（包括零），"
        "以及基數偏小的比率及平均值，均不予公布。",
    ),
    "suppression": (
        "Counts below {threshold} are withheld, zero too; those that are shown are exact, so that one that later falls "
        "below {threshold} can be known to who knows what changed.",
        "少於{threshold}的數目（包括零）不予公布；所示數目均為確數，因此如其後減至少於{threshold}，知悉有關變動的人士可得知該數目。",
    ),
}
JOINT = (
    "Larger figures, rates and means may be withheld too, where a small count could be worked out with them from this "
    "table or from others that are published.",
    "如可憑較大的數字、比率或平均值，從本表或其他已發布的數據表推算出小數目，該等數字亦不予公布。",
)
PROMISE = (
    "What is withheld once is withheld in all later releases. No count below {threshold} can be worked out from what "
    "is published; of counts of {twice} or more nothing is promised: sums and rates may tell more than the figures.",
    "曾經不予公布的數字在其後各版本亦不予公布。任何人均無法從已發布的數字推算出少於{threshold}的數目；至於{twice}或以上的數目則不作保證："
    "總和及比率所透露的或多於所示數字。",
)
MARK = (
    "A withheld figure is empty and its status column says C, which does not mean zero. Withheld in this release: "
    "{cells}.",
    "不予公布的數字留空，其狀況欄為C，並不表示零。本版本不予公布的數字共{cells}個。",
)


def disclosure_in_words(rules: Disclosure, withheld: int) -> list[Texts]:
    """The sentences for a dataset under these rules, of which `withheld` cells are not shown."""
    if not rules.counts:
        return [say(*(REGISTER if rules.class_ == "public register" else FACTS))]
    return [
        say(*METHODS[rules.method], threshold=rules.threshold),
        say(*JOINT),
        say(*PROMISE, threshold=rules.threshold, twice=2 * rules.threshold),
        say(*MARK, cells=f"{withheld:,}"),
    ]
