"""The one list: whatever waits for an operator, on every channel, in the order it is served."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime

from gateway.core.call import Call, CallState
from gateway.core.callback import Callback, CallbackState
from gateway.core.chat import Chat, ChatState
from gateway.core.item import IntakeItem
from gateway.core.operator import Operator
from gateway.core.targets import Targets
from gateway.intake.floor import Floor
from gateway.intake.views import Json, line_view, moment

MOST_SHOWN = 200
IN_LINE = (CallState.WAITING, CallState.OFFERED)


class LineList:
    """Calls, conversations, forms and callbacks, by rank."""

    def __init__(self, floor: Floor, targets: Targets) -> None:
        self.floor = floor
        self._targets = targets

    def items(self) -> Iterator[tuple[IntakeItem, Call | Chat | Callback]]:
        """Everything that nobody has yet."""
        floor = self.floor
        for call in floor.calls.values():
            if call.state in IN_LINE:
                yield self._targets.call(call, slow=call.hotline_id in self.floor.slow), call
        for chat in floor.chats.waiting.values():
            yield self._targets.item(chat), chat
        for here in floor.chats.at_seat.values():
            for chat in here.values():
                if chat.state is ChatState.OFFERED:
                    yield self._targets.item(chat), chat
        for callback in floor.callbacks.values():
            if callback.state is CallbackState.OPEN:
                yield self._targets.callback(callback), callback

    def items_for(self, operator_id: str) -> Iterator[tuple[IntakeItem, Call | Chat | Callback]]:
        """The same, as far as this person may know of it."""
        for item, of in self.items():
            contact_id = of.contact_id if isinstance(of, Callback) else of.id
            if not self.floor.barred(operator_id, contact_id):
                yield item, of

    def summary(self, now: datetime, operator_id: str = "") -> Json:
        """How many wait, how many of them are late, as far as this person may know."""
        return line_view((item for item, _ in self.items_for(operator_id)), now)

    def view(self, operator: Operator) -> Json:
        """The first of the line, as this operator's console shows them."""
        first = heapq.nsmallest(
            MOST_SHOWN, self.items_for(operator.id), key=lambda one: one[0].rank
        )
        return {"items": [self._item_view(item, of, operator) for item, of in first]}

    def _item_view(self, item: IntakeItem, of: Call | Chat | Callback, operator: Operator) -> Json:
        floor = self.floor
        queue = floor.queues.get(item.queue)
        channel, account, state, excerpt, seat, operator_id = "phone", "", "open", "", "", ""
        throttled = floor.callers.throttled.get(of.id, "")
        if isinstance(of, Chat):
            channel, account, state = of.channel, of.account, of.state.value
            excerpt, throttled = floor.chats.texts.get(of.id, ""), of.throttled
        elif isinstance(of, Call):
            state = of.state.value
        if not isinstance(of, Callback):
            seat, operator_id = of.seat, of.operator_id
        here = floor.seats.get(seat)
        operator_id = operator_id or (here.operator_id if here else "")
        return {
            "id": item.id,
            "kind": item.kind.value,
            "channel": channel,
            "account": account,
            **of.tags.both(),
            "queue": item.queue,
            "queue_title_zh": queue.title_zh if queue else item.queue,
            "queue_title_en": queue.title_en if queue else item.queue,
            "emergency": item.emergency,
            "throttled": throttled,
            "since": moment(item.since),
            "due_at": moment(item.due_at),
            "state": state,
            "seat": seat,
            "operator_name": floor.names.get(operator_id, ""),
            "mine": bool(operator_id) and operator_id == operator.id,
            "excerpt": excerpt,
        }
