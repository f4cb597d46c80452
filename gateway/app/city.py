"""The city's data of the settings in the gateway's own words."""

from __future__ import annotations

from collections.abc import Mapping

from config.settings import EmergencyLine as Written
from config.settings import Settings
from gateway.core.emergency import (
    City,
    DirectoryLine,
    EmergencyLine,
    Policy,
    Region,
    SpecialTask,
)
from gateway.core.hours import Opening
from gateway.telephony.emergency_routes import routes_of


def city_of(settings: Settings) -> City:
    """Lines, directory and special tasks, by code or id."""
    return City(
        emergency={one.code: _emergency(one) for one in settings.emergency_line},
        directory={
            one.id: DirectoryLine(
                id=one.id,
                title_zh=one.title_zh,
                title_en=one.title_en,
                kind=one.kind,
                number=one.number,
                trunks=one.trunks,
                ring_seconds=one.ring_seconds,
                hours=(Opening(days=one.days, opens=one.opens, closes=one.closes),),
                on_call=one.on_call,
            )
            for one in settings.directory_line
        },
        tasks={
            one.code: SpecialTask(
                code=one.code,
                title_zh=one.title_zh,
                title_en=one.title_en,
                to_zh=one.to_zh,
                to_en=one.to_en,
                words=one.words,
                offers=one.offers,
            )
            for one in settings.special_task
        },
    )


def emergency_keys(settings: Settings) -> Mapping[str, str]:
    """The keys of the greeting that lead to an emergency line: key → code."""
    return {line.key: line.code for line in routes_of(settings) if line.key}


def _emergency(line: Written) -> EmergencyLine:
    return EmergencyLine(
        code=line.code,
        title_zh=line.title_zh,
        title_en=line.title_en,
        policy=Policy(line.policy),
        guide_zh=line.guide_zh,
        guide_en=line.guide_en,
        words=line.words,
        key=line.key,
        ring_seconds=line.ring_seconds,
        region=line.region,
        regions=tuple(
            Region(
                id=one.id,
                title_zh=one.title_zh,
                title_en=one.title_en or one.title_zh,
                number=one.number or line.code,
                trunks=one.trunks,
                dids=frozenset(one.dids),
            )
            for one in line.regions
        ),
    )
