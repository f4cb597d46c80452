"""Until when each kind of thing is to be answered, and with that its place in line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.core.call import Call
from gateway.core.callback import Callback, CallbackReason
from gateway.core.chat import Chat, ChatForm
from gateway.core.item import IntakeItem, ItemKind
from gateway.core.kept_free import set_aside
from gateway.core.queue import FALLBACK, Queue

CALL_SECONDS = 15
"""GB/T 33358-2016: a person answers within 15 s; used where a queue is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Seconds from the citizen's word to a person's.

    A chat: GB/T 33358-2016 asks for 3 min for short messages and other media; a form stands for its
    mailbox, which has 24 h. A call's target is its queue's service level. Messages of a queue of
    rank n have their target n + 1 times as soon; the telephone system serves callers of higher
    queues first by itself. What is over a limit (``core.throttle``) is due ``slow_seconds`` later:
    after others, and still in its turn. For ``kept_seconds`` it is set aside, too: seats are
    kept from it (``core.kept_free``).
    """

    chat_seconds: int = 180
    form_seconds: int = 24 * 3600
    callback_seconds: int = 2 * 3600
    slow_seconds: int = 2 * 3600
    form_slow_seconds: int = 24 * 3600
    kept_seconds: int = 1_800
    queues: Mapping[str, Queue] = field(default_factory=dict)

    def due_at(self, form: ChatForm, since: datetime, queue: str = "") -> datetime:
        """Until when a conversation that waits since then in this queue is to be answered."""
        seconds = self.form_seconds if form is ChatForm.FORM else self.chat_seconds
        known = self.queues.get(queue)
        return since + timedelta(seconds=seconds / (1 + max(0, known.rank) if known else 1))

    def slow_due_at(self, form: ChatForm, since: datetime, queue: str = "") -> datetime:
        """The same for a conversation that is over a limit."""
        seconds = self.form_slow_seconds if form is ChatForm.FORM else self.slow_seconds
        return self.due_at(form, since, queue) + timedelta(seconds=seconds)

    def item(self, chat: Chat) -> IntakeItem:
        """The conversation as the line sees it.

        One that is answered and wants another operator keeps the place it began with: whoever has
        been in conversation for an hour does not wait behind those who just came. One whose queue
        is gone waits for everybody.
        """
        since = chat.waiting_since or chat.opened_at
        return IntakeItem(
            id=chat.id,
            kind=ItemKind.FORM if chat.form is ChatForm.FORM else ItemKind.CHAT,
            queue=chat.queue if chat.queue in self.queues or not self.queues else FALLBACK,
            emergency=chat.emergency,
            since=since,
            due_at=chat.due_at or self.due_at(chat.form, since, chat.queue),
            wanted_operator=chat.wanted_operator,
            wanted_until=chat.wanted_until,
        )

    def lined(self, chat: Chat) -> IntakeItem:
        """The conversation as the line holds it: what is over a limit is set aside for a time."""
        item, since = self.item(chat), chat.waiting_since
        if not chat.throttled or chat.emergency or since is None:
            return item
        if item.due_at <= self.due_at(chat.form, since, chat.queue):
            return item  # it was relieved
        return set_aside(item, since + timedelta(seconds=self.kept_seconds))

    def call(self, call: Call, *, emergency: bool = False, slow: bool = False) -> IntakeItem:
        """A caller as the one list has them; the telephone system holds and gives them out."""
        queue, since = call.queue or FALLBACK, call.queued_at or call.arrived_at
        known = self.queues.get(queue)
        seconds = known.service_level_seconds if known else CALL_SECONDS
        seconds += self.slow_seconds if slow else 0
        return IntakeItem(
            id=call.id,
            kind=ItemKind.CALL,
            queue=queue,
            emergency=emergency,
            since=since,
            due_at=since + timedelta(seconds=seconds),
        )

    def callback(self, callback: Callback) -> IntakeItem:
        """Somebody whom we owe a call, as the one list has them.

        Who kept a place is due when they would have been due in the queue. One whose queue is gone
        waits for everybody.
        """
        queue = callback.queue if callback.queue in self.queues else FALLBACK
        seconds = self.callback_seconds
        if callback.reason is CallbackReason.KEPT_PLACE:
            known = self.queues.get(queue)
            seconds = known.service_level_seconds if known else CALL_SECONDS
        return IntakeItem(
            id=callback.id,
            kind=ItemKind.CALLBACK,
            queue=queue,
            emergency=callback.emergency,
            since=callback.since,
            due_at=callback.since + timedelta(seconds=seconds),
        )
