"""Names in messengers.

Claimed: a name after WeChat ID, 微信號 and the like, also of WhatsApp, Telegram, Line, Signal, Instagram and
Facebook, or after the word and a colon where the name has a digit. Telephone numbers beside WhatsApp are
telephones.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued
from praya.disclosure.recognise.recogniser import accented_one_of

_CHAT = r"(?:(?i:\bwe ?chat|\bweixin|\bwhats ?app|\btelegram|\bwx)|微信|威信)"
_APP = rf"(?:{_CHAT}|(?i:\bline|\bsignal|\binstagram|\bfacebook|\bmessenger|\bqq|\big|\btg))"
_ID = r"(?:(?i:id|account|user ?name|handle)\b|[帳賬]號|账号|號碼?|号码?|用[戶户]名)"
_HANDLE = r"[A-Za-z](?:[A-Za-z0-9.-]|[ ](?:[0-9]|[a-z]+[0-9])){4,29}"
_WITH_DIGIT = r"[A-Za-z][A-Za-z.-]{0,19}(?: [a-z]+)?[- ]?[0-9][A-Za-z0-9.-]{2,}"
_SIGN = r"(?: ?[:：=] ?| (?i:is) | ?[是為为係] ?)"
MESSENGER = cued(
    "messenger name",
    rf"{_APP}[ -]?{_ID}",
    _HANDLE,
    r"(?i)we_?chat|weixin|微信|whats_?app_?(?:id|name)|telegram_?(?:id|name)",
    "***",
    also=rf"{_CHAT}{_SIGN}@?({_WITH_DIGIT})",
    near=rf"{_CHAT}{_SIGN}|{_CHAT}",
    before=False,
    accented=rf"{accented_one_of('wechat weixin whatsapp telegram wx messenger instagram facebook signal line')}"
    r"(?: ?[:=]|[ -])",
)
