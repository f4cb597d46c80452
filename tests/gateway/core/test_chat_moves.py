"""What each move changes, and what never moves: a place in line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core.chat import MOVES, Chat, ChatForm, ChatMove, ChatOutcome, ChatState, move
from gateway.core.chat_moves import (
    accepted,
    answered,
    closed,
    heard,
    lapsed,
    offered,
    released,
    taken,
    withdrawn,
)
from gateway.core.errors import IllegalMove
from gateway.core.facts import FactKind
from gateway.core.targets import Targets

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TARGETS = Targets()


def a_chat(**more: Any) -> Chat:
    """One in which the citizen waits since noon."""
    defaults: dict[str, Any] = {
        "id": "c1",
        "channel": "web",
        "account": "web:main",
        "identity_id": "i1",
        "queue": "civil",
        "opened_at": NOON,
    }
    fresh = Chat(**defaults | more)
    return heard(fresh, fresh.last_seq + 1, NOON, TARGETS)[0]


def after(seconds: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.sampled_from(["offer", "accept", "lapse", "withdraw", "take", "release"])))
def test_a_place_in_line_never_moves_while_the_citizen_waits(moves: list[str]) -> None:
    """However often it is offered, refused, taken and given back."""
    chat, first = a_chat(), TARGETS.item(a_chat()).rank
    for step, name in enumerate(moves):
        at = after(step)
        try:
            match name:
                case "offer":
                    chat, _ = offered(chat, "8001", "op", at, 20)
                case "accept":
                    chat, _ = accepted(chat, at)
                case "lapse":
                    chat, _ = lapsed(chat, at, "no_answer")
                case "withdraw":
                    chat, _ = withdrawn(chat, at, "left")
                case "take":
                    chat, _ = taken(chat, "8001", "op", at)
                case _:
                    chat, _ = released(chat, at, reason="x", wanted="op", seconds=9)
        except IllegalMove:
            continue
        chat, more = heard(chat, chat.last_seq + 1, at, TARGETS)
        assert more == ()
        assert TARGETS.item(chat).rank == first
        assert bool(chat.seat) == (chat.state in (ChatState.OFFERED, ChatState.OPEN))


def test_the_table_is_the_only_road() -> None:
    """Every move that is not in it is refused, from every state."""
    for state in ChatState:
        for what in ChatMove:
            if (state, what) not in MOVES:
                with pytest.raises(IllegalMove):
                    move(Chat(**vars_of(a_chat()) | {"state": state}), what)


def test_the_first_answer_and_the_longest_wait() -> None:
    """A wait begins with the citizen's word and ends with a person's; the longest is kept."""
    chat, facts = answered(a_chat(), 2, after(200))
    assert (chat.first_reply_at, chat.answered_seconds) == (after(200), 200)
    assert [fact.data["first"] for fact in facts] == [True]
    chat, more = answered(chat, 3, after(210))
    assert more == ()
    chat, begun = heard(chat, 4, after(300), TARGETS)
    assert [fact.kind for fact in begun] == [FactKind.CHAT_WAITING]
    chat, facts = answered(chat, 5, after(310))
    assert chat.answered_seconds == 200
    assert [fact.data["waited_seconds"] for fact in facts] == [10.0]


def test_how_it_ended() -> None:
    """Answered, closed without a word, left before anybody came."""
    assert closed(a_chat(), after(9), reason="left")[0].outcome is ChatOutcome.ABANDONED
    mine, _ = taken(a_chat(), "8001", "op", after(1))
    over, fact = closed(mine, after(9), reason="closed")
    assert over.outcome is ChatOutcome.UNANSWERED
    assert (fact.data["waited_seconds"], over.waiting_since) == (9.0, None)
    said, _ = answered(mine, 2, after(2))
    assert closed(said, after(9), reason="left")[0].outcome is ChatOutcome.ANSWERED


def test_what_is_answered_and_handed_on_keeps_where_it_began() -> None:
    """Whoever talks for an hour does not wait behind those who just came."""
    mine, _ = taken(a_chat(), "8001", "op", after(1))
    said, _ = answered(mine, 2, after(2))
    free, fact = released(said, after(3600), reason="transfer", queue="enterprise", by="op")
    assert fact.kind is FactKind.CHAT_TRANSFERRED
    item = TARGETS.item(free)
    assert (item.since, item.queue) == (NOON, "enterprise")
    assert item.due_at < after(3600)


def test_a_form_has_the_time_of_a_letter() -> None:
    """A day, where a chat has three minutes."""
    assert a_chat(form=ChatForm.FORM).due_at == after(24 * 3600)


def vars_of(chat: Chat) -> dict[str, Any]:
    """Its fields."""
    return {name: getattr(chat, name) for name in Chat.__dataclass_fields__}
