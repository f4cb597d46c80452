"""Emergency lines and the directory, put together: targets, hand-overs, health, comparison."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from config.errors import ConfigError, Problem
from config.load import read_secret
from config.settings import Settings
from gateway.app.city import city_of
from gateway.app.speech import Speech
from gateway.core.guest_kind import GuestRole
from gateway.core.webhook import key_of
from gateway.intake.city_targets import DirectoryTargets, EmergencyTargets
from gateway.intake.directory import Directory
from gateway.intake.handovers import Handovers
from gateway.intake.line_health import LineHealth
from gateway.intake.reconciling import Reconciling
from gateway.linkage.emergency_hooks import EmergencyHooks, Hook, opened_hooks
from gateway.ports import Clock
from gateway.ports.emergency import Trunks
from gateway.web.uses import EmergencyParts

SECRET_VARIABLE = "HOTLINE_EMERGENCY_{code}_SECRET"  # noqa: S105 - a name, no secret


def hooks_of(settings: Settings) -> Mapping[str, Hook]:
    """Each line's system with its key; raises ConfigError with every secret that is none."""
    hooks: dict[str, Hook] = {}
    problems: list[Problem] = []
    for index, line in enumerate(settings.emergency_line, 1):
        if not line.hook_url:
            continue
        name = f"emergency_line[{index}].hook_secret_file"
        try:
            variable = SECRET_VARIABLE.format(code=line.code)
            secret = read_secret(name, line.hook_secret_file, variable, os.environ)
        except ConfigError as wrong:
            problems += wrong.problems
            continue
        key = key_of(secret or "")
        if key is None:
            zh = "应为 whsec_ 加 24 至 64 字节的 base64"
            en = "must be whsec_ and the base64 of 24 to 64 bytes"
            problems.append(Problem(str(line.hook_secret_file), name, zh, en))
        else:
            hooks[line.code] = Hook(url=line.hook_url.rstrip("/"), key=key)
    if problems:
        raise ConfigError(*problems)
    return hooks


@asynccontextmanager
async def opened_systems(settings: Settings, clock: Clock) -> AsyncIterator[EmergencyHooks]:
    """The emergency lines' systems of these settings. Raises ConfigError."""
    async with opened_hooks(hooks_of(settings), clock) as systems:
        yield systems


class Emergency:
    """The use cases of emergency lines over the floor of ``speech``; ``use_cases`` run for ever."""

    def __init__(
        self,
        settings: Settings,
        speech: Speech,
        systems: EmergencyHooks,
        trunks: Trunks,
    ) -> None:
        floor = speech.book.floor
        zone, hour = ZoneInfo(settings.site.timezone), settings.emergency.check_hour
        self._city = city = city_of(settings)
        self._zone, self._clock = zone, floor.clock
        self.health = LineHealth(floor, trunks, city, zone, hour)
        self.handovers = Handovers(
            floor,
            speech.book,
            systems=systems,
            words=speech.last_words,
            alarms=speech.alarms,
            zone=zone,
        )
        self.reconciling = Reconciling(
            floor.store,
            systems=systems,
            lines=tuple(city.emergency),
            clock=floor.clock,
            zone=zone,
            check_hour=hour,
        )

    def targets(self, directory: Directory) -> None:
        """Let the directory know the city's lines."""
        well = lambda: self.health.well  # noqa: E731 - asked again and again
        directory.add(GuestRole.DISPATCHER, EmergencyTargets(self._city, well))
        lines = DirectoryTargets(self._city, well, self._zone, self._clock)
        directory.add(GuestRole.LINE, lines)

    def parts(self) -> EmergencyParts:
        """What the web asks of it."""
        return EmergencyParts(
            handovers=self.handovers, reconciling=self.reconciling, lines=self.health.view
        )

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        return {
            "handovers": self.handovers.run,
            "reconciling": self.reconciling.run,
            "line_health": self.health.run,
        }
