"""What Asterisk itself says is going on, and what the gateway believes: they must be the same."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.app import opened_store
from gateway.core.call import CallState
from gateway.core.seat import SeatState
from gateway.telephony.asterisk_config import AsteriskDirs
from gateway.telephony.asterisk_process import AsteriskProcess
from tests.asterisk_world import test_program
from tests.gateway_world import GatewayWorld

CALLER = re.compile(r"^\s+\d+\. (\S+) \(wait", re.MULTILINE)
MEMBER = re.compile(r"^\s+(\S+) \((PJSIP/\S+?)\).*\(dynamic\)", re.MULTILINE)
TALKS = {CallState.TALKING, CallState.HELD}


@dataclass(frozen=True)
class Picture:
    """Calls and seats: ids of the telephone system, numbers of seats."""

    calls: frozenset[str]
    talking: frozenset[str]
    busy_seats: frozenset[str]
    waiting: dict[str, int]
    members: dict[str, frozenset[str]]


def asterisk_of(world: GatewayWorld) -> AsteriskProcess:
    """The console of an Asterisk that is the keeper's child; it is not started here."""
    dirs = AsteriskDirs.under(world.data_dir / "asterisk", world.data_dir / "recordings")
    return AsteriskProcess(test_program(), {}, dirs, ami=("127.0.0.1", 0))


async def applications(asterisk: AsteriskProcess) -> list[tuple[str, str]]:
    """Each citizen's channel and the application it is in."""
    rows = await _channels(asterisk)
    return [(row[0], row[5]) for row in rows if not _is_seat(row[0])]


async def truth(asterisk: AsteriskProcess, queues: tuple[str, ...]) -> Picture:
    """As CoreShowChannels and QueueStatus have it."""
    rows = await _channels(asterisk)
    shown = {queue: await asterisk.command(f"queue show {queue}") for queue in queues}
    citizens = [row for row in rows if not _is_seat(row[0])]
    seats = [row for row in rows if _is_seat(row[0]) and row[-2]]
    return Picture(
        calls=frozenset(f"H{row[-1]}" for row in citizens),
        talking=frozenset(f"H{row[-1]}" for row in citizens if row[-2]),
        busy_seats=frozenset(row[0].partition("desk-")[2][:4] for row in seats),
        waiting={queue: len(CALLER.findall(text)) for queue, text in shown.items()},
        members={
            queue: frozenset(name for name, _ in MEMBER.findall(text))
            for queue, text in shown.items()
        },
    )


async def belief(world: GatewayWorld, queues: tuple[str, ...]) -> Picture:
    """As the gateway has recorded it."""
    async with opened_store(world.settings()) as store:
        calls, seats = await store.open_calls(), await store.seats()
        people = {one.id: one for one in await store.operators()}
    signed_in = [seat for seat in seats if seat.state is not SeatState.SIGNED_OUT]
    return Picture(
        calls=frozenset(call.hotline_id for call in calls),
        talking=frozenset(call.hotline_id for call in calls if call.state in TALKS),
        busy_seats=frozenset(s.number for s in seats if s.state is SeatState.TALKING),
        waiting={
            queue: sum(call.queue == queue and call.state not in TALKS for call in calls)
            for queue in queues
        },
        members={
            queue: frozenset(
                seat.number for seat in signed_in if queue in people[seat.operator_id].skills
            )
            for queue in queues
        },
    )


async def _channels(asterisk: AsteriskProcess) -> list[list[str]]:
    lines = (await asterisk.command("core show channels concise")).splitlines()
    return [line.split("!") for line in lines if line.startswith("PJSIP/")]


def _is_seat(channel: str) -> bool:
    return channel.startswith(("PJSIP/desk-", "PJSIP/seat-"))
