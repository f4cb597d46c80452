"""When each thing that waits should have been answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.core.call import Call
from gateway.core.callback import Callback, CallbackReason
from gateway.core.chat import Chat, ChatForm
from gateway.core.item import ItemKind
from gateway.core.line import Origin
from gateway.core.queue import FALLBACK, Queue
from gateway.core.targets import Targets

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CIVIL = Queue(name="civil", title_zh="综合", title_en="General", service_level_seconds=20)
FIRST = replace(CIVIL, name="first", rank=2)
TARGETS = Targets(queues={"civil": CIVIL, "first": FIRST})
CHAT = Chat(
    id="c1",
    channel="web",
    account="web:main",
    identity_id="i1",
    queue="civil",
    opened_at=NOW,
    waiting_since=NOW + timedelta(seconds=5),
)
CALL = Call(
    id="k1",
    hotline_id="H1",
    channel="",
    number="",
    did="12345",
    origin=Origin.TRUNK,
    arrived_at=NOW,
)


def test_a_form_has_a_day_a_chat_three_minutes_and_a_higher_queue_its_part_of_it() -> None:
    """Class and service level are in the due time; an unknown queue has no class."""
    waits = {
        (form, queue): (TARGETS.due_at(form, NOW, queue) - NOW).total_seconds()
        for form in ChatForm
        for queue in ("civil", "first", "gone")
    }
    assert [waits[ChatForm.CHAT, queue] for queue in ("civil", "first", "gone")] == [180, 60, 180]
    assert [waits[ChatForm.FORM, queue] for queue in ("civil", "first")] == [86_400, 28_800]


def test_a_conversation_stands_where_its_own_rank_says() -> None:
    """Also after its queue's target changed."""
    item = TARGETS.item(CHAT)
    assert (item.since, item.due_at) == (CHAT.waiting_since, NOW + timedelta(seconds=185))
    fixed = replace(CHAT, due_at=NOW + timedelta(seconds=9), form=ChatForm.FORM, emergency=True)
    item = TARGETS.item(fixed)
    assert (item.kind, item.due_at, item.emergency) == (ItemKind.FORM, fixed.due_at, True)
    assert TARGETS.item(replace(CHAT, waiting_since=None)).since == NOW


def test_callers_and_callbacks_stand_in_the_same_list() -> None:
    """A caller since they were queued, a callback since it is owed."""
    assert TARGETS.call(CALL).queue == FALLBACK
    assert TARGETS.call(CALL).due_at == NOW + timedelta(seconds=15)
    queued = replace(CALL, queue="civil", queued_at=NOW + timedelta(seconds=3))
    assert TARGETS.call(queued).due_at == NOW + timedelta(seconds=23)
    owed = Callback(id="b", contact_id="k", number="1", reason=CallbackReason.CUT, since=NOW)
    assert TARGETS.callback(owed).due_at == NOW + timedelta(hours=2)
    assert TARGETS.call(queued).rank < TARGETS.callback(owed).rank
