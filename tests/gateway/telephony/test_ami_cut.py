"""Asterisk goes down under a call."""

from __future__ import annotations

from gateway.core import line
from tests.gateway.telephony.test_ami_events import CITIZEN, LEG, arrived, event, told


def test_asterisk_that_goes_down_cuts_a_call_off() -> None:
    """It ends the citizen's channel with a reason of its own, which is no Q.850 cause."""
    ends = {
        "asterisk": [event("SoftHangupRequest", **CITIZEN, Cause="4")],
        "a seat's leg": [event("SoftHangupRequest", Channel=LEG, Cause="4")],
        "a command": [event("SoftHangupRequest", **CITIZEN, Cause="16")],
        "the citizen first": [
            event("HangupRequest", **CITIZEN),
            event("SoftHangupRequest", **CITIZEN, Cause="4"),
        ],
    }
    hangup = event("Hangup", **CITIZEN, Cause="0")
    joined = event("QueueCallerJoin", **CITIZEN, Queue="civil", Position="1")
    cut = {}
    for who, messages in ends.items():
        *_, left, gone = told([joined, *messages, hangup], arrived())
        assert isinstance(left, line.CallerLeftQueue)
        assert isinstance(gone, line.CallGone)
        cut[who] = gone.cut
        assert (left.why is line.QueueExit.LEFT) is gone.cut
    assert cut == {
        "asterisk": True,
        "a seat's leg": False,
        "a command": False,
        "the citizen first": False,
    }
