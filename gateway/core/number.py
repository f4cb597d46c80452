"""A number that citizens dial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.tags import Tags

GREETING = "greeting"
"""The prompt that a number has when it names none; its name begins those of all greetings."""

GREETING_TITLES: Mapping[str, tuple[str, str]] = {
    GREETING: ("您好，12345 热线，通话将录音", "12345 hotline, calls are recorded"),
    "greeting_enterprise": (
        "您好，企业服务专线，通话将录音",
        "Enterprise line, calls are recorded",
    ),
    "greeting_en": ("英语：本通话将录音转写", "Welcome to 12345, calls are recorded"),
    "greeting_plain": ("您好，通话将录音", "Hello, calls are recorded"),
}
"""What the shipped greetings say (config/prompts), Chinese and English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """``did`` is digits, exactly as the trunk sends them; ``greeting`` is a prompt's name.

    ``tag`` names a special line, ``origin`` the hotline that merged into ours with this number: it
    is not restored, its callers are led to the queue named here (S3 article 2, S4 article 7).
    """

    did: str
    title_zh: str = ""
    title_en: str = ""
    queue: str = ""
    greeting: str = GREETING
    tag: str = ""
    origin: str = ""

    @property
    def tags(self) -> Tags:
        """What its calls are known by, to the end."""
        return Tags(tag=self.tag, origin=self.origin)
