"""What the emergency chain of the dialplan becomes in our words."""

from gateway.core import line, line_guests
from tests.gateway.telephony.test_ami_events import LEG, NOW, event, told, user
from tests.gateway.telephony.test_ami_lost import talking

HERE = {"Code": "110", "Trunk": "a"}
TRY = user("HotlineEmergencyTry", **HERE)


def reached(channel: str) -> object:
    """The dialplan's word on the leg that answered."""
    header = {"UserEvent": "HotlineEmergencyIn", "HotlineId": "Ha1-1.1", "Uniqueid": "a1-1.9"}
    return event("UserEvent", Channel=channel, **header, **HERE)


def kinds(*messages: object) -> list[str]:
    """The names of the news after a talk began."""
    return [type(each).__name__ for each in told(messages, talking())]  # type: ignore[arg-type]


def test_the_seat_has_left_before_the_line_is_tried() -> None:
    """Whichever is heard first: its leg's end, or the dialplan's word."""
    begun, ended = user("HotlineEmergencyBegin"), event("Hangup", Channel=LEG, Cause="16")
    for order in ((begun, ended, TRY), (ended, begun, TRY)):
        assert kinds(*order) == ["SeatLeft", "EmergencyTried"]


def test_each_failure_has_its_cause_and_an_answer_none() -> None:
    """The end of a talk with the dispatcher is told by what follows it."""
    busy = user("HotlineEmergencyOut", **HERE, Status="BUSY", Cause="17")
    (failed,) = told((busy,), talking())
    assert failed == line_guests.EmergencyFailed(
        hotline_id="Ha1-1.1", at=NOW, code="110", trunk="a", cause=17
    )
    assert kinds(user("HotlineEmergencyOut", **HERE, Status="ANSWER", Cause="16")) == []


def test_only_a_leg_of_that_trunk_is_believed() -> None:
    """Nobody else can say that the line was reached."""
    (news,) = told((reached("PJSIP/trunk-a-0000beef"),), talking())  # type: ignore[arg-type]
    assert isinstance(news, line_guests.EmergencyReached)
    for other in ("PJSIP/trunk-b-0000beef", "PJSIP/trunk-a", LEG):
        assert kinds(reached(other)) == []


def test_a_wanted_callback_is_told_of_who_waits() -> None:
    """Not of who talks."""
    assert kinds(user("HotlineCallbackWanted")) == []
    gone = event("Hangup", Channel=LEG, Cause="16")
    assert kinds(gone, user("HotlineCallbackWanted")) == ["CallbackWanted"]
    assert issubclass(line_guests.CallbackWanted, line.LineEvent)
