"""The receipt that a first message gets, with what a requester is to be told: state facts truly.

Told once in each contact and written down with the id of its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.core.chat import Chat, ChatForm
from gateway.core.chat_moves import fact_of, noted
from gateway.core.facts import FactKind
from gateway.core.identity import Identity
from gateway.intake.floor import Floor
from gateway.intake.inbound import is_chinese
from gateway.intake.saying import Said, spoken
from gateway.ports import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """``id`` names the two texts; it is changed with them."""

    id: str
    zh: str
    en: str


class Notice:
    """Says the notice in the language that the citizen wrote."""

    def __init__(self, floor: Floor, text: NoticeText) -> None:
        self.floor = floor
        self._text = text

    def tell(
        self, chat: Chat, identity: Identity, words: str, now: datetime
    ) -> tuple[Chat, list[Row]]:
        """The conversation with the notice said, and the rows; as it was where nobody can answer.

        A form's page tells it where the form is filled in, and its answer page shows it.
        """
        account = self.floor.accounts.get(chat.account)
        if account is None or not account.replies or not identity.id:
            return chat, []
        chinese = is_chinese(words)
        text = self._text.zh if chinese else self._text.en
        message, entry = spoken(chat, self.floor.accounts, Said(text=text), now)
        told = fact_of(
            FactKind.NOTICE_TOLD,
            chat,
            now,
            notice_id=self._text.id,
            locale="zh-CN" if chinese else "en",
            form=chat.form is ChatForm.FORM,
        )
        return noted(chat, message.seq), [message, entry, told]
