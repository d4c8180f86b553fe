"""IP addresses.

Claimed: v4 and v6 beside IP, IP address or IP地址; eight groups of v6 anywhere. Four numbers with dots alone are a
version or a paragraph.
"""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_DOT = r" ?(?:[.,。．·・、/|-]|[(\[{](?i:dot|\.)[)\]}]|(?i:\bdot\b)|點|点) ?"
_V4 = rf"{_OCTET}(?:{_DOT}{_OCTET}){{3}}"
_HEX = r"[0-9A-Fa-f]{1,4}"
_V6 = rf"(?:{_HEX}:){{7}}{_HEX}|(?:{_HEX}:){{1,6}}(?::{_HEX}){{1,6}}|(?:{_HEX}:){{2,7}}:"
IP_ADDRESS = cued(
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
