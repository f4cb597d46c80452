"""Two lists of Asterisk put together are every call and every member."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.core.line import LiveCall, LiveMember, Origin, PhoneKind
from gateway.telephony.ami_codec import AmiMessage, parse
from gateway.telephony.ami_snapshot import build_snapshot, run_of

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def channel(
    name: str,
    uniqueid: str,
    state: str = "Up",
    number: str = "13800001111",
    slow: str = "",
    **more: str,
) -> AmiMessage:
    """One CoreShowChannel of the call Ha1-1.1."""
    variables = ("HOTLINE_ID=Ha1-1.1", f"HOTLINE_NUMBER={number}", "HOTLINE_DID=12345")
    headers = {
        "Event": "CoreShowChannel",
        "Channel": name,
        "Uniqueid": uniqueid,
        "ChannelStateDesc": state,
        "ChanVariable": variables[0],
        **more,
    }
    return AmiMessage(
        headers, {"ChanVariable": (*variables, "HOTLINE_ORIGIN=web", f"HOTLINE_SLOW={slow}")}
    )


CITIZEN = channel(
    "PJSIP/trunk-a-00000001", "a1-1.1", Application="Queue", ApplicationData="civil,ci"
)
ENTRY = parse(b"Event: QueueEntry\r\nQueue: civil\r\nPosition: 2\r\nUniqueid: a1-1.1")


def only(*channels: AmiMessage, queues: tuple[AmiMessage, ...] = ()) -> LiveCall:
    """The one call in these lists."""
    (call,) = build_snapshot(channels, queues, NOW).calls
    return call


def test_waiting_beside_a_queue() -> None:
    """Over a limit: in no queue of Asterisk's, and still in ours; who talks is no such caller."""
    variables = {"Context": "hotline-slow-waits", "Exten": "s", "Application": "WaitExten"}
    waits = channel("PJSIP/trunk-a-00000001", "a1-1.1", slow="civil", **variables)
    call = only(waits)
    assert (call.queue, call.slow, call.seat) == ("civil", True, "")
    stands = channel("PJSIP/trunk-a-00000001", "a1-1.1", slow="civil")
    assert (only(stands, queues=(ENTRY,)).queue, only(stands).queue) == ("civil", "")
    assert only(stands, queues=(ENTRY,)).slow
    assert not only(stands, channel("PJSIP/seat-8001-00000002", "a1-1.2")).slow


def test_waiting() -> None:
    """In the queue, at its place, without a seat."""
    call = only(CITIZEN, queues=(ENTRY,))
    assert (call.queue, call.position, call.seat, call.leg, call.ringing) == (
        "civil",
        2,
        "",
        "",
        False,
    )
    assert (call.hotline_id, call.number, call.did) == ("Ha1-1.1", "13800001111", "12345")
    assert call.origin is Origin.WEB


def test_ringing_and_talking() -> None:
    """The leg's own state tells; one that talks hides those that still ring."""
    ringing = channel("PJSIP/seat-8001-00000002", "a1-1.2", "Ringing")
    call = only(ringing, CITIZEN, queues=(ENTRY,))
    assert (call.seat, call.leg, call.ringing) == ("8001", "PJSIP/seat-8001-00000002", True)
    talking = channel("PJSIP/desk-8002-00000003", "a1-1.3")
    call = only(ringing, talking, CITIZEN)
    assert (call.seat, call.ringing, call.queue, call.position) == ("8002", False, "civil", 0)


def test_held() -> None:
    """By the place in the dialplan."""
    held = channel("PJSIP/trunk-a-00000001", "a1-1.1", Context="hotline-room", Exten="hold")
    assert only(held, channel("PJSIP/seat-8001-00000002", "a1-1.2")).held


def test_reconnecting() -> None:
    """By the place in the dialplan, until the seat's phone has answered there."""
    place = {"Context": "hotline-again", "Exten": "s"}
    citizen = channel("PJSIP/trunk-a-00000001", "a1-1.1", **place)
    assert only(citizen).reconnecting
    assert only(citizen, channel("PJSIP/seat-8001-00000002", "a1-1.2", "Ringing")).reconnecting
    assert not only(citizen, channel("PJSIP/seat-8001-00000002", "a1-1.2")).reconnecting
    ending = {"Context": "hotline-after", "Exten": "seat"}
    assert only(channel("PJSIP/trunk-a-00000001", "a1-1.1", **ending)).reconnecting


def test_channels_that_are_no_call() -> None:
    """Whispers, strangers, legs whose citizen is gone."""
    strangers = [
        AmiMessage({"Channel": "Local/s@hotline-whisper-00000001;1", "Uniqueid": "whisper-1"}, {}),
        parse(b"Channel: PJSIP/trunk-a-00000009\r\nUniqueid: a1-9\r\nChanVariable: HOTLINE_ID="),
        channel("PJSIP/seat-8001-00000002", "a1-1.2"),
    ]
    assert build_snapshot(strangers, (), NOW).calls == ()
    hidden = channel("PJSIP/trunk-a-00000001", "a1-1.1", number="<script>")
    assert only(hidden).number == ""


def test_members() -> None:
    """Seats' phones that signed in; not those of the queue's own file, nor other devices."""
    lines = (
        b"Event: QueueMember\r\nQueue: civil\r\nPenalty: 3\r\nPaused: 1\r\nPausedReason: rest\r\n"
    )
    items = [
        parse(lines + b"Location: PJSIP/seat-8001\r\nMembership: dynamic"),
        parse(lines + b"Location: PJSIP/desk-8001\r\nMembership: static"),
        parse(lines + b"Location: PJSIP/trunk-a\r\nMembership: dynamic"),
    ]
    expected = LiveMember(
        seat="8001", phone=PhoneKind.BROWSER, queue="civil", penalty=3, paused=True, reason="rest"
    )
    snapshot = build_snapshot((), items, NOW)
    assert (snapshot.members, snapshot.at) == ((expected,), NOW)


def test_a_run_is_known_by_its_beginning() -> None:
    """What CoreStatus says; nothing when it does not say."""
    told = {"CoreStartupDate": "2026-11-21", "CoreStartupTime": "11:48:01"}
    assert run_of(AmiMessage(told, {})) == "2026-11-21 11:48:01"
    assert run_of(AmiMessage({"Response": "Error"}, {})) == ""
