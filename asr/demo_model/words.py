"""The words that the demo model knows, and how they are said. PURE.

A word is what the recogniser gives back; its numbered pinyin (spoken tones) is what the voice
``cmn-latn-pinyin`` is asked to say. The model hears no tones: words that differ in nothing else
are told apart by what stands beside them.
"""

from __future__ import annotations

from types import MappingProxyType

_DIGITS = """
零 ling2|一 yi1|二 er4|三 san1|四 si4|五 wu3|六 liu4|七 qi1|八 ba1|九 jiu3|幺 yao1
"""
_PLAIN = """
我 wo3|我们 wo3men5|你 ni3|您 nin2|你好 ni3hao3|喂 wei4|请 qing3|要 yao4|想 xiang3|有 you3
没有 mei2you3|在 zai4|的 de5|了 le5|吗 ma5|不 bu4|是 shi4|这里 zhe4li3|家 jia1|家里 jia1li3
有人 you3ren2|快 kuai4|问题 wen4ti2|谢谢 xie4xie5|再见 zai4jian4|好的 hao3de5|对 dui4|帮 bang1
转 zhuan3|人工 ren2gong1|服务 fu2wu4|热线 re4xian4|电话 dian4hua4|号码 hao4ma3|地址 di4zhi3
姓名 xing4ming2|号 hao4|街道 jie1dao4|小区 xiao3qu1|单元 dan1yuan2|楼 lou2|门口 men2kou3
附近 fu4jin4|旁边 pang2bian1
"""
_VERBS = """
投诉 tou2su4|举报 ju3bao4|咨询 zi1xun2|求助 qiu2zhu4|建议 jian4yi4|表扬 biao3yang2
反映 fan3ying4|查询 cha2xun2|办理 ban4li3
"""
_MATTERS = """
路灯 lu4deng1|不亮 bu2liang4|坏了 huai4le5|停水 ting2shui3|停电 ting2dian4|漏水 lou4shui3
噪音 zao4yin1|扰民 rao3min2|施工 shi1gong1|工地 gong1di4|半夜 ban4ye4|太大 tai4da4
垃圾 la1ji1|没人 mei2ren2|清理 qing1li3|污水 wu1shui3|井盖 jing3gai4|丢失 diu1shi1
下水道 xia4shui3dao4|堵塞 du3se4|臭味 chou4wei4|油烟 you2yan1|违章 wei2zhang1|停车 ting2che1
占道 zhan4dao4|经营 jing1ying2|堵车 du3che1
社保 she4bao3|医保 yi1bao3|公积金 gong1ji1jin1|退休 tui4xiu1|养老金 yang3lao3jin1
身份证 shen1fen4zheng4|户口 hu4kou3|居住证 ju1zhu4zheng4|营业 ying2ye4|执照 zhi2zhao4
公交 gong1jiao1|地铁 di4tie3|学校 xue2xiao4|医院 yi1yuan4|物业 wu4ye4|工资 gong1zi1
拖欠 tuo1qian4|退款 tui4kuan3|假货 jia3huo4|企业 qi3ye4|公司 gong1si1
"""
_URGENT = """
着火 zhao2huo3|起火 qi2huo3|火灾 huo3zai1|爆炸 bao4zha4|燃气 ran2qi4|煤气 mei2qi4|泄漏 xie4lou4
中毒 zhong4du2|触电 chu4dian4|溺水 ni4shui3|落水 luo4shui3|塌方 ta1fang1|自杀 zi4sha1
轻生 qing1sheng1|跳楼 tiao4lou2|救命 jiu4ming4|被困 bei4kun4|抢劫 qiang3jie2|杀人 sha1ren2
持刀 chi2dao1|昏迷 hun1mi2|报警 bao4jing3|受伤 shou4shang1|晕倒 yun1dao3|打架 da3jia4
车祸 che1huo4|电梯 dian4ti1|救护车 jiu4hu4che1
"""
_OFFICES = """
公安局 gong1an1ju2|城管 cheng2guan3|环保局 huan2bao3ju2|住建局 zhu4jian4ju2|交通局 jiao1tong1ju2
教育局 jiao4yu4ju2|民政局 min2zheng4ju2|卫健委 wei4jian4wei3|水务局 shui3wu4ju2
市场监管 shi4chang3jian1guan3|消防 xiao1fang2
"""
_STREETS = """
中山路 zhong1shan1lu4|人民路 ren2min2lu4|解放路 jie3fang4lu4|建设路 jian4she4lu4
朝阳路 chao2yang2lu4|和平路 he2ping2lu4|幸福路 xing4fu2lu4|长江路 chang2jiang1lu4
文化路 wen2hua4lu4|新华街 xin1hua2jie1
"""
_ESTATES = """
花园小区 hua1yuan2xiao3qu1|阳光小区 yang2guang1xiao3qu1
"""


def _read(*tables: str) -> dict[str, str]:
    items = (item for table in tables for item in table.replace("\n", "|").split("|"))
    pairs = (item.split() for item in items if item)
    return {word: pinyin for word, pinyin in pairs}  # noqa: C416 - a row of three must fail


DIGITS = tuple(_read(_DIGITS))
VERBS = tuple(_read(_VERBS))
OFFICES = (*_read(_OFFICES), "物业")
STREETS = tuple(_read(_STREETS))
ESTATES = tuple(_read(_ESTATES))
PINYIN = MappingProxyType(
    _read(_DIGITS, _PLAIN, _VERBS, _MATTERS, _URGENT, _OFFICES, _STREETS, _ESTATES)
)
"""Every word with its pinyin, in the order of its number in the model."""
