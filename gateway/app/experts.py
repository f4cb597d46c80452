"""Experts and promises, put together from the settings' calendar and trunks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date, time
from zoneinfo import ZoneInfo

from config.settings import Settings
from gateway.calendar_cn import ChineseCalendar
from gateway.core.workdays import WorkingTime
from gateway.intake.experts import Experts
from gateway.intake.floor import Floor
from gateway.intake.promises import Promises
from gateway.web.uses import ExpertParts


def calendar_of(settings: Settings) -> ChineseCalendar:
    """China's working days with what the city adds."""
    own = settings.calendar
    return ChineseCalendar(
        [date.fromisoformat(day) for day in own.extra_workdays],
        [date.fromisoformat(day) for day in own.extra_holidays],
    )


def office_of(settings: Settings) -> WorkingTime:
    """When the city's offices work."""
    return WorkingTime(
        workday=calendar_of(settings).workday,
        zone=ZoneInfo(settings.site.timezone),
        opens=time.fromisoformat(settings.calendar.opens),
        closes=time.fromisoformat(settings.calendar.closes),
    )


def trunks_of(settings: Settings) -> tuple[str, ...]:
    """The trunks that lead out."""
    return tuple(one.name for one in settings.trunk if one.host)


class ExpertDesk:
    """The use cases of experts over one floor; ``open`` them, ``use_cases`` run for ever."""

    def __init__(self, settings: Settings, floor: Floor) -> None:
        office = office_of(settings)
        self.experts = Experts(floor, office, trunks_of(settings))
        self.promises = Promises(floor, self.experts, office)

    async def open(self) -> None:
        """Read the roster and what is owed. Raises StoreUnavailable."""
        await self.experts.open()
        await self.promises.open()

    def alarms(self) -> Iterable[tuple[str, tuple[str, str]]]:
        """What the wall says of promises, for as long as any is overdue."""
        late = self.promises.overdue()
        if late:
            zh = f"{late} 项对市民的回复承诺已逾期"
            yield "promises_overdue", (zh, f"{late} answers promised to citizens are overdue")

    def parts(self) -> ExpertParts:
        """What the web asks of them."""
        return ExpertParts(experts=self.experts, promises=self.promises)

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        return {"experts": self.experts.run, "promises": self.promises.run}
