"""The throttle of the settings: counted here, or in the line's Redis while it is well."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import structlog

from config.settings import Settings, ThrottleSettings
from gateway.app.line import password_of
from gateway.core.throttle import Limit
from gateway.intake.notice import NoticeText
from gateway.intake.throttling import Throttling
from gateway.ports.clock import Clock
from gateway.queue.kept_throttle import KeptThrottle
from gateway.queue.redis_throttle import RedisThrottle
from gateway.store.vault import PhonePasswords

MINUTE, HOUR = 60, 3600

log = structlog.get_logger()


@asynccontextmanager
async def opened_throttle(
    settings: Settings, clock: Clock, passwords: PhonePasswords
) -> AsyncIterator[Throttling]:
    """Nothing is waited for: a Redis that is not there is found out by the first who asks it."""
    told, line = settings.throttle, settings.line
    async with AsyncExitStack() as stack:
        shared = None
        if line.redis_url:
            try:
                password = await password_of(line)
                shared = await stack.enter_async_context(
                    RedisThrottle(
                        line.redis_url,
                        prefix=line.prefix,
                        password=password,
                        limit_seconds=told.limit_ms / 1000,
                    )
                )
            except OSError as fault:
                log.warning("throttle_password_unreadable", reason=type(fault).__name__)
        kept = KeptThrottle(shared, clock, processes=told.processes)
        yield Throttling(kept, limits_of(told), passwords.citizens("throttle"))


def counted_here(told: ThrottleSettings, clock: Clock) -> Throttling:
    """One that counts in this process only."""
    return Throttling(KeptThrottle(None, clock), limits_of(told), b"")


def limits_of(told: ThrottleSettings) -> Mapping[str, Limit]:
    """The limits that there are, by name."""
    kept = told.reserve_percent / 100
    each = (
        ("identity", told.identity_per_minute, MINUTE, told.identity_burst, 0.0),
        ("ip", told.ip_per_minute, MINUTE, told.ip_burst, 0.0),
        ("hook", told.hook_per_minute, MINUTE, told.hook_burst, kept),
        ("account", told.account_per_minute, MINUTE, told.account_burst, kept),
        ("messages", told.messages_per_minute, MINUTE, told.messages_burst, kept),
        ("number", told.number_per_hour, HOUR, told.number_burst, 0.0),
        ("trunk", told.trunk_per_minute, MINUTE, told.trunk_burst, kept),
        ("calls", told.calls_per_minute, MINUTE, told.calls_burst, kept),
    )
    return {
        name: Limit(name=name, count=rate, seconds=seconds, burst=burst, reserve=reserve)
        for name, rate, seconds, burst, reserve in each
        if rate
    }


def slow_text(told: ThrottleSettings) -> NoticeText:
    """What is told to whoever is over a limit."""
    return NoticeText(id=told.told_id, zh=told.told_zh, en=told.told_en)


def hint_words(settings: Settings) -> tuple[str, ...]:
    """What citizens say who want an emergency line, or are a special task."""
    lines = (word for line in settings.emergency_line for word in line.words)
    tasks = (word for task in settings.special_task for word in task.words)
    return *lines, *tasks
