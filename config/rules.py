"""What each setting may be. Pure.

A rule takes a value of the right type and says what is allowed, in Chinese and in English, when the
value is not; ``relations`` compares values with each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from config.settings import Settings

Says = tuple[str, str]
"""What is allowed: Chinese, English."""
Rule = Callable[[Any], Says | None]

STRATEGIES = ("leastrecent", "fewestcalls", "rrmemory", "ringall", "random", "rrordered", "linear")
RESERVED_QUEUES = ("fallback", "general")
"""The dialplan's own last queue, and a section of queues.conf that is no queue."""
MAX_SEATS = 1000
PORTS_PER_CALL = 4
"""Two legs, each with RTP and RTCP (RFC 3550 section 11)."""


def between(low: int, high: int, zh: str = "", en: str = "") -> Rule:
    """A whole number from ``low`` to ``high``."""

    def rule(value: int) -> Says | None:
        if low <= value <= high:
            return None
        return f"允许 {low} 至 {high}{zh}", f"allowed is {low} to {high}{en}"

    return rule


def like(pattern: str, zh: str, en: str) -> Rule:
    """A text of this form, all of it."""
    form = re.compile(pattern)
    return lambda value: None if form.fullmatch(value) else (zh, en)


def one_of(*choices: str) -> Rule:
    """One of these words."""
    said = " ".join(choice or '""' for choice in choices)
    return lambda value: None if value in choices else (f"允许：{said}", f"allowed: {said}")


def url_of(*schemes: str) -> Rule:
    """Empty, or a URL of these schemes without a password in it."""

    def rule(value: str) -> Says | None:
        if not value:
            return None
        said = " ".join(f"{scheme}://" for scheme in schemes)
        try:
            parts = urlsplit(value)
            password = parts.password
        except ValueError:
            return f"不是有效的网址；允许 {said}", f"not a URL; allowed: {said}"
        if parts.scheme not in schemes:
            return f"允许以 {said} 开头", f"must start with one of {said}"
        if password:
            return (
                "网址中不能写密码，请用 password_file",
                "a password must not stand in the URL; use password_file",
            )
        return None

    return rule


def address(value: str) -> Says | None:
    """An IP address of this machine to listen on."""
    try:
        ip_address(value)
    except ValueError:
        return (
            "应为 IP 地址，例如 127.0.0.1 或 0.0.0.0",
            "must be an IP address, for example 127.0.0.1 or 0.0.0.0",
        )
    return None


def host(value: str) -> Says | None:
    """A host name or an IP address."""
    if address(value) is None or re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252})", value):
        return None
    return "应为主机名或 IP 地址", "must be a host name or an IP address"


def optional(rule: Rule) -> Rule:
    """Empty is allowed too."""
    return lambda value: rule(value) if value else None


def networks(values: Sequence[str]) -> Says | None:
    """At least one network."""
    for value in values:
        try:
            ip_network(value, strict=True)
        except ValueError:
            return (
                f"“{value}” 不是网段；例如 10.0.0.5/32 或 10.1.0.0/16",
                f"“{value}” is no network; for example 10.0.0.5/32 or 10.1.0.0/16",
            )
    if not values:
        return "至少写一个网段", "at least one network is needed"
    return None


def addresses(values: Sequence[str]) -> Says | None:
    """IP addresses or networks, or none."""
    return networks(values) if values else None


def key(value: str) -> Says | None:
    """A key of the telephone, or none; never 0."""
    if value == "0":
        return (
            "0 键永远直接转人工，不能给队列使用",
            "0 always means a person and cannot be given to a queue",
        )
    if value in set("123456789*#") or not value:
        return None
    return "允许 1 至 9、*、#，或留空", "allowed: 1 to 9, * or #, or empty"


NAME = like(
    r"[a-z][a-z0-9_-]{0,31}",
    "允许小写字母开头，其后为小写字母、数字、_、-，最多 32 个字符",
    "a lower-case letter, then lower-case letters, digits, _ or -, at most 32 characters",
)
PORT = between(0, 65535)
TEXT = like(r"[^\x00-\x1f\x7f]{1,80}", "1 至 80 个字符，一行", "1 to 80 characters, one line")
SOME_TEXT = like(
    r"[^\x00-\x1f\x7f]{0,80}", "最多 80 个字符，一行", "at most 80 characters, one line"
)
CHOICE: dict[str, Rule] = {"code": NAME, "title_zh": TEXT, "title_en": TEXT}

RULES: dict[str, dict[str, Rule]] = {
    "Site": {
        "name_zh": TEXT,
        "name_en": TEXT,
        "city_zh": TEXT,
        "city_en": TEXT,
        "timezone": like(
            r"[A-Za-z]+(/[A-Za-z0-9_+-]+)*", "例如 Asia/Shanghai", "for example Asia/Shanghai"
        ),
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
        "rtp_timeout_seconds": between(5, 600),
        "browser_silence_seconds": between(2, 600),
        "reconnect_seconds": between(0, 120),
        "external_media_address": optional(address),
        "never_banned": addresses,
    },
    "Trunk": {
        "name": NAME,
        "match": networks,
        "host": optional(host),
        "transport": one_of("udp", "tcp"),
    },
    "Number": {
        "did": like(r"[0-9]{2,20}", "2 至 20 位数字", "2 to 20 digits"),
        "title_zh": SOME_TEXT,
        "title_en": SOME_TEXT,
        "queue": NAME,
    },
    "QueueSeed": {
        "name": NAME,
        "title_zh": TEXT,
        "title_en": TEXT,
        "strategy": one_of(*STRATEGIES),
        "ring_seconds": between(5, 120),
        "max_wait_seconds": between(10, 3600),
        "wrap_up_seconds": between(0, 1800),
        "service_level_seconds": between(1, 600),
        "key": key,
        "rank": between(0, 99),
    },
    "SeatSeed": {"first": between(10, 99_999_999), "last": between(10, 99_999_999)},
    "Choice": CHOICE,
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
        "queue.key": (queue.key for queue in settings.queue),
        "break_reason.code": (choice.code for choice in settings.break_reason),
        "disposition.code": (choice.code for choice in settings.disposition),
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
