"""Every setting, frozen, with its default and unit on its line.

What people change during the day (queues, numbers, seats, operators, skills, flags) lives in the
store; the tables ``queue``, ``number`` and ``seats`` here only seed a store that is empty.
"""

from dataclasses import dataclass, field
from pathlib import Path

from config.callback_settings import CallbackSettings
from config.centre_settings import Centre
from config.city_settings import (
    EMERGENCY_LINES,
    SPECIAL_TASKS,
    DirectoryLine,
    EmergencyCheck,
    EmergencyLine,
    EmergencyRegion,
    SpecialTask,
)
from config.conduct_settings import ConductSettings, StaffComplaintSettings
from config.detection_settings import DetectionSettings
from config.edge_settings import EdgeSettings
from config.message_settings import (
    APP_CHANNEL,
    CANNED,
    WEB_CHANNEL,
    CallSms,
    Canned,
    ChannelAccount,
    ChatSettings,
    Intake,
    LineSettings,
    Media,
)
from config.office_settings import OfficeCalendar
from config.speech_settings import Retention, Speech, Voicemail
from config.throttle_settings import ThrottleSettings

__all__ = [
    "Announce",
    "AsteriskSettings",
    "CallSms",
    "CallbackSettings",
    "Canned",
    "Centre",
    "ChannelAccount",
    "ChatSettings",
    "Choice",
    "ConductSettings",
    "DirectoryLine",
    "EdgeSettings",
    "EmergencyCheck",
    "EmergencyLine",
    "EmergencyRegion",
    "Intake",
    "LineSettings",
    "Media",
    "Number",
    "OfficeCalendar",
    "QueueSeed",
    "Retention",
    "SeatSeed",
    "Settings",
    "Site",
    "SpecialTask",
    "Speech",
    "StaffComplaintSettings",
    "StoreSettings",
    "ThrottleSettings",
    "Trunk",
    "Voicemail",
    "Web",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Whose hotline this is."""

    name_zh: str = "12345政务服务便民热线"
    name_en: str = "12345 Government Service Hotline"
    city_zh: str = "示范市"
    city_en: str = "Demo City"
    timezone: str = "Asia/Shanghai"
    city_profile: str = ""  # cities/<name>.toml beside the file, or a shipped one


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
    consult_seconds: int = 180  # the same while the operator talks to somebody called in
    park_seconds: int = 120  # how long a parked citizen waits until the last queue takes them
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
    host: str = ""  # where calls to it go, port 5060 or host:port; empty: incoming only
    transport: str = "udp"
    qualify_seconds: int = 30  # how often it is asked whether it is there; 0: never


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number that citizens dial."""

    did: str
    title_zh: str = ""
    title_en: str = ""
    queue: str = "civil"
    greeting: str = "greeting"  # a prompt; greeting_enterprise says that it is the enterprise line
    tag: str = ""  # a special line, for example enterprise; kept with each call to the end
    origin: str = ""  # the hotline that merged into ours with this number, for example 12315


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
    language: str = ""


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
class Settings:
    """The whole file."""

    site: Site = field(default_factory=Site)
    web: Web = field(default_factory=Web)
    store: StoreSettings = field(default_factory=StoreSettings)
    asterisk: AsteriskSettings = field(default_factory=AsteriskSettings)
    edge: EdgeSettings = field(default_factory=EdgeSettings)
    announce: Announce = field(default_factory=Announce)
    chat: ChatSettings = field(default_factory=ChatSettings)
    call_sms: CallSms = field(default_factory=CallSms)
    line: LineSettings = field(default_factory=LineSettings)
    intake: Intake = field(default_factory=Intake)
    canned: tuple[Canned, ...] = CANNED
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
        Choice(code="silent", title_zh="无声来电", title_en="Nobody spoke"),
    )
    channel: tuple[ChannelAccount, ...] = (WEB_CHANNEL, APP_CHANNEL)
    media: Media = field(default_factory=Media)
    speech: Speech = field(default_factory=Speech)
    voicemail: Voicemail = field(default_factory=Voicemail)
    throttle: ThrottleSettings = field(default_factory=ThrottleSettings)
    callback: CallbackSettings = field(default_factory=CallbackSettings)
    retention: Retention = field(default_factory=Retention)
    conduct: ConductSettings = field(default_factory=ConductSettings)
    staff_complaint: StaffComplaintSettings = field(default_factory=StaffComplaintSettings)
    detection: DetectionSettings = field(default_factory=DetectionSettings)
    emergency: EmergencyCheck = field(default_factory=EmergencyCheck)
    emergency_line: tuple[EmergencyLine, ...] = EMERGENCY_LINES
    directory_line: tuple[DirectoryLine, ...] = ()
    centre: tuple[Centre, ...] = ()
    special_task: tuple[SpecialTask, ...] = SPECIAL_TASKS
    calendar: OfficeCalendar = field(default_factory=OfficeCalendar)
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
