"""Citizens and seats for the failure worlds: who they are, and whether they hear each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from gateway.core.line import PhoneKind
from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import AT_ONCE, Policy
from tests.asterisk_world import MUSIC_HZ, AsteriskWorld
from tests.eventually import eventually

NUMBER = "13800001234"
CITIZEN_HZ, SEAT_HZ, OTHER_SEAT_HZ = 440, 700, 950


def citizen_phone(world: AsteriskWorld, number: str = NUMBER) -> SipPhone:
    """Somebody outside, behind the trunk."""
    return SipPhone(number, world.sip)


def desk_phone(world: AsteriskWorld, seat: str, policy: Policy = AT_ONCE) -> SipPhone:
    """A seat's desk phone with the right password; it is not registered yet."""
    password = world.phones.password(seat, PhoneKind.DESK)
    return SipPhone(f"desk-{seat}", world.sip, password, on_invite=policy)


@asynccontextmanager
async def registered(
    world: AsteriskWorld, seat: str, policy: Policy = AT_ONCE
) -> AsyncIterator[SipPhone]:
    """A desk phone that Asterisk can ring."""
    async with desk_phone(world, seat, policy) as phone:
        await phone.register()
        yield phone


async def enlist(world: AsteriskWorld, seat: str, queue: str, penalty: int = 0) -> None:
    """What the gateway does when a seat signs in."""
    interface = f"PJSIP/desk-{seat}"
    answer = await world.ami.action(
        "QueueAdd",
        Queue=queue,
        Interface=interface,
        Penalty=str(penalty),
        MemberName=seat,
        StateInterface=interface,
    )
    assert answer["Response"] == "Success", answer


async def talk(citizen: Call, seat: Call, seat_hertz: int = SEAT_HZ) -> None:
    """Both hear each other, measured at both ears."""
    citizen.play_tone(CITIZEN_HZ)
    seat.play_tone(seat_hertz)
    await eventually(lambda: citizen.heard.hears(seat_hertz), 5)
    await eventually(lambda: seat.heard.hears(CITIZEN_HZ), 5)
    # music of a moment ago must not pass for music of the next hold
    await eventually(lambda: not citizen.heard.hears(MUSIC_HZ), 5)


def told_in_no_log(world: AsteriskWorld, *numbers: str) -> bool:
    """Whether none of these stands in any log of this Asterisk, its queue_log included."""
    logs = [path.read_bytes() for path in world.dirs.log.iterdir()]
    return not any(number.encode() in text for number in numbers for text in logs)


@dataclass(slots=True)
class Conversation:
    """A citizen and the seat of 8001, connected through the queue."""

    world: AsteriskWorld
    citizen: Call
    seat: Call
    citizen_channel: str
    seat_channel: str
    hotline_id: str
    desk: SipPhone

    async def hold(self) -> None:
        """What the gateway does when the operator presses hold."""
        answer = await self.world.ami.action(
            "Redirect",
            Channel=self.citizen_channel,
            Context="hotline-room",
            Exten="hold",
            Priority="1",
            ExtraChannel=self.seat_channel,
            ExtraContext="hotline-room",
            ExtraExten="op",
            ExtraPriority="1",
        )
        assert answer["Response"] == "Success", answer

    async def retrieve(self) -> None:
        """What the gateway does when the operator takes the citizen back."""
        answer = await self.world.ami.action(
            "Redirect",
            Channel=self.citizen_channel,
            Context="hotline-room",
            Exten="cust",
            Priority="1",
        )
        assert answer["Response"] == "Success", answer


@asynccontextmanager
async def conversation(world: AsteriskWorld) -> AsyncIterator[Conversation]:
    """Connected, and heard at both ears. The static member of ``fallback`` takes the call."""
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(registered(world, "8001"))
        phone = await stack.enter_async_context(citizen_phone(world))
        call = await phone.call("12345")
        seat = await desk.next_call()
        await seat.answered()
        connected = await world.ami.event("AgentConnect", MemberName="8001")
        await talk(call, seat)
        yield Conversation(
            world,
            call,
            seat,
            connected["Channel"],
            connected["DestChannel"],
            f"H{connected['Uniqueid']}",
            desk,
        )
