"""What the page of the evidence says to people."""

from __future__ import annotations

from typing import Any

TEXTS: dict[str, dict[str, Any]] = {
    "title": {"en": "Evidence of a release", "zh-Hant": "發布版本的證據"},
    "synthetic": {
        "en": "This data is synthetic: it was generated.",
        "zh-Hant": "此為模擬數據，由程式產生，並非真實資料。",
    },
    "how": {
        "en": "Take verify.py out of the ZIP and run python3 -I verify.py on the ZIP as it came. It needs Python 3.11 "
        "or later and openssl, and no network. It names every file that is not as it was signed for, and lists what "
        "it did not check. An exchanged verify.py can say anything: compare it with one that you trust. Give it "
        "the SHA-256 of the keys below as you know them from elsewhere, for whoever could exchange all of this could "
        "exchange the keys too.",
        "zh-Hant": "請從ZIP檔案取出verify.py，並以「python3 -I verify.py」檢查原來的ZIP檔案；"
        "只需Python 3.11或以上版本及openssl，無須連線。凡與所簽署者不符的檔案均會列出，未經檢查的事項亦會列明。"
        "verify.py若遭替換，其結果便不可信：請與可信的版本比對。請以從其他途徑得知的公鑰SHA-256作為參數，"
        "因為能替換全部內容者也能替換公鑰。",
    },
    "state": {"en": "What can still be shown", "zh-Hant": "現時仍可證明的事項"},
    "reproducible from raw": {
        "en": "Reproducible from raw: every snapshot is kept, and the release can be made again from it.",
        "zh-Hant": "可由原始快照重製：所有快照均獲保留，可據此重新製作此版本。",
    },
    "reproducible from the protected mart": {
        "en": "Reproducible from the protected mart: raw records were purged on their date, as the ledger says. Files, "
        "statement, verdict and ledger still hold, and the files can be made again from the protected table.",
        "zh-Hant": "可由受保護的數據表重製：原始紀錄已按期清除，並載於帳本。"
        "檔案、聲明、驗證結果及帳本仍可核對，檔案可由受保護的數據表重新製作。",
    },
    "not reproducible": {
        "en": "Not reproducible: what it was made from is missing. Files, statement and ledger can still be checked.",
        "zh-Hant": "無法重製：製作所用的資料已缺失。檔案、聲明及帳本仍可核對。",
    },
    "sealed": {
        "en": "Some lines of the ledger are sealed: it is proven that they are in the ledger, and not shown what they "
        "say, for their hashes of tables before disclosure control could be tried for the figures that are withheld. "
        "Validation report and raw records are left out for the same reason. Ask for them where the store is.",
        "zh-Hant": "帳本部分紀錄已密封：只證明紀錄載於帳本，並不顯示內容，"
        "因為披露控制前數據表的雜湊值可被用來試算不予公布的數字。基於同樣原因，驗證報告及原始紀錄不包括在內；"
        "如需查閱，請向存放數據的機構提出。",
    },
    "sealed_line": {"en": "sealed", "zh-Hant": "已密封"},
    "keys": {"en": "Keys that signed", "zh-Hant": "簽署所用的公鑰"},
    "witness": {"en": "witness", "zh-Hant": "見證方"},
    "publisher": {"en": "publisher", "zh-Hant": "發布機構"},
    "nobody": {
        "en": "No witness has cosigned a checkpoint that goes as far as this release: that the ledger was not written "
        "anew rests on the publisher's word.",
        "zh-Hant": "尚無見證方聯署涵蓋此版本的檢查點：帳本未被重寫一事，只憑發布機構的說法。",
    },
    "ledger": {"en": "Lines of the ledger", "zh-Hant": "帳本紀錄"},
}
