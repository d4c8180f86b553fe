"""Addresses in networks and names in messengers.

**IP addresses.** Claimed: v4 and v6 beside IP, IP address or IP地址; eight groups of v6 anywhere. Four numbers with
dots alone are a version or a paragraph. **Messengers.** Claimed: a name after WeChat ID, 微信號 and the like, also of
WhatsApp, Telegram, Line, Signal, Instagram and Facebook, or after the word and a colon where the name has a digit.
Telephone numbers beside WhatsApp are telephones.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_DOT = r" ?(?:[.,。．·・、/|-]|[(\[{](?i:dot|\.)[)\]}]|(?i:\bdot\b)|點|点) ?"
_V4 = rf"{_OCTET}(?:{_DOT}{_OCTET}){{3}}"
_HEX = r"[0-9A-Fa-f]{1,4}"
_V6 = rf"(?:{_HEX}:){{7}}{_HEX}|(?:{_HEX}:){{1,6}}(?::{_HEX}){{1,6}}|(?:{_HEX}:){{2,7}}:"
IP = cued(
    "ip address",
    r"(?:\bIP(?:v[46])?\b|\bip\b|(?i:\bip[ _-]?addr(?:ess)?(?:es)?\b"
    r"|\binternet protocol|\blog(?:ged|s)? (?:in )?from\b)"
    r"|IP ?[地位]址|網[絡路][地位]址|网[络路][地位]址|網際協定|登入[地位]址"
    r"|登录[地位]址)(?: ?(?i:addr(?:ess)?(?:es)?\b)| ?[地位]址)?",
    rf"(?:{_V4}|{_V6})",
    r"(?i)(?:^|[^a-z])ip(?:v[46])?(?:_?addr(?:ess)?)?(?:$|[^a-z])|網[絡路][地位]址|网[络路][地位]址",
    "*.*.*.*",
    also=rf"(?:^|[^0-9A-Za-z:])((?:{_HEX}:){{7}}{_HEX})(?:$|[^0-9A-Za-z:])",
    near=rf"(?:{_HEX}:){{7}}{_HEX}",
)

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
)
