"""Every voice that should be heard is on its way to the ear, and no other, whatever goes wrong."""

from asr import wire
from gateway.core import line, line_guests
from gateway.core.citizen import CallerFlag, FlagKind
from gateway.core.guest_kind import GuestRole
from gateway.core.transcript import Party
from gateway.intake.listening import BEGIN_SECONDS, LAST_WORDS_SECONDS, ORDER_SECONDS
from tests.eventually import eventually, remains
from tests.gateway.intake.company import Company
from tests.gateway.intake.hearing_world import HOST, HearingWorld, hearing
from tests.peers.ears_peer import EarsPeer


def taps(heard: HearingWorld) -> set[str]:
    """The channels that are tapped on the telephone now."""
    return {tap.channel for tap in heard.world.phones.taps.values()}


async def test_a_citizen_is_tapped_from_the_queue_on_and_the_seat_once_it_talks(
    heard: HearingWorld,
) -> None:
    """The ear is told of each before the telephone is asked; not of a ringing seat."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    citizen = await heard.begins(call)
    assert world.phones.tapped == [(call.channel, citizen.id, (HOST, 4711))]
    assert heard.ears.expected() == [citizen.id]
    await world.rings(call, "8001")
    await remains(lambda: len(taps(heard)) == 1, 0.1)
    await world.answers(call, "8001")
    seat = await heard.begins(call, Party.SEAT)
    assert seat.operator_id == "id-li"
    assert taps(heard) == {call.channel, world.leg(call, "8001")}


async def test_both_are_heard_through_hold_and_a_new_seat_anew(heard: HearingWorld) -> None:
    """The citizen's tap is one from the queue to the end; each answered leg has its own."""
    world = heard.world
    await world.seated("li", "8001")
    call = await world.arrives()
    citizen = await heard.begins(call)
    await world.rings(call, "8001")
    await world.answers(call, "8001")
    seat = await heard.begins(call, Party.SEAT)
    await world.hear(line.CallHeld(hotline_id=call.hotline_id, at=world.clock.now()))
    await world.hear(line.CallRetrieved(hotline_id=call.hotline_id, at=world.clock.now()))
    await remains(lambda: len(world.phones.tapped) == 2, 0.1)
    await world.hear(
        line.SeatLost(
            hotline_id=call.hotline_id,
            at=world.clock.now(),
            seat="8001",
            leg=world.leg(call, "8001"),
        )
    )
    heard.ears.say(wire.Ended(stream=seat.id, seconds=5.0))
    await world.hear(
        line.SeatReturned(
            hotline_id=call.hotline_id, at=world.clock.now(), seat="8001", leg="PJSIP/seat-8001-9"
        )
    )
    again = await heard.begins(call, Party.SEAT, besides=seat.id)
    assert again.side.channel == "PJSIP/seat-8001-9"
    assert heard.listening.stream_of(call.id, Party.CITIZEN) is citizen


async def test_who_is_called_in_is_heard_by_their_own_leg(company: Company) -> None:
    """An expert's words are the expert's; they end with their leg, and the others are heard on."""
    ears = EarsPeer()
    ears.up(port=4711)
    async with hearing(company.world, ears) as heard:
        await company.ask(GuestRole.EXPERT)
        await company.reaches.tick()
        (order,) = company.world.phones.called_in
        await heard.begins(company.call, Party.SEAT)
        assert heard.listening.stream_of(company.call.id, Party.EXPERT) is None
        await company.joins(order.guest)
        expert = await heard.begins(company.call, Party.EXPERT)
        assert (expert.side.channel, expert.operator_id) == ("PJSIP/x-1", "")
        await company.world.hear(
            line_guests.GuestLeft(**company.id_(), guest=order.guest, cause=16, by_guest=True)
        )
        heard.ears.say(wire.Ended(stream=expert.id, seconds=2.0))
        await eventually(lambda: heard.listening.stream_of(company.call.id, Party.EXPERT) is None)
        assert heard.listening.stream_of(company.call.id, Party.SEAT) is not None


