"""What a contact began with stays with it, whatever happens to it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.core import chat_moves, line, line_guests
from gateway.core.call import MOVES
from gateway.core.call_moves import advance, arrive
from gateway.core.chat import MOVES as CHAT_MOVES
from gateway.core.chat import Chat, ChatMove
from gateway.core.chat_moves import Moved
from gateway.core.errors import IllegalMove
from gateway.core.facts import Fact
from gateway.core.guest_kind import GuestEnd, GuestMode, GuestRole
from gateway.core.tags import Tags, tags_said
from gateway.core.targets import Targets

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
KINDS = sorted({kind.__name__ for _, kind in MOVES})
TARGETS = Targets(queues={})
some_tags = st.builds(
    Tags,
    tag=st.sampled_from(["", "enterprise", "elder-care"]),
    origin=st.sampled_from(["", "12315", "12320"]),
)
VALUES: dict[str, object] = {
    "file": "H.wav",
    "reason": "no_verdict",
    "told": line.Told.CALLBACK,
    "queue": "enterprise",
    "position": 1,
    "seat": "8001",
    "phone": line.PhoneKind.BROWSER,
    "leg": "PJSIP/seat-8001-1",
    "cause": 16,
    "ring_seconds": 1.0,
    "hold_seconds": 1.0,
    "why": line.QueueExit.TIMED_OUT,
    "by_citizen": True,
    "by_guest": True,
    "cut": False,
    "guest": "g1",
    "role": GuestRole.EXPERT,
    "mode": GuestMode.JOIN,
    "end": GuestEnd.NO_ANSWER,
    "paused": True,
    "code": "110",
    "trunk": "local",
}


def event_of(name: str, at: datetime) -> line.LineEvent:
    """An event of this kind, its other fields whatever fits."""
    kind = getattr(line, name, None) or getattr(line_guests, name)
    values = {n: VALUES.get(n, "") for n in kind.__dataclass_fields__ if n != "at"}
    if name == "SeatDeclined":
        values["cause"] = line.DeclineCause.NO_ANSWER
    event = kind(**values | {"hotline_id": "H-1", "at": at})
    assert isinstance(event, line.LineEvent)
    return event


@given(some_tags, st.lists(st.sampled_from(KINDS), max_size=30))
def test_no_event_of_a_call_changes_its_tags(tags: Tags, names: list[str]) -> None:
    """Queueing, transfer, guests, an emergency line, parking, loss: to the end and beyond."""
    call, fact = arrive(
        line.CallArrived(
            hotline_id="H-1",
            at=NOON,
            channel="PJSIP/trunk-1",
            number="13800001234",
            did="12346",
            origin=line.Origin.TRUNK,
        ),
        "c1",
        tags,
    )
    assert tags_said(fact.data) == tags
    for n, name in enumerate(names):
        try:
            call, _ = advance(call, event_of(name, NOON + timedelta(seconds=n)), "op-1")
        except IllegalMove:
            continue
        assert call.tags == tags


MOVED: dict[ChatMove, Callable[[Chat, datetime], Moved]] = {
    ChatMove.OFFER: lambda chat, at: chat_moves.offered(chat, "8001", "op-1", at, 20),
    ChatMove.ACCEPT: chat_moves.accepted,
    ChatMove.TAKE: lambda chat, at: chat_moves.taken(chat, "8001", "op-1", at),
    ChatMove.LAPSE: lambda chat, at: chat_moves.lapsed(chat, at, "no_answer"),
    ChatMove.WITHDRAW: lambda chat, at: chat_moves.withdrawn(chat, at, "seat_away"),
    ChatMove.RELEASE: lambda chat, at: chat_moves.released(
        chat, at, reason="transfer", queue="civil", by="op-1"
    ),
    ChatMove.CLOSE: lambda chat, at: chat_moves.closed(chat, at, reason="done"),
}


@given(some_tags, st.lists(st.sampled_from([*MOVED, None]), max_size=20))
def test_no_move_of_a_conversation_changes_its_tags(
    tags: Tags, moves: list[ChatMove | None]
) -> None:
    """Waiting, words both ways, transfer; what the figures count says them, too."""
    chat = Chat(
        id="k1",
        channel="wechat",
        account="wechat:business",
        identity_id="i1",
        tags=tags,
        queue="enterprise",
        opened_at=NOON,
    )
    told: list[Fact] = []
    for n, what in enumerate(moves):
        at = NOON + timedelta(seconds=n)
        if what is None:
            chat, _ = chat_moves.heard(chat, chat.last_seq + 1, at, TARGETS)
            chat, answers = chat_moves.answered(chat, chat.last_seq + 1, at)
            told += answers
        elif (chat.state, what) in CHAT_MOVES:
            chat, fact = MOVED[what](chat, at)
            told += [fact] if what is ChatMove.CLOSE else []
        assert chat.tags == tags
    assert all(tags_said(fact.data) == tags for fact in told)
