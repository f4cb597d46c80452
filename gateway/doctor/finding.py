"""What a check is, and what it found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from config.settings import Settings
from gateway.provision.places import Places


class Grade(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    """The hotline works, but not as well as it should, or will not for long."""
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The hotline that is looked at."""

    settings: Settings
    places: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found and what to do about it, in Chinese and in English."""

    grade: Grade
    zh: str
    en: str
    fix_zh: str = ""
    fix_en: str = ""


def ok(zh: str, en: str) -> Finding:
    """As it should be."""
    return Finding(grade=Grade.OK, zh=zh, en=en)


def warn(zh: str, en: str, fix_zh: str, fix_en: str) -> Finding:
    """Works, but."""
    return Finding(grade=Grade.WARN, zh=zh, en=en, fix_zh=fix_zh, fix_en=fix_en)


def fail(zh: str, en: str, fix_zh: str, fix_en: str) -> Finding:
    """Does not work."""
    return Finding(grade=Grade.FAIL, zh=zh, en=en, fix_zh=fix_zh, fix_en=fix_en)


Look = Callable[[Patient], Awaitable[Finding]]


def blocking(look: Callable[[Patient], Finding]) -> Look:
    """A look that reads files or runs programs, in a thread."""
    return lambda patient: asyncio.to_thread(look, patient)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at; ``look`` raises OSError, ValueError or HotlineError when it cannot."""

    name: str
    zh: str
    en: str
    look: Look
