"""Surnames common in Hong Kong: Chinese ones in both scripts, and how they are written in English."""

from __future__ import annotations

from praya.disclosure.recognise.recogniser import one_of

# Left out: surnames that are far more often a word of their own, such as 向, 應, 由, 成, 安, 都, 於.
SINGLE = (
    "陳陈李黃黄張张劉刘何葉叶林曾郭吳吴譚谭蕭萧肖麥麦袁馮冯王梁鄭郑謝谢羅罗鄧邓許许蔡楊杨周朱趙赵徐潘彭蘇苏"
    "盧卢余馬马胡鄺邝莫廖鍾钟湯汤溫温關关孫孙唐高韓韩江洪姚范沈石古丘邱戴杜歐欧方區区伍文霍龍龙甘簡简魏"
    "尹顧顾姜雷倪賴赖鮑鲍嚴严蔣蒋蒙容游池俞金程傅宋丁董魯鲁夏阮施錢钱薛卓崔陸陆侯樊鄒邹連连岑冼利龐庞"
    "黎呂吕任翁柯凌童祝康賀贺曹章史田熊秦喬乔孔白賈贾殷汪符辛涂塗葛尤鄔邬植貝贝勞劳屈敖招駱骆車车"
    "姬官竺習习柳梅季項项聶聂左狄談谈茹闕阙陶巫華华毛耿裘龔龚淩藍蓝蒲"
)
COMPOUND = (
    "歐陽 欧阳 司徒 上官 司馬 司马 諸葛 诸葛 端木 皇甫 尉遲 尉迟 公孫 公孙 張簡 范姜 令狐 夏侯 慕容 東方 东方 "
    "南宮 南宫 澹臺 呼延 鍾離 宇文 長孫 单于 軒轅 赫連"
)
ENGLISH = (
    "chan cheung wong lee li lam lau leung ho ng cheng yip tsang kwok tam siu mak yuen fung tang hui choi chu chow "
    "tse law lo pang so lui yeung poon kwan kong ma mok liu chung tong wan man suen ko hon kiang hung yiu fan sham "
    "shek koo yau tai to au fong ou ngai yim lung kam kan ngan ku koon loui tsoi wu woo chiu chui shum szeto auyeung "
    "au-yeung zhang wang liu chen yang huang zhao zhou xu sun zhu lin guo luo liang song zheng xie tran singh khan"
)

# RE2 of one surname in Chinese, and in English with small letters.
CHINESE = rf"(?:{one_of(COMPOUND)}|[{SINGLE}])"
ROMAN = one_of(ENGLISH)
