"""Every setting, frozen, with its default and unit on its line.

What people change during the day (queues, numbers, seats, operators, skills, flags) lives in the
store; the tables ``queue``, ``number`` and ``seats`` here only seed a store that is empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Whose hotline this is."""

    name_zh: str = "12345政务服务便民热线"
    name_en: str = "12345 Government Service Hotline"
    city_zh: str = "示范市"
    city_en: str = "Demo City"
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The citizen's page, the console and the API; one origin."""

    host: str = "127.0.0.1"
    port: int = 8012
    public_url: str = ""  # https://12345.example.gov.cn; empty: http://host:port
    tls_cert_file: Path | None = None
    tls_key_file: Path | None = None
    session_hours: int = 12
    web_calls: bool = True  # the citizen's browser call
    max_web_calls: int = 30  # browser calls of citizens at the same time
    trusted_proxy: tuple[str, ...] = ()  # addresses whose X-Forwarded-For is believed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where the truth lives."""

    url: str = ""  # empty: SQLite in data_dir; or postgresql+asyncpg://user@host/db
    password_file: Path | None = None  # PostgreSQL password
    key_file: Path | None = None  # 32 bytes, base64; empty: data_dir/keys/master.key, made once


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSettings:
    """The telephone system: ours as a child process, or one that is there."""

    managed: bool = True
    sip_host: str = "127.0.0.1"  # address that SIP phones and trunks reach
    sip_port: int = 5060
    rtp_start: int = 20000
    rtp_end: int = 21999
    ami_host: str = "127.0.0.1"
    ami_port: int = 0  # 0: a free port, managed only
    ami_secret_file: Path | None = None  # managed: made for us
    agi_host: str = "127.0.0.1"
    agi_port: int = 0  # 0: a free port
    ws_url: str = ""  # Asterisk's own ws; empty: ours
    ws_port: int = 0  # 0: a free port, managed only
    max_calls: int = 500
    guard_seconds: int = 20  # how long the flow may take before the dialplan goes on by itself
    hold_seconds: int = 45  # how long a citizen may be on hold before they come back by themselves
    rtp_timeout_seconds: int = 30
    browser_silence_seconds: int = 5  # a browser phone always sends; without sound it is gone
    reconnect_seconds: int = 20  # how long the citizen of a lost seat is kept for that seat
    external_media_address: str = ""  # behind NAT: the public address
    never_banned: tuple[str, ...] = ()  # networks never shut out for guessing; trunks never are
    recordings_dir: Path | None = None  # empty: data_dir/recordings
    queue_log: Path | None = None  # of an Asterisk of one's own; ours is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """A carrier or a PBX that sends calls, known by its address."""

    name: str
    match: tuple[str, ...] = ("127.0.0.1/32",)
    host: str = ""  # where calls to it go; empty: incoming only
    transport: str = "udp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that citizens dial."""

    did: str
    title_zh: str = ""
    title_en: str = ""
    queue: str = "civil"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSeed:
    """A queue on first start; meaning as gateway.core.queue.Queue."""

    name: str
    title_zh: str
    title_en: str
    strategy: str = "leastrecent"
    ring_seconds: int = 15
    max_wait_seconds: int = 300
    wrap_up_seconds: int = 60
    service_level_seconds: int = 15
    key: str = ""
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatSeed:
    """Seats on first start: numbers first..last."""

    first: int = 8001
    last: int = 8020


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing to choose from, by code: a break reason, a disposition."""

    code: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Position and wait, spoken over the music."""

    first_after_seconds: int = 15
    every_seconds: int = 45  # 0: never


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole file."""

    site: Site = field(default_factory=Site)
    web: Web = field(default_factory=Web)
    store: StoreSettings = field(default_factory=StoreSettings)
    asterisk: AsteriskSettings = field(default_factory=AsteriskSettings)
    announce: Announce = field(default_factory=Announce)
    chat: ChatSettings = field(default_factory=ChatSettings)
    intake: Intake = field(default_factory=Intake)
    canned: tuple[Canned, ...] = (
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
    trunk: tuple[Trunk, ...] = (Trunk(name="local"),)
    number: tuple[Number, ...] = (
        Number(did="12345", title_zh="政务服务便民热线", title_en="Hotline"),
    )
    queue: tuple[QueueSeed, ...] = (
        QueueSeed(name="civil", title_zh="综合服务", title_en="General"),
        QueueSeed(name="enterprise", title_zh="企业服务", title_en="Enterprise", key="2"),
    )
    seats: SeatSeed = field(default_factory=SeatSeed)
    break_reason: tuple[Choice, ...] = (
        Choice(code="rest", title_zh="小休", title_en="Short break"),
        Choice(code="meal", title_zh="用餐", title_en="Meal"),
        Choice(code="training", title_zh="培训", title_en="Training"),
        Choice(code="meeting", title_zh="会议", title_en="Meeting"),
    )
    disposition: tuple[Choice, ...] = (
        Choice(code="consult", title_zh="咨询", title_en="Consultation"),
        Choice(code="help", title_zh="求助", title_en="Help"),
        Choice(code="complaint", title_zh="投诉", title_en="Complaint"),
        Choice(code="report", title_zh="举报", title_en="Report"),
        Choice(code="suggestion", title_zh="建议", title_en="Suggestion"),
        Choice(code="praise", title_zh="表扬", title_en="Praise"),
        Choice(code="invalid", title_zh="无效来电", title_en="No request"),
    )
    channel: tuple[ChannelAccount, ...] = (WEB_CHANNEL, APP_CHANNEL)
    media: Media = field(default_factory=Media)
    data_dir: Path = Path(".hotline/data")
    prompts_dir: Path | None = None  # own recordings, used before the synthesised ones

    @property
    def channels(self) -> tuple[ChannelAccount, ...]:
        """Every account; the page and the App are there even when only others are written.

        Whoever wants none writes it with ``enabled = false``.
        """
        kinds = {one.kind for one in self.channel}
        always = (WEB_CHANNEL, APP_CHANNEL)
        return (*self.channel, *(one for one in always if one.kind not in kinds))
