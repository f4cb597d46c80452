"""Whoever writes under a measure is told so, once a contact; what they write is kept."""

from __future__ import annotations

from datetime import datetime

from gateway.core.chat import Chat
from gateway.core.chat_moves import fact_of, noted
from gateway.core.facts import FactKind
from gateway.core.standing_words import is_appeal
from gateway.intake.floor import Floor
from gateway.intake.inbound import is_chinese
from gateway.intake.saying import Said, spoken
from gateway.ports import Row

MOST_REMEMBERED = 4096


class Measured:
    """Says it in the language that the citizen wrote, and notes an appeal."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._told: dict[str, str] = {}

    def tell(self, chat: Chat, words: str, now: datetime) -> tuple[Chat, list[Row]]:
        """The conversation with it said, and the rows; as it was for everybody else."""
        how = self.floor.measures.met_by(chat.identity_id)
        if how is None:
            return chat, []
        rows: list[Row] = []
        if is_appeal(words):
            rows.append(fact_of(FactKind.APPEAL_SAID, chat, now))
        account = self.floor.accounts.get(chat.account)
        id_ = how.standing.id
        if account is None or not account.replies or self._told.get(chat.id) == id_:
            return chat, rows
        self._told[chat.id] = id_
        while len(self._told) > MOST_REMEMBERED:
            del self._told[next(iter(self._told))]
        text = self.floor.measures.told(how.standing, chinese=is_chinese(words))
        message, entry = spoken(chat, self.floor.accounts, Said(text=text), now)
        told = fact_of(FactKind.STANDING_TOLD, chat, now, standing_id=id_)
        return noted(chat, message.seq), [*rows, message, entry, told]
