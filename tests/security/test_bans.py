"""Scanners at a real Asterisk: told nothing, shut out, let in again (facts SOURCE_BANNED)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.core.bans import BanRules
from gateway.core.facts import FactKind
from gateway.core.line import PhoneKind
from gateway.intake.guard import lifted
from gateway.simulate.phone import SipPhone
from tests.asterisk_world import asterisk_world
from tests.eventually import eventually
from tests.security.guarded import CARRIER, OFFICE, SCANNER, TRUNKS, Guarded, guard_at, guarded
from tests.worlds.talk import registered, talk

pytestmark = pytest.mark.asterisk
GUESSES = 201
SHORT = BanRules(first_seconds=2)


async def scanned(world: Guarded) -> bool:
    """One more guess; whether the scanner is outside by now."""
    await world.registers("desk-8002", "guess")
    return bool(world.outside())


async def let_in(world: Guarded) -> bool:
    """Whether the scanner is told to show its password again, as everybody is."""
    return await world.asks(SCANNER) == 401


async def test_two_hundred_guesses_are_cut_off_after_a_few(tmp_path: Path) -> None:
    """201 passwords for a seat's phone: the scanner is outside long before it is through.

    A citizen who calls meanwhile through the carrier is heard, and hears, after all of it.
    """
    async with (
        guarded(tmp_path) as world,
        registered(world.asterisk, "8001") as desk,
        SipPhone("13800001234", world.asterisk.sip, host=CARRIER) as carrier,
    ):
        call = await carrier.call("12345")
        seat = await desk.next_call()
        answers = [
            await world.registers("desk-8002", f"guess-{number}") for number in range(GUESSES)
        ]
        assert set(answers) == {401, 403}
        tried = answers.index(403)
        assert tried < GUESSES * 3 // 5, "so many passwords were looked at"  # a busy machine's
        assert set(answers[tried:]) == {403}
        right = world.asterisk.phones.password("8002", PhoneKind.DESK)
        assert await world.registers("desk-8002", right) == 403
        assert world.outside() == [f"{SCANNER}/32"]
        await eventually(world.store.facts)  # written once the door is shut
        assert [fact.kind for fact in await world.store.facts()] == [FactKind.SOURCE_BANNED]
        await talk(call, seat)
        assert await world.asks(OFFICE) == 401


async def test_who_is_never_shut_out_whatever_is_sent_in_their_name(tmp_path: Path) -> None:
    """The carrier, this machine, and an office where a phone of ours is registered."""
    async with guarded(tmp_path) as world:
        right = world.asterisk.phones.password("8001", PhoneKind.DESK)
        async with SipPhone("desk-8001", world.asterisk.sip, right, host=OFFICE) as phone:
            await phone.register()
            for host in (OFFICE, "127.0.0.1"):
                answers = {await world.registers("desk-8002", f"x{n}", host) for n in range(40)}
                assert answers == {401}, host
            for number in range(40):
                assert await world.asks(CARRIER, f"x{number}") in {200, 401, 404}
            assert world.outside() == []
            async with SipPhone("13800001234", world.asterisk.sip, host=CARRIER) as carrier:
                call = await carrier.call("12345")
                await call.answered()


async def test_a_ban_ends_by_itself_and_calls_go_on_meanwhile(tmp_path: Path) -> None:
    """Its time over, the right password works. Nobody on the line hears of the list's changes."""
    async with (
        guarded(tmp_path, SHORT) as world,
        registered(world.asterisk, "8001") as desk,
        SipPhone("13800001234", world.asterisk.sip, host=CARRIER) as carrier,
    ):
        call = await carrier.call("12345")
        seat = await desk.next_call()
        await talk(call, seat)
        await eventually(lambda: scanned(world), 20)
        assert await world.asks(SCANNER) == 403
        await eventually(lambda: world.outside() == [], 20)
        await eventually(lambda: let_in(world), 10)
        right = world.asterisk.phones.password("8002", PhoneKind.DESK)
        assert await world.registers("desk-8002", right) == 200
        await talk(call, seat)


async def test_a_ban_outlives_the_gateway_and_the_telephone_and_is_lifted_by_hand(
    tmp_path: Path,
) -> None:
    """No gateway: Asterisk still refuses. A new one: still. The word of the admin: no more."""
    async with asterisk_world(tmp_path, trunks=TRUNKS) as asterisk:
        async with guard_at(asterisk, tmp_path) as first:
            await eventually(lambda: scanned(first), 20)
            await eventually(first.store.facts)  # written once the door is shut
        assert await first.asks(SCANNER) == 403
        async with guard_at(asterisk, tmp_path) as second:
            await eventually(second.outside)
            assert await second.asks(SCANNER) == 403
            await second.store.record(lifted(f"{SCANNER}/32", SystemClock().now()))
            await eventually(lambda: second.outside() == [], 10)
            await eventually(lambda: let_in(second), 10)
