"""Words that differ between Hong Kong and the Mainland, in characters that OpenCC has made simplified already.

One word for one thing: a page in Simplified Chinese has no 栏位 beside 字段. Names that the Government gave (数码港,
政府电脑保安事故协调中心, 中央电子档案保管系统) stay as they are.
"""

from __future__ import annotations

import re

# By what they are applied in: a longer word before the shorter one that is a part of it.
TERMS = {
    "应用程式介面": "应用程序接口",
    "流动应用程式": "移动应用程序",
    "程式": "程序",
    "介面": "界面",
    "栏位": "字段",
    "储存格": "单元格",
    "储存库": "存储库",
    "储存": "存储",
    "试算表": "电子表格",
    "位元组": "字节",
    "字元": "字符",
    "定位符": "制表符",
    "半形": "半角",
    "全形": "全角",
    "杂凑值": "哈希值",
    "杂讯": "噪声",
    "质素": "质量",
    "机械人": "机器人",
    "电邮": "电子邮件",
    "伺服器": "服务器",
    "搜寻": "搜索",
    "连结": "链接",
    "登入": "登录",
    "预设": "默认",
    "帐目": "账目",
    "透过": "通过",
    "支援": "支持",
}
# A file of a computer, and a column of a table; not the records that an archive keeps, nor a fence.
PATTERNS = {
    re.compile(r"(?<!电子)(?<!历史)(?<!公共)档案(?!保管|处|管理|馆|法)"): "文件",
    re.compile(r"(?<![护围专告报传防桥])栏(?![杆目])"): "列",
}
_TERM = re.compile("|".join(TERMS))


def with_mainland_terms(simplified: str) -> str:
    """The same text in the words of the Mainland."""
    text = _TERM.sub(lambda match: TERMS[match[0]], simplified)
    for pattern, word in PATTERNS.items():
        text = pattern.sub(word, text)
    return text