async def test_what_is_over_is_forgotten_after_its_last_words(heard: HearingWorld) -> None:
    """The leg's end ends the tap; an ear that says nothing of it is told, and so is the phone."""
    world = heard.world
    call = await world.arrives()
    stream = await heard.begins(call)
    await world.hangs_up(call)
    await remains(lambda: stream.id in heard.ears.expected(), 0.1)

    def forgotten() -> bool:
        world.clock.turn(LAST_WORDS_SECONDS)
        return stream.id not in heard.ears.expected() and not taps(heard)

    await eventually(forgotten)
    heard.ears.say(wire.Ended(stream=stream.id, seconds=3.0))
    await eventually(lambda: not heard.listening.streams)


async def test_a_tap_that_fails_or_never_begins_is_tried_again_ever_more_slowly(
    heard: HearingWorld,
) -> None:
    """The telephone says so, or no sound comes; each time with a stream of its own."""
    world = heard.world
    call = await world.arrives()
    first = await heard.tapped(call)
    for listen in world.floor.tap_listeners:
        listen(first.id)
    await remains(lambda: len(world.phones.tapped) == 1, 0.1)
    world.clock.turn(0.5)
    second = await heard.tapped(call, besides=first.id)
    world.clock.turn(BEGIN_SECONDS + ORDER_SECONDS + 0.1)
    await eventually(lambda: second.id not in heard.ears.expected())
    await eventually(lambda: second.id not in world.phones.taps)
    world.clock.turn(0.5)
    await remains(lambda: len(world.phones.tapped) == 2, 0.1)
    world.clock.turn(0.5)
    third = await heard.begins(call, besides=second.id)
    assert len({first.id, second.id, third.id}) == 3


async def test_a_telephone_that_is_away_is_asked_again_and_at_once_when_it_is_back(
    heard: HearingWorld,
) -> None:
    """Nothing is tapped meanwhile, nothing stops; the floor moves on."""
    world = heard.world
    world.phones.away = True
    call = await world.arrives()
    await remains(lambda: not world.phones.tapped, 0.2)
    world.phones.away = False
    world.phones.calls = [
        line.LiveCall(
            hotline_id=call.hotline_id,
            channel=call.channel,
            number=call.number,
            did="12345",
            origin=line.Origin.TRUNK,
            queue="civil",
            position=1,
            seat="",
            leg="",
            ringing=False,
            held=False,
        )
    ]
    snapshot = await world.phones.snapshot()
    await world.hear(line.LinkRestored(at=world.clock.now(), snapshot=snapshot))
    await heard.begins(call)


async def test_after_an_ear_died_the_next_one_hears_everybody(heard: HearingWorld) -> None:
    """New streams at its new port; what the dead one had is no more."""
    call = await heard.world.arrives()
    before = await heard.begins(call)
    heard.ears.lose()
    await eventually(lambda: not heard.listening.streams)
    assert heard.screens.picture(heard.world.operators["li"])["hearing"]["state"] == "down"
    heard.ears.up(port=4712)
    after = await heard.begins(call, besides=before.id)
    assert heard.world.phones.tapped[-1] == (call.channel, after.id, (HOST, 4712))


async def test_without_a_model_nobody_is_tapped(heard: HearingWorld) -> None:
    """It would cost and give nothing; the screens say why."""
    heard.ears.lose()
    heard.ears.up(model=None, slots=0)
    await eventually(lambda: heard.listening.ready and heard.listening.ready.model is None)
    await heard.world.arrives()
    await remains(lambda: not heard.world.phones.tapped, 0.2)


async def test_ranks_follow_marks_and_alarms(heard: HearingWorld) -> None:
    """A caller who needs care comes before others, an alarm before both, also in mid-call."""
    world = heard.world
    await world.store.record(CallerFlag(number="13800000001", kind=FlagKind.CARE))
    plain = await heard.begins(await world.arrives("13800000002"))
    marked = await heard.begins(await world.arrives("13800000001"))
    assert marked.rank < plain.rank
    heard.says(plain, "着火 了")
    await eventually(lambda: plain.rank < marked.rank)
    assert heard.ears.told[-1] == wire.Rank(stream=plain.id, rank=plain.rank)
