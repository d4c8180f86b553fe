"""Bank accounts: nine to sixteen digits beside a word for one, also with the bank's and the branch's numbers.

Missed: a number without such a word.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued
from praya.disclosure.recognise.recogniser import run_of

_BANKS = (
    r"HSBC|Hang Seng|BOC(?:HK)?|Standard Chartered|DBS|BEA|匯豐|汇丰|恒生|恆生|中銀|中银|渣打|東亞|东亚"
    r"|星展|工銀|建行"
)
_ACCOUNT = (
    r"(?:(?i:\bbank (?:account|acct?|a/c)|\baccount (?:no|number|num)\b|\ba/c\b"
    r"|\bacct?\b ?(?:no|number)?|\bsavings? account"
    rf"|\bcurrent account|\bautopay)|(?:{_BANKS})(?: ?(?i:bank|account|a/c)|銀行|银行|戶口|户口"
    rf"|[帳賬账][戶户號号]){{0,2}}"
    r"|銀行(?:戶口|[帳賬][戶號]|號碼)|银行(?:户口|账[户号]|号码|卡)|戶口|户口|[帳賬][戶號]|账[户号]|收款[帳賬账])"
)
ACCOUNT = cued(
    "bank account",
    rf"(?:{_ACCOUNT}|(?i:\bIBAN\b ?[A-Z]{{0,2}}))",
    run_of(9, 16),
    r"(?i)bank_?(?:account|acct|a/?c|no)|account_?(?:no|number)|(?:^|[^a-z])a/c(?:$|[^a-z])|銀行[戶帳賬]|银行[户账]|戶口|户口"
    r"|[帳賬]號|账号",
    "*** *********",
    before=False,
)
