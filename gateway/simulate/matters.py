"""What simulated citizens write, and what is answered. PURE.

Every matter begins with ``MARK``, so that nobody takes it for a real one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MARK = "【模拟】"


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter: how it begins, what is said when the place is asked for, and where it is."""

    opening: str
    place: str

    @property
    def said(self) -> Sequence[str]:
        """The citizen's words, in order."""
        return (f"{MARK}{self.opening}", f"在{self.place}。", THANKS)


THANKS = "好的，谢谢您，辛苦了！"
ASKS = (
    "您好，这里是12345热线，很高兴为您服务。请问具体在什么地方？",
    "您好，您的留言收到了。请您再说一下详细地址，方便我们登记。",
)
REGISTERED = (
    "好的，已经为您登记并转给负责的单位，办理情况会尽快告诉您。",
    "明白了，已经记下，马上转给相关部门核实处理，感谢您的反映。",
)
GOODBYE = "不客气，感谢您的来信，祝您生活愉快，再见。"
FORM_ANSWER = "您好，您的留言我们已经看到，已转给负责的单位办理，谢谢您的反映。"

MATTERS: Sequence[Matter] = (
    Matter("您好，我们小区门口的路灯坏了好几天了，晚上走路不方便。", "人民路12号小区东门"),
    Matter("您好，想问一下办理居住证需要带哪些材料？", "城东街道，我住在幸福里3号楼"),
    Matter("您好，楼下工地晚上十一点还在施工，老人休息不好。", "建设路88号旁边的工地"),
    Matter("您好，公交站的候车亭漏雨，下雨天大家没地方站。", "解放路口站，往火车站方向"),
    Matter("您好，请问新生儿医保在手机上怎么参保？", "高新区，孩子上个月出生的"),
    Matter("您好，人行道上的地砖松了，雨天会溅水，希望修一修。", "中山路第二小学门口"),
    Matter("您好，想建议在公园里多装几个长椅，方便老人休息。", "滨河公园南门附近"),
    Matter("您好，小区的垃圾这两天没有清运，有味道了。", "和平里小区5号楼旁的垃圾站"),
    Matter("您好，想表扬社区的工作人员，帮我奶奶把药送到了家。", "桂花社区服务站"),
    Matter("您好，家里水压很小，三楼以上几乎没有水。", "新华街20号院2单元"),
)
