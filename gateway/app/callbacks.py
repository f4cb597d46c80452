"""Calling back, put together from the settings."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from config.settings import Settings
from gateway.core.dialling import DialRules
from gateway.core.targets import Targets
from gateway.intake.dialler import Dialler, DialSettings
from gateway.intake.floor import Floor
from gateway.intake.place_offers import PlaceOffers
from gateway.intake.places import Places
from gateway.intake.seating import Seating
from gateway.ports import Phones


def opened_dialler(settings: Settings, floor: Floor, phones: Phones, seating: Seating) -> Dialler:
    """Who calls back; without a trunk that leads out nobody is called."""
    own = settings.callback
    floor.dial_rules = DialRules(
        quiet_from=time.fromisoformat(own.quiet_from),
        quiet_until=time.fromisoformat(own.quiet_until),
        most_tries=own.most_tries,
        retry_seconds=own.retry_seconds,
        abandoned_seconds=own.abandoned_seconds,
    )
    targets = Targets(callback_seconds=settings.chat.callback_target_seconds, queues=floor.queues)
    places = Places(floor, seating, targets, ZoneInfo(settings.site.timezone))
    leading_out = [trunk.name for trunk in settings.trunk if trunk.host]
    dial = DialSettings(
        trunk=own.trunk or next(iter(leading_out), ""),
        shown=own.shown,
        ring_seconds=own.ring_seconds,
    )
    offers = PlaceOffers(floor, phones, seating, places, own.offer_seconds)
    return Dialler(floor, phones, offers, dial)
