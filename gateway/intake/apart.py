"""Conversations that are kept from somebody, as the line has them (``core.staff_complaint``)."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.core.chat import Chat
from gateway.core.item import IntakeItem
from gateway.core.staff_complaint import Bars, set_apart, with_apart
from gateway.core.targets import Targets
from gateway.intake.floor import Floor


def in_line(chat: Chat, targets: Targets, bars: Bars) -> IntakeItem:
    """The conversation as the line has it: a complaint about staff is set apart, never aside."""
    if bars.of(chat.id):
        return set_apart(targets.item(chat), bars)
    return targets.lined(chat)


def serves(
    floor: Floor, targets: Targets, operator_id: str, skills: Mapping[str, int]
) -> Mapping[str, int]:
    """What this person serves, conversations that are kept from others among them."""
    waiting = floor.chats.waiting
    apart = {id_: targets.item(waiting[id_]).queue for id_ in floor.bars.among(waiting.keys())}
    return with_apart(skills, operator_id, apart, floor.bars)
