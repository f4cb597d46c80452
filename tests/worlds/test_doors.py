"""Who gets in, and what comes in with them. There is no anonymous SIP."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import Trunk
from gateway.core.line import PhoneKind
from gateway.simulate.errors import Refused
from gateway.simulate.phone import SipPhone
from tests.asterisk_world import AsteriskWorld, asterisk_world
from tests.worlds.talk import citizen_phone, desk_phone, enlist, registered, talk

pytestmark = pytest.mark.asterisk
TRUNK_HOST = "127.0.0.2"
STRANGER_HOST = "127.0.0.3"
ELSEWHERE = (Trunk(name="city", match=("127.0.0.2/32",)),)


async def refusal(phone: SipPhone, number: str) -> int:
    """The status that a call of this phone is refused with."""
    call = await phone.call(number)
    with pytest.raises(Refused) as refused:
        await call.answered()
    return refused.value.code


@pytest.mark.parametrize(
    "claimed",
    ["13800001234", "trunk-city", "web-citizen", "seat-8001", "desk-8001", "anonymous", "hotline"],
)
async def test_nobody_gets_in_by_a_claimed_name(tmp_path: Path, claimed: str) -> None:
    """From an unknown address every name is challenged alike, existing ones too."""
    async with (
        asterisk_world(tmp_path, trunks=ELSEWHERE) as world,
        SipPhone(claimed, world.sip, host=STRANGER_HOST) as stranger,
    ):
        assert await refusal(stranger, "12345") == 401
        assert (await stranger.options()).code == 401
        assert not world.ami.seen("Newchannel")


async def test_a_trunk_gets_in_by_its_address_and_only_to_our_numbers(tmp_path: Path) -> None:
    """Exact numbers; nothing that merely looks like one."""
    async with (
        asterisk_world(tmp_path, trunks=ELSEWHERE) as world,
        SipPhone("13800001234", world.sip, host=TRUNK_HOST) as carrier,
    ):
        call = await carrier.call("12345")
        await call.answered()
        await call.hang_up()
        for number in ("123456", "1234", "110", "s", "h", "T", "q_civil", "hold", "%2A72"):
            assert await refusal(carrier, number) in {404, 484}, number


async def test_a_browser_without_the_secret_header_is_a_stranger(tmp_path: Path) -> None:
    """The header is the proxy's; a wrong one, or none, is nothing."""
    async with asterisk_world(tmp_path, trunks=ELSEWHERE) as world:
        for headers in ((), (("X-Hotline-Web", "guess"),), (("X-Hotline-Web", ""),)):
            async with SipPhone(
                "13911112222", world.sip, host=STRANGER_HOST, headers=headers
            ) as phone:
                assert await refusal(phone, "12345") == 401


async def test_a_browser_has_no_number_whatever_it_claims(tmp_path: Path) -> None:
    """The web door opens to our numbers only, and a page cannot pass for somebody's telephone."""
    async with asterisk_world(tmp_path, trunks=ELSEWHERE) as world:
        header = (("X-Hotline-Web", world.web_secret),)
        async with SipPhone("13911112222", world.sip, host=STRANGER_HOST, headers=header) as phone:
            assert await refusal(phone, "110") == 404
            await phone.call("12345")
            arrived = await world.ami.event("UserEvent", UserEvent="HotlineArrived")
            assert (arrived["Origin"], arrived["Number"]) == ("web", "")


async def test_a_seats_phone_dials_nothing(tmp_path: Path) -> None:
    """A seat takes calls; its phone, stolen or mistaken, makes none."""
    async with (
        asterisk_world(tmp_path, trunks=ELSEWHERE) as world,
        registered(world, "8001") as desk,
    ):
        for number in ("12345", "110", "8002", "s", "h", "hold", "op", "*72", "00441234567"):
            assert await refusal(desk, number) in {404, 603}, number
        assert not world.ami.seen("UserEvent")


async def test_a_wrong_password_registers_nothing(tmp_path: Path) -> None:
    """Right password: reachable. Wrong, or another phone's: 401 and still unreachable."""
    async with asterisk_world(tmp_path, trunks=ELSEWHERE) as world:
        for wrong in ("", "guess", world.phones.password("8002", PhoneKind.DESK)):
            async with SipPhone("desk-8001", world.sip, wrong) as phone:
                with pytest.raises(Refused) as refused:
                    await phone.register()
                assert refused.value.code == 401
        contacts = await world.process.command("pjsip show contacts")
        assert "desk-8001" not in contacts
        async with desk_phone(world, "8001") as phone:
            await phone.register()
            assert "desk-8001" in await world.process.command("pjsip show contacts")


HOSTILE = "${SHELL(touch /nowhere)}"


@pytest.mark.parametrize(
    ("header", "number"),
    [
        (f'"{HOSTILE}" <sip:13800001234@x>', "13800001234"),
        ('"a\\",b,c)&Hangup(" <sip:13800001234@x>', "13800001234"),
        ("<sip:138%24%7BEXTEN%7D0000@x>", "1380000"),
        ("<sip:138%0d%0aAction%3a%20Logoff0001@x>", "1380001"),
        ("<sip:+8613800001234@x>", "+8613800001234"),
        ("<sip:1234567890123456789012345@x>", "12345678901234567890"),
        ("<sip:anonymous@anonymous.invalid>", ""),
        ("<sip:138)&Hangup(16),x@x>", "13816"),
        ('"张三 110" <sip:13800001234@x>', "13800001234"),
    ],
)
async def test_what_a_caller_claims_to_be_reaches_nobody_as_words(
    tmp_path: Path, header: str, number: str
) -> None:
    """Only digits come through; a display name goes nowhere, and nothing is evaluated."""
    async with (
        asterisk_world(tmp_path) as world,
        registered(world, "8001") as desk,
        citizen_phone(world) as phone,
    ):
        call = await phone.call("12345", from_header=header)
        seat = await desk.next_call()
        await talk(call, seat)
        arrived = await world.ami.event("UserEvent", UserEvent="HotlineArrived")
        assert arrived["Number"] == number
        connected = await world.ami.event("AgentConnect")
        assert connected["CallerIDName"] == "<unknown>"
        assert seat.invite is not None
        shown = seat.invite.get("From")
        assert shown.split("<sip:")[0].strip() in {"", '"Anonymous"'}
        assert not shown.startswith(('"a', '"$', '"张'))
        assert not any("SHELL" in line or "Logoff" in line for line in world.log())


async def waiting_number(world: AsteriskWorld) -> str:
    """The number of the caller in ``civil``, as the manager interface tells it."""
    await world.ami.event("QueueCallerJoin")
    entries = await world.ami.listing("QueueStatus", Queue="fallback")
    return next(one["CallerIDNum"] for one in entries if one["Event"] == "QueueEntry")


async def test_a_withheld_number_is_no_number(tmp_path: Path) -> None:
    """Empty, not a word that looks like one; in the queue stands what was dialled."""
    async with asterisk_world(tmp_path) as world, citizen_phone(world) as phone:
        await enlist(world, "8001", "civil")
        call = await phone.call("12345", from_header='"Anonymous" <sip:anonymous@x>')
        await call.answered()
        arrived = await world.ami.event("UserEvent", UserEvent="HotlineArrived")
        assert arrived["Number"] == ""
        assert await waiting_number(world) == "12345"
