"""What disclosure control does to a table, in words and three languages."""

from __future__ import annotations

from praya.contract.disclosure import Disclosure
from praya.contract.disclosure_method import disclosure_methods
from praya.metadata.dictionary_words import say
from praya.metadata.release_facts import Texts

FACTS = say(
    "Nothing in it is about persons, so that nothing is withheld or changed. It was searched for personal data before "
    "it went out.",
    "內容不涉及個人，故並無隱藏或改動任何數字；發布前已檢查有否個人資料。",
)
REGISTER = say(
    "It lists premises and offices with their public contacts. It was searched for personal data before it went out.",
    "載列處所及辦事處的公開聯絡方法；發布前已檢查有否個人資料。",
)
JOINT = say(
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
        return [REGISTER if rules.class_ == "public register" else FACTS]
    return [
        _done(rules),
        JOINT,
        say(*PROMISE, threshold=rules.threshold, twice=2 * rules.threshold),
        say(*MARK, cells=f"{withheld:,}"),
    ]


def _done(rules: Disclosure) -> Texts:
    """What the method did to the table, as its spec says it."""
    notes = disclosure_methods()[rules.method].notes
    return say(notes.en, notes.zh_hant, notes.zh_hans, threshold=rules.threshold)
