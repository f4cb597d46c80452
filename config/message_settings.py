"""The settings of conversations by messages: channels, texts, targets, files. All frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """Conversations by messages: how many at a seat, and how long each wait may be."""

    per_seat: int = 3  # conversations at one seat, beside a call
    offer_seconds: int = 20  # how long one is proposed to a seat
    same_operator_seconds: int = 120  # how long it waits for the operator who had it
    idle_close_seconds: int = 1800  # answered and silent for so long: closed politely; 0: never
    target_seconds: int = 180  # GB/T 33358: other media are answered within 3 min
    form_target_seconds: int = 86_400  # GB/T 33358: a mailbox is answered within 24 h
    callback_target_seconds: int = 7_200


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSms:
    """Short messages that operators write to who called."""

    after_seconds: int = 7_200  # so long after a call; 0: only while it lasts
    per_contact: int = 5  # of one call
    per_hour: int = 30  # of one operator


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSettings:
    """Where the line of waiting conversations is held; the store can always build it anew."""

    redis_url: str = ""  # empty: in the gateway itself; redis://, rediss:// or unix://
    password_file: Path | None = None  # Redis password
    prefix: str = "hotline"  # of every key; one gateway each
    limit_ms: int = 200  # Redis answers within so long, or the gateway holds the line itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What is done with every message before a person sees it."""

    emergency_words: tuple[str, ...] = (
        "着火",
        "起火",
        "火灾",
        "爆炸",
        "燃气泄漏",
        "煤气泄漏",
        "煤气中毒",
        "触电",
        "溺水",
        "落水",
        "塌方",
        "自杀",
        "轻生",
        "跳楼",
        "救命",
        "被困",
        "抢劫",
        "杀人",
        "持刀",
        "昏迷",
    )
    notice_id: str = "use-1"  # names the text below: written down with each contact it was told to
    notice_zh: str = (
        "您的留言已收到，话务员将尽快回复。请如实反映情况，对所述内容的真实性负责，"
        "请勿提供与事项无关的个人信息。如遇紧急情况请拨打110、119、120。"
    )
    notice_en: str = (
        "We have received your message; a person will answer soon. Please state facts truthfully "
        "and leave out personal data that the matter does not need. In an emergency call 110, 119 "
        "or 120."
    )
    idle_zh: str = "会话因长时间没有新消息已结束，如有需要请随时再次留言。"
    idle_en: str = "This conversation was closed because nothing came for a while. Write any time."


@dataclass(frozen=True, slots=True, kw_only=True)
class Canned:
    """A text that operators pick instead of typing it."""

    key: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str = ""


CANNED = (
    Canned(
        key="hello",
        title_zh="问候",
        title_en="Greeting",
        text_zh="您好，这里是12345热线，请问有什么可以帮您？",
        text_en="Hello, this is the 12345 hotline. How can I help you?",
    ),
    Canned(
        key="wait",
        title_zh="请稍候",
        title_en="One moment",
        text_zh="正在为您查询，请稍候。",
        text_en="I am looking this up for you, one moment please.",
    ),
    Canned(
        key="address",
        title_zh="询问地点",
        title_en="Ask for the place",
        text_zh="请告诉我事情发生的详细地址，或发送位置。",
        text_en="Please tell me the exact address, or send your location.",
    ),
    Canned(
        key="bye",
        title_zh="结束语",
        title_en="Goodbye",
        text_zh="您的诉求已登记，感谢来信，再见。",
        text_en="Your request is registered. Thank you for writing, goodbye.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAccount:
    """One account on a channel by which citizens write; its id is ``kind:name``.

    ``options`` are the channel's own (see its file in ``channels``); those that end in ``_file``
    name files that hold secrets.
    """

    kind: str
    name: str = "main"
    title_zh: str = ""  # as operators see it; empty: kind and name
    title_en: str = ""
    queue: str = "civil"
    tag: str = ""  # as of a number: kept with each conversation to the end
    origin: str = ""
    enabled: bool = True
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """How the store and the line call it."""
        return f"{self.kind}:{self.name}"


WEB_CHANNEL = ChannelAccount(kind="web", title_zh="网页", title_en="Web page")
APP_CHANNEL = ChannelAccount(kind="app", title_zh="城市 App", title_en="City App")


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """Files that citizens and operators send."""

    folder: Path | None = None  # empty: data_dir/media
    file_mb: int = 20  # a picture, a voice message, a document
    video_mb: int = 200
    scan_command: tuple[str, ...] = ()  # virus scanner; the file's path is added; 0: clean
    scan_seconds: int = 60
    decode_seconds: int = 10  # processor time that one picture or sound may take
    decode_memory_mb: int = 768  # memory that it may take
