"""Which queue rings whom, on a real Asterisk: exactly what was asked, however often."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.core import line
from gateway.core.errors import Invalid, Unknown
from tests.gateway.telephony.phones_world import PhonesWorld, phones_world

pytestmark = pytest.mark.asterisk

BROWSER, DESK = line.PhoneKind.BROWSER, line.PhoneKind.DESK


async def members(world: PhonesWorld) -> set[tuple[str, str, int, bool, str]]:
    """Phone, queue, penalty, paused, reason of every dynamic member."""
    found = (await world.phones.snapshot()).members
    return {
        (f"{each.phone}-{each.seat}", each.queue, each.penalty, each.paused, each.reason)
        for each in found
    }


async def test_a_seat_is_in_exactly_its_queues(tmp_path: Path) -> None:
    """Added, corrected, removed, moved to the other phone; asking twice changes nothing."""
    async with phones_world(tmp_path) as world:
        phones = world.phones
        for _ in range(2):
            await phones.enlist("8001", BROWSER, "8001", {"civil": 0, "fallback": 50}, paused=True)
            assert await members(world) == {
                ("browser-8001", "civil", 0, True, ""),
                ("browser-8001", "fallback", 50, True, ""),
            }
        await phones.enlist("8001", BROWSER, "", {"civil": 3, "enterprise": 1}, paused=False)
        assert await members(world) == {
            ("browser-8001", "civil", 3, False, ""),
            ("browser-8001", "enterprise", 1, False, ""),
        }
        await phones.enlist("8001", DESK, "8001", {"civil": 0}, paused=False)
        assert await members(world) == {("desk-8001", "civil", 0, False, "")}
        await phones.enlist("8001", DESK, "8001", {}, paused=False)
        assert await members(world) == set()
        await world.asterisk.ami.event("QueueMemberRemoved", Interface="PJSIP/desk-8001")
        events = world.asterisk.ami.events
        added = [each["Paused"] for each in events if each.get("Event") == "QueueMemberAdded"]
        assert added == ["1"] * len(added)  # never rung by one queue while the others follow
        assert added


async def test_breaks_reach_every_queue(tmp_path: Path) -> None:
    """Pause and resume are for the seat, not for one queue."""
    async with phones_world(tmp_path) as world:
        await world.phones.enlist(
            "8001", BROWSER, "8001", {"civil": 0, "enterprise": 0}, paused=False
        )
        await world.phones.pause("8001", BROWSER, "rest")
        assert {each[3:] for each in await members(world)} == {(True, "rest")}
        await world.phones.resume("8001", BROWSER)
        assert {each[3:] for each in await members(world)} == {(False, "")}


async def test_leaving_twice_is_no_error(tmp_path: Path) -> None:
    """Dismissed means in no queue; pausing nobody is fine, resuming nobody is not."""
    async with phones_world(tmp_path) as world:
        await world.phones.enlist("8001", BROWSER, "8001", {"civil": 0}, paused=False)
        await world.phones.dismiss("8001")
        await world.phones.dismiss("8001")
        assert await members(world) == set()
        await world.phones.pause("8001", BROWSER, "rest")
        with pytest.raises(Unknown):
            await world.phones.resume("8001", BROWSER)


async def test_the_last_resort_stays(tmp_path: Path) -> None:
    """A member of the queue's own file survives sign-in and sign-out, and is not left paused."""
    async with phones_world(tmp_path) as world:
        await world.phones.enlist("8001", DESK, "8001", {"civil": 0, "fallback": 50}, paused=True)
        await world.phones.dismiss("8001")
        items = await world.link.act_list("QueueStatus", Queue="fallback")
        static = [each for each in items if each.get("Location") == "PJSIP/desk-8001"]
        assert [(each["Membership"], each["Paused"]) for each in static] == [("static", "0")]


async def test_the_desk_phone_of_a_browser_seat_is_not_rung(tmp_path: Path) -> None:
    """Its last resort is paused while its operator sits at the browser, and serves again after."""

    async def paused() -> list[str]:
        items = await world.link.act_list("QueueStatus", Queue="fallback")
        return [each["Paused"] for each in items if each.get("Location") == "PJSIP/desk-8001"]

    async with phones_world(tmp_path) as world:
        skills = {"civil": 0, "fallback": 50}
        assert await paused() == ["0"]
        await world.phones.enlist("8001", BROWSER, "8001", skills, paused=False)
        assert await paused() == ["1"]
        await world.phones.dismiss("8001")
        assert await paused() == ["0"]


async def test_what_does_not_exist_is_not_added(tmp_path: Path) -> None:
    """QueueAdd says Success for a phone that does not exist; we say Unknown."""
    async with phones_world(tmp_path) as world:
        assert (
            await world.links.calls.act("QueueAdd", Queue="civil", Interface="PJSIP/desk-9999")
        ).ok
        await world.links.calls.act("QueueRemove", Queue="civil", Interface="PJSIP/desk-9999")
        with pytest.raises(Unknown):
            await world.phones.enlist("9999", DESK, "9999", {"civil": 0}, paused=False)
        with pytest.raises(Unknown):
            await world.phones.enlist("8001", DESK, "8001", {"nosuch": 0}, paused=False)
        assert await members(world) == set()


async def test_only_our_own_names_go_out(tmp_path: Path) -> None:
    """A pattern, a device, another technology, a control character: refused at the door."""
    async with phones_world(tmp_path) as world:
        phones = world.phones
        for name in (
            "",
            "/PJSIP.*/",
            "PJSIP/desk-8001",
            "Local/s@x-00000001;1",
            "all",
            "PJSIP/a\r\n",
        ):
            for ask in (phones.hang_up, phones.retrieve, phones.withdraw):
                with pytest.raises(Invalid):
                    await ask(name)
            with pytest.raises(Invalid):
                await phones.hold("PJSIP/trunk-a-00000001", name)
            with pytest.raises(Invalid):
                await phones.whisper(name, ["greeting"])
        for seat in ("", "80x1", "8001\r\n", "12345678901"):
            with pytest.raises(Invalid):
                await phones.reachable(seat, DESK)
        with pytest.raises(Unknown):
            await phones.retrieve("PJSIP/trunk-local-000000ff")
        with pytest.raises(Unknown):
            await phones.hold("PJSIP/trunk-local-000000ff", "PJSIP/desk-8001-000000fe")
