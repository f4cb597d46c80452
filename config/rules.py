"""What each setting may be. Pure.

A rule takes a value of the right type and says what is allowed, in Chinese and in English, when the
value is not; ``relations`` compares values with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from config.allowed import (
    CHOICE,
    CLOCK,
    NAME,
    PORT,
    SAID,
    SOME_TEXT,
    STRATEGIES,
    TAG,
    TEXT,
    Rule,
    Says,
    address,
    addresses,
    between,
    clock,
    days,
    host,
    host_port,
    key,
    like,
    networks,
    one_of,
    optional,
    options,
    url_of,
    words,
)
from config.settings import Settings

RESERVED_QUEUES = ("fallback", "general")
"""The dialplan's own last queue, and a section of queues.conf that is no queue."""
MAX_SEATS = 1000
PORTS_PER_CALL = 4
"""Two legs, each with RTP and RTCP (RFC 3550 section 11)."""

RULES: dict[str, dict[str, Rule]] = {
    "Site": {
        "name_zh": TEXT,
        "name_en": TEXT,
        "city_zh": TEXT,
        "city_en": TEXT,
        "timezone": like(
            r"[A-Za-z]+(/[A-Za-z0-9_+-]+)*", "例如 Asia/Shanghai", "for example Asia/Shanghai"
        ),
        "city_profile": optional(NAME),
    },
    "Web": {
        "host": host,
        "port": PORT,
        "public_url": url_of("https", "http"),
        "session_hours": between(1, 72),
        "max_web_calls": between(0, 10_000),
        "trusted_proxy": addresses,
    },
    "StoreSettings": {"url": url_of("postgresql+asyncpg", "sqlite+aiosqlite")},
    "EmergencyCheck": {"check_hour": between(0, 23)},
    "Speech": {
        "server_url": url_of("ws", "wss"),
        "workers": between(0, 64),
        "live_most": between(0, 1000),
        "hot_words": words,
        "flow": one_of("main", "speech"),
    },
    "Voicemail": {"most_seconds": between(10, 600), "silence_seconds": between(2, 30)},
    "CallbackSettings": {
        "trunk": optional(NAME),
        "shown": like(r"[0-9]{0,20}", "最多 20 位数字", "at most 20 digits"),
        "quiet_from": CLOCK,
        "quiet_until": CLOCK,
        "most_tries": between(1, 10),
        "retry_seconds": between(30, 86_400),
        "ring_seconds": between(10, 120),
        "offer_seconds": between(5, 120),
        "abandoned_seconds": between(0, 600),
    },
    "Retention": {
        "recordings_days": between(0, 36_500),
        "transcripts_days": between(0, 36_500),
        "messages_days": between(0, 36_500),
    },
    "OfficeCalendar": {
        "opens": clock,
        "closes": clock,
        "extra_workdays": days,
        "extra_holidays": days,
    },
    "LineSettings": {
        "redis_url": url_of("redis", "rediss", "unix"),
        "prefix": NAME,
        "limit_ms": between(50, 5000),
    },
    "AsteriskSettings": {
        "sip_host": address,
        "sip_port": between(1, 65535),
        "rtp_start": between(1024, 65535),
        "rtp_end": between(1024, 65535),
        "ami_host": host,
        "ami_port": PORT,
        "agi_host": host,
        "agi_port": PORT,
        "ws_url": url_of("ws", "wss"),
        "ws_port": PORT,
        "max_calls": between(1, 10_000),
        "guard_seconds": between(3, 120),
        "hold_seconds": between(5, 600),
        "consult_seconds": between(5, 3600),
        "park_seconds": between(2, 3600),
        "rtp_timeout_seconds": between(5, 600),
        "browser_silence_seconds": between(2, 600),
        "reconnect_seconds": between(0, 120),
        "external_media_address": optional(address),
        "never_banned": addresses,
    },
    "Trunk": {
        "name": NAME,
        "match": networks,
        "host": optional(host_port),
        "transport": one_of("udp", "tcp"),
        "qualify_seconds": between(0, 3600),
    },
    "Number": {
        "did": like(r"[0-9]{2,20}", "2 至 20 位数字", "2 to 20 digits"),
        "title_zh": SOME_TEXT,
        "title_en": SOME_TEXT,
        "queue": NAME,
        "greeting": one_of("greeting", "greeting_enterprise", "greeting_plain"),
        "tag": TAG,
        "origin": TAG,
    },
    "QueueSeed": {
        "name": NAME,
        **dict.fromkeys(("title_zh", "title_en"), TEXT),
        "strategy": one_of(*STRATEGIES),
        "ring_seconds": between(5, 120),
        "max_wait_seconds": between(10, 3600),
        "wrap_up_seconds": between(0, 1800),
        "service_level_seconds": between(1, 600),
        "key": key,
        "rank": between(0, 99),
        "language": like("([a-z]{2,8})?", "语言代码，如 en，或留空", "a code like en, or empty"),
    },
    "SeatSeed": {"first": between(10, 99_999_999), "last": between(10, 99_999_999)},
    "Choice": CHOICE,
    "ChatSettings": {
        "per_seat": between(1, 20),
        "offer_seconds": between(5, 300),
        "same_operator_seconds": between(0, 3600),
        "idle_close_seconds": between(0, 86_400),
        "target_seconds": between(10, 86_400),
        "form_target_seconds": between(60, 604_800),
        "callback_target_seconds": between(60, 604_800),
    },
    "Intake": {
        "emergency_words": words,
        "notice_id": NAME,
        "notice_zh": SAID,
        "notice_en": SAID,
        "idle_zh": SAID,
        "idle_en": SAID,
    },
    "Canned": {
        "key": NAME,
        "title_zh": TEXT,
        "title_en": TEXT,
        "text_zh": SAID,
        "text_en": optional(SAID),
    },
    "ChannelAccount": {
        "kind": NAME,
        "name": NAME,
        "title_zh": SOME_TEXT,
        "title_en": SOME_TEXT,
        "queue": NAME,
        "tag": TAG,
        "origin": TAG,
        "options": options,
    },
    "Media": {
        "file_mb": between(1, 100),
        "video_mb": between(1, 2000),
        "scan_seconds": between(1, 600),
        "decode_seconds": between(1, 120),
        "decode_memory_mb": between(256, 8192),
    },
    "Announce": {"first_after_seconds": between(5, 600), "every_seconds": between(0, 3600)},
}


