"""Why a ring ended, and that nothing is remembered for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.core.line import DeclineCause, PhoneKind
from gateway.telephony import ami_legs
from gateway.telephony.ami_legs import Leg, Track, Tracks, decline_cause, ring_seconds

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def leg(**changes: Any) -> Leg:
    """A ring that was heard and not answered."""
    fields: dict[str, Any] = {"alerted": True, "ring_ms": 15_000, "rang_at": NOW}
    return Leg("8001", PhoneKind.DESK, "civil", **fields | changes)


@pytest.mark.parametrize(
    ("changes", "track", "cause"),
    [
        ({}, {}, "no_answer"),
        ({"alerted": False}, {}, "unreachable"),
        ({"ring_ms": 0}, {}, "withdrawn"),
        ({"ring_ms": None}, {}, "withdrawn"),
        ({}, {"hung_up": True}, "withdrawn"),
        ({}, {"talking": "another"}, "withdrawn"),
        ({}, {"leaving": (1, 9.0)}, "withdrawn"),
        ({"refused": ("17", "486"), "ring_ms": 0}, {}, "busy"),
        ({"refused": ("17", "600"), "ring_ms": 0}, {"hung_up": True}, "busy"),
        ({"refused": ("21", "603"), "ring_ms": 0}, {}, "rejected"),
        ({"refused": ("19", "480"), "ring_ms": 0}, {}, "rejected"),
        ({"refused": ("18", "408"), "alerted": False}, {}, "unreachable"),
        ({"refused": ("34", "503"), "alerted": False}, {}, "unreachable"),
        ({"refused": ("1", "404"), "alerted": False}, {}, "unreachable"),
    ],
)
def test_causes(changes: dict[str, Any], track: dict[str, Any], cause: str) -> None:
    """What the phone said comes first, then who cut the ring, then whether it was heard."""
    call = Track("PJSIP/trunk-a-00000001", queue="civil", **track)
    assert decline_cause(leg(**changes), call) is DeclineCause(cause)


def test_ring_time() -> None:
    """Asterisk's own milliseconds, else our own clock; never negative."""
    assert ring_seconds(leg(), NOW) == 15.0
    assert ring_seconds(leg(ring_ms=0), NOW + timedelta(seconds=3)) == 3.0
    assert ring_seconds(leg(ring_ms=None), NOW - timedelta(seconds=3)) == 0.0
    assert ring_seconds(leg(ring_ms=None, rang_at=None), NOW) == 0.0


def test_the_oldest_call_goes_when_there_are_too_many() -> None:
    """With its legs, and counted."""
    tracks = Tracks()
    for number in range(ami_legs.MAX_CALLS + 3):
        tracks.add(f"H{number}", Track(f"c{number}"))
        tracks.add_leg(f"H{number}", f"l{number}", leg())
    assert len(tracks) == ami_legs.MAX_CALLS
    assert tracks.channels == 2 * ami_legs.MAX_CALLS
    assert tracks.forgotten == 3
    assert tracks.of("c0") is None
    assert tracks.of("l0") is None
    tracks.clear()
    assert (len(tracks), tracks.channels) == (0, 0)


def test_a_leg_may_be_renamed_while_it_talks() -> None:
    """Under its new name it is the same leg."""
    tracks = Tracks()
    tracks.add("H1", Track("c"))
    tracks.add_leg("H1", "old", leg())
    track = tracks.get("H1")
    assert track is not None
    track.talking = "old"
    tracks.rename("old", "new")
    tracks.rename("unknown", "x")
    assert tracks.of("new") == ("H1", track)
    assert (track.talking, list(track.legs)) == ("new", ["new"])
    tracks.drop_leg("H1", "new")
    tracks.drop("H1")
    assert (len(tracks), tracks.channels) == (0, 0)
