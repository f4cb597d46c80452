"""Who takes part in a walk: citizens with SIP phones, operators with a console and a desk phone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.core.line import PhoneKind
from gateway.simulate.call import Call
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import Answer, Policy
from tests.eventually import eventually
from tests.gateway_world import GatewayWorld
from tests.peers.console import Console

CITIZEN_HZ = 440
OPERATOR_HZ = 700


@dataclass
class Seated:
    """An operator at a seat with a desk phone."""

    console: Console
    phone: SipPhone
    seat: str


@asynccontextmanager
async def operator(
    world: GatewayWorld,
    login: str,
    seat: str,
    *,
    answers: Policy = Answer(after_seconds=0.5),  # noqa: B008 - frozen
    skills: dict[str, int] | None = None,
) -> AsyncIterator[Seated]:
    """Logged in, signed in, registered and ready; signs out at the end."""
    if login not in world.passwords:
        await world.add(login, skills=skills)
    password = await world.phone_password(seat, PhoneKind.DESK)
    async with (
        SipPhone(f"desk-{seat}", world.sip, password, on_invite=answers) as phone,
        world.console(login) as console,
    ):
        await phone.register()
        await console.sit(seat, "desk")
        await console.ready()
        await console.seat_becomes("ready")
        yield Seated(console, phone, seat)
        for call in phone.calls:
            await call.hang_up()
        await eventually(lambda: console.seat_state not in ("talking", "offered"), 10)
        await console.post("/api/v1/seat/sign-out")


@asynccontextmanager
async def citizen(
    world: GatewayWorld, number: str = "13800001234", did: str = "12345"
) -> AsyncIterator[Call]:
    """A citizen who has dialled; their phone hangs up at the end."""
    async with SipPhone("citizen", world.sip) as phone:
        yield await phone.call(did, from_number=number)


async def they_hear_each_other(citizen_call: Call, seat_call: Call) -> None:
    """Different tones from both sides, and each arrives at the other's ear and only there."""
    citizen_call.play_tone(CITIZEN_HZ)
    seat_call.play_tone(OPERATOR_HZ)
    await eventually(lambda: citizen_call.heard.hears(OPERATOR_HZ), 10)
    await eventually(lambda: seat_call.heard.hears(CITIZEN_HZ), 10)
    # the music just before may have held the same tone: wait until it is out of the ear
    await eventually(lambda: not citizen_call.heard.hears(CITIZEN_HZ))
    await eventually(lambda: not seat_call.heard.hears(OPERATOR_HZ))


async def connected(citizen_call: Call, seated: Seated) -> Call:
    """Wait until this seat's phone has taken a call and the console shows it."""
    await citizen_call.answered()
    seat_call = await seated.phone.next_call(40)  # who waited in vain first hears why
    await seat_call.answered()
    await seated.console.sees("talking")
    return seat_call
