"""A telephone does what telephones do, also on a line that loses messages."""

from __future__ import annotations

import asyncio

import pytest

from gateway.simulate.errors import CallOver, NobodyAnswered, Refused
from gateway.simulate.phone import SipPhone
from gateway.simulate.policy import BUSY, Answer, Reject, Ring, Silent
from gateway.simulate.sip_message import Request, Response
from gateway.telephony.free_port import free_port
from tests.eventually import eventually
from tests.gateway.simulate.lossy_line import Loses, two_phones


async def test_two_phones_talk_and_hang_up() -> None:
    """Ringing, answered, both heard, keys heard, ended for both."""
    async with two_phones() as (a, b, line):
        call = await a.call("12345", from_number="13800001234")
        other = await b.next_call()
        await call.answered()
        await other.answered()
        assert call.ringing.is_set()
        assert other.far_user == "13800001234"
        call.play_tone(440)
        other.play_tone(700)
        await eventually(lambda: other.heard.hears(440) and call.heard.hears(700))
        assert not other.heard.hears(700)
        call.press("1*0#D")
        await eventually(lambda: other.heard.digits == "1*0#D")
        await other.hang_up()
        await call.ended()
        assert a.calls == b.calls == ()
        assert line.seen["BYE"] == 1
        await other.hang_up()  # again does nothing
        with pytest.raises(CallOver):
            await call.reinvite()


@pytest.mark.parametrize(
    ("policy", "code"), [(BUSY, 486), (Reject(), 603), (Reject(480, "x"), 480)]
)
async def test_a_refusal_is_told_and_acknowledged(policy: Reject, code: int) -> None:
    """The caller learns the status; the ACK ends the repeats."""
    async with two_phones() as (a, b, line):
        b.on_invite = policy
        call = await a.call("1")
        with pytest.raises(Refused) as refused:
            await call.answered()
        assert refused.value.code == call.status == code
        await eventually(lambda: line.seen.get("ACK") == 1)


async def test_a_caller_who_gives_up_stops_the_ringing() -> None:
    """CANCEL: 487 for the caller, ended for the callee."""
    async with two_phones() as (a, b, _):
        b.on_invite = Ring()
        call = await a.call("1")
        other = await b.next_call()
        async with asyncio.timeout(5):
            await call.ringing.wait()
        with pytest.raises(TimeoutError):
            await call.answered(0.05)
        await call.hang_up()
        assert call.status == 487
        await other.ended()
        assert not other.is_answered


async def test_a_ringing_phone_can_decline() -> None:
    """Hanging up on a ringing call is 603."""
    async with two_phones() as (a, b, _):
        b.on_invite = Answer(60)
        call = await a.call("1")
        await (await b.next_call()).hang_up()
        with pytest.raises(Refused) as refused:
            await call.answered()
        assert refused.value.code == 603


async def test_what_to_do_may_depend_on_the_call() -> None:
    """A function of the call decides."""
    async with two_phones() as (a, b, _):
        b.on_invite = lambda call: BUSY if call.far_user == "1" else Answer()
        with pytest.raises(Refused):
            await (await a.call("x", from_number="1")).answered()
        await (await a.call("x", from_number="2")).answered()


async def test_a_vanished_phone_says_nothing_more() -> None:
    """No BYE, no sound, no answer: the other side must find out by itself."""
    async with two_phones() as (a, b, line):
        call = await a.call("1")
        other = await b.next_call()
        await call.answered()
        other.play_tone(700)
        await eventually(lambda: call.heard.hears(700))
        other.vanish()
        await eventually(lambda: not call.heard.hears(700))
        assert not call.has_ended
        assert "BYE" not in line.seen
        call.vanish()


async def test_hold_and_back_by_reinvite() -> None:
    """A new description each time; the sound goes on."""
    async with two_phones() as (a, b, line):
        call = await a.call("1")
        other = await b.next_call()
        await call.answered()
        other.play_tone(700)
        for direction in ("sendonly", "sendrecv"):
            await call.reinvite(direction)
        assert line.seen["INVITE"] == 3
        await eventually(lambda: call.heard.hears(700))


def lost_first(*names: str) -> Loses:
    """Loses the first of each of these."""

    def loses(message: Request | Response, count: int) -> bool:
        if isinstance(message, Request):
            return count == 1 and message.method in names
        return count == 1 and f"{message.code} {message.cseq[1]}" in names

    return loses


@pytest.mark.parametrize("lost", ["INVITE", "180 INVITE", "200 INVITE", "ACK", "BYE", "200 BYE"])
async def test_a_lost_message_is_sent_again(lost: str) -> None:
    """RFC 3261 section 17: whatever is lost once, the call is made and ended all the same."""
    async with two_phones(lost_first(lost)) as (a, b, line):
        call = await a.call("1")
        other = await b.next_call()
        await call.answered()
        await eventually(other.acknowledged.is_set)
        await call.hang_up()
        await other.ended()
        if lost != "180 INVITE":  # the 200 that follows makes it unnecessary
            assert line.seen[lost] == 2


@pytest.mark.parametrize("lost", ["486 INVITE", "ACK"])
async def test_a_lost_refusal_is_sent_again(lost: str) -> None:
    """The same for calls that are not taken."""
    async with two_phones(lost_first(lost)) as (a, b, _):
        b.on_invite = BUSY
        with pytest.raises(Refused):
            await (await a.call("1")).answered()


async def test_nobody_there_is_told_in_time() -> None:
    """A limit for each request, not half a minute of hope."""
    async with SipPhone("a", ("127.0.0.1", free_port()), password="x") as phone:
        with pytest.raises(NobodyAnswered):
            await phone._registration.register(60, limit_seconds=0.7)


async def test_an_invitation_that_is_sent_again_before_it_is_heard_is_one_call() -> None:
    """A busy phone finds both copies at once: one rings, and no sound is left open."""
    async with two_phones() as (a, b, line):
        b.on_invite = Ring()
        line.twice = True
        call = await a.call("1")
        await b.next_call()
        await eventually(lambda: line.seen.get("180 INVITE", 0) >= 1)
        assert len(b.calls) == 1
        assert b.incoming.empty()
        call.vanish()


async def test_a_silent_phone_is_like_no_phone() -> None:
    """Not even 100 Trying."""
    async with two_phones() as (a, b, line):
        b.on_invite = Silent()
        call = await a.call("1")
        await eventually(lambda: line.seen.get("INVITE", 0) >= 2)
        assert set(line.seen) == {"INVITE"}
        call.vanish()


async def test_options_and_strangers_are_answered() -> None:
    """OPTIONS 200; a BYE for no call 481."""
    async with two_phones() as (a, _, _line):
        assert (await a.options()).code == 200
        call = await a.call("1")
        await call.answered()
        bye = call._in_dialog("BYE")
        lost = Request(
            tuple((k, "x" if k == "Call-ID" else v) for k, v in bye.headers), "", "BYE", bye.uri
        )
        assert (await a.transactions.request(lost)).code == 481


async def test_an_error_inside_stays_what_it_is() -> None:
    """A test that fails says why, not that a group of tasks failed."""
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the contexts are what is tested
        async with two_phones() as (a, _, _line):
            await (await a.call("1")).answered()
            raise ZeroDivisionError
