"""What the licences are called in each language, and where their text in it is."""

from __future__ import annotations

from praya.contract.codes import FILE_LANGUAGE, LICENCES
from praya.contract.text import Text

# The names that who made them published; Creative Commons has its own for the Mainland.
TITLES = {
    "data-gov-hk": Text(en=LICENCES["data-gov-hk"]["title"], zh_hant="「資料一線通」使用條款及條件"),
    "CC-BY-4.0": Text(
        en=LICENCES["CC-BY-4.0"]["title"], zh_hant="創用CC姓名標示4.0國際", zh_hans="知识共享署名4.0国际"
    ),
    "CC0-1.0": Text(
        en=LICENCES["CC0-1.0"]["title"],
        zh_hant="CC0 1.0通用公眾領域貢獻宣告",
        zh_hans="CC0 1.0通用公共领域贡献",
    ),
}


def licence_title(name: str, title: str, language: str) -> str:
    """What the licence of that id is called; of one that is not known here its `title` in the manifest."""
    known = TITLES.get(name)
    return known.in_language(language) if known else title


def licence_url(name: str, url: str, language: str) -> str:
    """Where its text is in this language; the portal has a page a language."""
    return url.replace("/en/", f"/{FILE_LANGUAGE[language]}/") if name == "data-gov-hk" else url
