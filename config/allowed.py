"""What a value may be: each rule says it in Chinese and English when the value is not so. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

Says = tuple[str, str]
"""What is allowed: Chinese, English."""
Rule = Callable[[Any], Says | None]

MOST_OPTIONS, MOST_OPTION = 64, 4096
STRATEGIES = ("leastrecent", "fewestcalls", "rrmemory", "ringall", "random", "rrordered", "linear")
MAX_WORDS = 500
_HOST_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+))(?::([0-9]{1,5}))?")
MAX_DAYS = 200


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


def host_port(value: str) -> Says | None:
    """A host name or an IP address, alone or with a port; IPv6 in brackets."""
    found = _HOST_PORT.fullmatch(value)
    port = found[3] if found else None
    if found is None or host(found[1] or found[2]) is not None or not 0 < int(port or 1) < 65536:
        return (
            "应为主机名或 IP 地址，可加端口，例如 10.0.0.5:5070 或 [2001:db8::1]",
            "must be a host name or an IP address, maybe with a port: 10.0.0.5:5070, [2001:db8::1]",
        )
    return None


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
TAG = optional(
    like(
        r"[a-z0-9][a-z0-9-]{0,31}",
        "留空，或小写字母、数字、-，最多 32 个字符，如 enterprise、12315",
        "empty, or lower-case letters, digits and -, at most 32, for example enterprise or 12315",
    )
)
CLOCK = like(r"([01][0-9]|2[0-3]):[0-5][0-9]", "例如 21:00", "for example 21:00")
PORT = between(0, 65535)
TEXT = like(r"[^\x00-\x1f\x7f]{1,80}", "1 至 80 个字符，一行", "1 to 80 characters, one line")
SOME_TEXT = like(
    r"[^\x00-\x1f\x7f]{0,80}", "最多 80 个字符，一行", "at most 80 characters, one line"
)
CHOICE: dict[str, Rule] = {"code": NAME, "title_zh": TEXT, "title_en": TEXT}
SAID = like(r"[^\x00-\x09\x0b-\x1f\x7f]{1,600}", "1 至 600 个字符", "1 to 600 characters")


def words(values: Sequence[str]) -> Says | None:
    """At most 500 words of 1 to 40 characters."""
    if len(values) <= MAX_WORDS and all(1 <= len(one.strip()) <= 40 for one in values):
        return None
    return (
        f"最多 {MAX_WORDS} 个词，每个 1 至 40 字",
        f"at most {MAX_WORDS} words of 1 to 40 characters",
    )


clock = like(r"([01][0-9]|2[0-3]):[0-5][0-9]", "例如 09:00", "for example 09:00")


def days(values: Sequence[str]) -> Says | None:
    """At most 200 days such as 2027-02-06."""
    for value in values:
        try:
            date.fromisoformat(value)
        except ValueError:
            return f"“{value}” 不是日期；例如 2027-02-06", f"“{value}” is no day, as 2027-02-06 is"
    if len(values) > MAX_DAYS:
        return f"最多 {MAX_DAYS} 天", f"at most {MAX_DAYS} days"
    return None


def options(values: Mapping[str, str]) -> Says | None:
    """Few and short; what each may be is the channel's own to say."""
    if len(values) <= MOST_OPTIONS and all(len(one) <= MOST_OPTION for one in values.values()):
        return None
    return (
        f"最多 {MOST_OPTIONS} 项，每项最多 {MOST_OPTION} 个字符",
        f"at most {MOST_OPTIONS}, each of at most {MOST_OPTION} characters",
    )