def relations(settings: Settings) -> Iterator[tuple[str, Says]]:
    """What does not fit together: the key to look at, and why."""
    yield from _doubles(settings)
    names = {queue.name for queue in settings.queue}
    for index, number in enumerate(settings.number, 1):
        if number.queue not in names:
            known = " ".join(sorted(names))
            yield (
                f"number[{index}].queue",
                (f"没有这个队列；有：{known}", f"no such queue: {known}"),
            )
    for index, queue in enumerate(settings.queue, 1):
        if queue.name in RESERVED_QUEUES:
            yield f"queue[{index}].name", ("这个名称系统自用", "this name is the system's own")
    if (settings.web.tls_cert_file is None) != (settings.web.tls_key_file is None):
        yield (
            "web.tls_key_file",
            ("证书和私钥要么都写，要么都不写", "certificate and key: both or none"),
        )
    first, last = settings.seats.first, settings.seats.last
    if not 0 <= last - first < MAX_SEATS:
        yield (
            "seats.last",
            (
                f"应不小于 first，且最多 {MAX_SEATS} 个坐席",
                f"must not be below first, with at most {MAX_SEATS} seats",
            ),
        )
    if settings.calendar.opens >= settings.calendar.closes:
        yield "calendar.closes", ("应晚于 opens", "must be after opens")
    leading_out = {trunk.name for trunk in settings.trunk if trunk.host}
    if settings.callback.trunk and settings.callback.trunk not in leading_out:
        yield (
            "callback.trunk",
            ("没有这个名称且写了 host 的中继", "no trunk of this name has a host"),
        )
    yield from _telephone(settings)


def _telephone(settings: Settings) -> Iterator[tuple[str, Says]]:
    asterisk = settings.asterisk
    if asterisk.rtp_start >= asterisk.rtp_end:
        yield "asterisk.rtp_end", ("应大于 rtp_start", "must be above rtp_start")
    elif asterisk.rtp_end - asterisk.rtp_start + 1 < PORTS_PER_CALL * asterisk.max_calls:
        need = PORTS_PER_CALL * asterisk.max_calls
        yield (
            "asterisk.rtp_end",
            (
                f"每个通话占 {PORTS_PER_CALL} 个端口，max_calls 需要 {need} 个",
                f"a call takes {PORTS_PER_CALL} ports; max_calls needs {need}",
            ),
        )
    if asterisk.managed:
        for name, value in (("ami_host", asterisk.ami_host), ("agi_host", asterisk.agi_host)):
            if not _is_loopback(value):
                yield f"asterisk.{name}", ("只能是本机地址 127.0.0.1", "must be 127.0.0.1")
        return
    needed = {
        "ami_port": asterisk.ami_port,
        "agi_port": asterisk.agi_port,
        "ami_secret_file": asterisk.ami_secret_file,
        "ws_url": asterisk.ws_url,
    }
    for name, given in needed.items():
        if not given:
            yield f"asterisk.{name}", ("managed = false 时必须写", "needed when managed = false")


def _is_loopback(value: str) -> bool:
    try:
        return ip_address(value).is_loopback
    except ValueError:
        return value == "localhost"


def _doubles(settings: Settings) -> Iterator[tuple[str, Says]]:
    """Asterisk ignores ``-`` in an extension's name, so two queues may be one there."""
    lists: dict[str, Iterable[str]] = {
        "trunk.name": (trunk.name for trunk in settings.trunk),
        "number.did": (number.did for number in settings.number),
        "queue.name": (queue.name.replace("-", "") for queue in settings.queue),
        "channel.name": (account.id for account in settings.channel),
        "queue.key": (queue.key for queue in settings.queue),
        "break_reason.code": (choice.code for choice in settings.break_reason),
        "disposition.code": (choice.code for choice in settings.disposition),
        "canned.key": (canned.key for canned in settings.canned),
        "emergency_line.code": (line.code for line in settings.emergency_line),
        "directory_line.id": (line.id for line in settings.directory_line),
        "special_task.code": (task.code for task in settings.special_task),
    }
    for where, values in lists.items():
        table, _, field = where.partition(".")
        seen: dict[str, int] = {}
        for index, value in enumerate(values, 1):
            if value and value in seen:
                yield (
                    f"{table}[{index}].{field}",
                    (f"与 {table}[{seen[value]}] 重复", f"the same as {table}[{seen[value]}]"),
                )
            seen.setdefault(value, index)
