"""Until when each kind of thing is to be answered, and with that its place in line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.core.chat import Chat, ChatForm
from gateway.core.item import IntakeItem, ItemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Seconds from the citizen's word to a person's.

    A chat: GB/T 33358-2016 asks for 3 min for short messages and other media; a form stands for its
    mailbox, which has 24 h. A call's target is its queue's service level.
    """

    chat_seconds: int = 180
    form_seconds: int = 24 * 3600
    callback_seconds: int = 2 * 3600

    def due_at(self, form: ChatForm, since: datetime) -> datetime:
        """Until when a conversation that waits since then is to be answered."""
        seconds = self.form_seconds if form is ChatForm.FORM else self.chat_seconds
        return since + timedelta(seconds=seconds)

    def item(self, chat: Chat) -> IntakeItem:
        """The conversation as the line sees it.

        One that is answered and wants another operator keeps the place it began with: whoever has
        been in conversation for an hour does not wait behind those who just came.
        """
        since = chat.waiting_since or chat.opened_at
        return IntakeItem(
            id=chat.id,
            kind=ItemKind.FORM if chat.form is ChatForm.FORM else ItemKind.CHAT,
            queue=chat.queue,
            emergency=chat.emergency,
            since=since,
            due_at=chat.due_at or self.due_at(chat.form, since),
            wanted_operator=chat.wanted_operator,
            wanted_until=chat.wanted_until,
        )
