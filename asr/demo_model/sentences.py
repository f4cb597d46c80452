"""What people say to a hotline, at random: to train on, for the word bigram, and to be tested with.

All chance comes from the ``Random`` that is handed in.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from asr.demo_model.words import DIGITS, ESTATES, OFFICES, PINYIN, STREETS, VERBS

PROBLEMS = (
    "路灯 不亮", "路灯 坏了", "停水 了", "停电 了", "漏水", "噪音 扰民", "噪音 太大", "施工 扰民",
    "半夜 施工", "工地 噪音 太大", "垃圾 没人 清理", "污水", "井盖 丢失", "井盖 坏了",
    "下水道 堵塞", "臭味 太大", "油烟 扰民", "违章 停车", "占道 经营", "堵车", "电梯 坏了",
    "公交 没有 了",
)  # fmt: skip
URGENT = (
    "着火 了", "起火 了", "有 火灾", "火灾", "救命", "燃气 泄漏", "煤气 泄漏", "煤气 中毒",
    "我 要 报警", "爆炸 了", "有人 触电 了", "有人 溺水", "有人 落水 了", "塌方 了", "有人 受伤",
    "有人 晕倒 了", "有人 昏迷 了", "有人 打架", "有人 抢劫", "抢劫", "有人 持刀",
    "有人 持刀 杀人", "杀人 了", "有人 自杀", "有人 轻生", "有人 要 跳楼", "有人 跳楼 了", "车祸",
    "电梯 被困", "快 救命", "有人 被困", "请 帮 我 转 消防", "要 救护车",
)  # fmt: skip
TOPICS = (
    "社保", "医保", "公积金", "退休", "养老金", "身份证", "户口", "居住证", "营业 执照", "公交",
    "地铁", "学校", "医院", "物业", "工资", "拖欠 工资", "退款", "假货", "停车", "热线 电话",
    "企业", "公司", "公司 拖欠 工资",
)  # fmt: skip
SHORT = (
    "谢谢 再见", "好的 谢谢", "谢谢", "再见", "对", "是 的", "不 是", "没有 了", "好的", "喂",
    "你好", "有", "没有", "你 在 吗", "有人 在 吗", "是 你 吗", "你 好的", "转 人工", "人工",
)  # fmt: skip
AT_HOME = ("停水 了", "停电 了", "漏水", "着火 了", "燃气 泄漏", "没有 燃气", "电梯 坏了")
GREETINGS = ("喂", "你好", "喂 你好", "您 好的")
_FINALS = """
b a o ai ei ao an en ang eng i ie iao ian in ing u|p a o ai ei ao ou an en ang eng i ie iao ian in
m a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u|f a o ei ou an en ang eng u
d a e ai ei ao ou an en ang eng ong i ie iao iu ian ing u uo ui uan un
t a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un
n a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan v ve
l a e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve
g a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
k a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
h a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
j i ia ie iao iu ian in iang ing iong u ue uan un|q i ia ie iao iu ian in iang ing iong u ue uan un
x i ia ie iao iu ian in iang ing iong u ue uan un
zh a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang
ch a e i ai ao ou an en ang eng ong u uo uai ui uan un uang
sh a e i ai ao ou an en ang eng u ua uo uai ui uan un uang|r e i ao ou an en ang eng ong u uo ui un
z a e i ai ao ou an en ang eng ong u uo ui uan un|c a e i ai ao ou an en ang eng ong u uo ui uan un
s a e i ai ao ou an en ang eng ong u uo ui uan un|y a e i ao ou an in ang ing ong u ue uan un
w a o ai ei an en ang eng u
"""
SYLLABLES = (
    *(
        row.split()[0] + final
        for row in _FINALS.strip().replace("\n", "|").split("|")
        for final in row.split()[1:]
    ),
    *("a", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "er"),
)
"""Pinyin without tones; each with the tones 1..4 is something the voice can say."""


def sentence(rng: random.Random) -> list[str]:
    """One sentence of the hotline, as words of the vocabulary."""
    return rng.choice(_KINDS)(rng).split()


def random_words(rng: random.Random, least: int = 1, most: int = 7) -> list[str]:
    """Words in an order that nobody uses."""
    words = list(PINYIN)
    return [rng.choice(words) for _ in range(rng.randint(least, most))]


def pseudo_words(rng: random.Random) -> list[str]:
    """Pinyin of words that do not exist: every sequence of sounds, so that new words can come."""
    return [
        "".join(f"{rng.choice(SYLLABLES)}{rng.randint(1, 4)}" for _ in range(rng.randint(1, 3)))
        for _ in range(rng.randint(2, 6))
    ]


def _wish(rng: random.Random) -> str:
    one = rng.choice
    return f"{one(('我', '我们'))} {one(('要', '想'))} {one(VERBS)}"


def _topic(rng: random.Random) -> str:
    return f"{rng.choice(TOPICS)} {rng.choice(('', '的 问题', '问题'))}"


def _transfer(rng: random.Random) -> str:
    way = rng.choice(("帮 我 转", "转"))
    return f"请 {way} {rng.choice((*OFFICES, '人工 服务', '人工'))}"


def _my_number(rng: random.Random) -> str:
    return f"我 的 {rng.choice(('电话', '电话 号码', '号码'))} 是 {_number(rng, 11)}"


def _my_data(rng: random.Random) -> str:
    what = rng.choice(("地址", "姓名", "身份证 号码"))
    return f"我 的 {what} 是 {rng.choice((rng.choice(STREETS), _number(rng, 4)))}"


def _at_home(rng: random.Random) -> str:
    return f"{rng.choice(('我 家', '家里', '我们 小区'))} {rng.choice(AT_HOME)}"


def _place(rng: random.Random) -> str:
    one = rng.choice
    street, estate = one(STREETS), one(ESTATES)
    beside = one(("门口", "附近", "旁边", "楼"))
    return one(
        (
            street,
            estate,
            f"{street} {_number(rng, 1)} 号",
            f"{street} {_number(rng, 2)} 号 {beside}",
            f"{estate} {_number(rng, 1)} 号 楼 {_number(rng, 1)} 单元",
            "我 家 附近",
            "小区 门口",
            "我们 街道",
            "这里",
        )
    )


def _number(rng: random.Random, digits: int) -> str:
    return " ".join(rng.choice(DIGITS) for _ in range(digits))


_KINDS: tuple[Callable[[random.Random], str], ...] = (
    lambda rng: f"{_wish(rng)} {_place(rng)} {rng.choice(PROBLEMS)}",
    lambda rng: f"{_place(rng)} {rng.choice(PROBLEMS)}",
    lambda rng: f"{_wish(rng)} {_topic(rng)}",
    lambda rng: rng.choice(URGENT),
    lambda rng: f"{_place(rng)} {rng.choice(URGENT)}",
    _transfer,
    lambda rng: f"{_wish(rng)} {rng.choice(OFFICES)}",
    lambda rng: _number(rng, rng.randint(3, 11)),
    _my_number,
    lambda rng: f"{rng.choice(GREETINGS)} {_wish(rng)}",
    lambda rng: rng.choice(SHORT),
    lambda rng: f"{rng.choice(('我', '我们'))} 在 {_place(rng)}",
    _at_home,
    _my_data,
)
