"""What happens in a conversation, as the new conversation and its facts. PURE.

The table in ``core.chat`` says which moves there are; here stands what each of them changes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.core.chat import Chat, ChatMove, ChatOutcome, ChatState, move
from gateway.core.facts import Fact, FactKind, Scalar
from gateway.core.targets import Targets

Moved = tuple[Chat, Fact]

LEFT = "left"
"""Why a conversation was closed: the citizen left."""


def fact_of(
    kind: FactKind,
    chat: Chat,
    at: datetime,
    *,
    seat: str = "",
    operator_id: str = "",
    **data: Scalar,
) -> Fact:
    """Something that happened in this conversation; who has it, unless somebody else is named."""
    return Fact(
        kind=kind,
        at=at,
        contact_id=chat.id,
        seat=seat or chat.seat,
        operator_id=operator_id or chat.operator_id,
        data=data,
    )


def heard(chat: Chat, seq: int, at: datetime, targets: Targets) -> tuple[Chat, tuple[Fact, ...]]:
    """The citizen said message ``seq``: they wait from now on, unless they did before."""
    said = replace(chat, last_seq=seq, last_in_at=at)
    if said.waiting_since is not None:
        return said, ()
    said = replace(said, waiting_since=at, due_at=targets.due_at(chat.form, at, chat.queue))
    return said, (fact_of(FactKind.CHAT_WAITING, said, at, form=chat.form.value),)


def demoted(
    chat: Chat, at: datetime, limit: str, targets: Targets
) -> tuple[Chat, tuple[Fact, ...]]:
    """What came is over this limit: it is served after the others, and is marked once.

    Emergencies are not.
    """
    if chat.emergency or chat.waiting_since is None:
        return chat, ()
    due_at = targets.slow_due_at(chat.form, chat.waiting_since, chat.queue)
    slow = replace(chat, due_at=due_at, throttled=chat.throttled or limit)
    if chat.throttled:
        return slow, ()
    return slow, (fact_of(FactKind.CHAT_THROTTLED, slow, at, limit=limit),)


def relieved(chat: Chat, targets: Targets) -> Chat:
    """It is served in its own turn again; the mark stays."""
    if chat.waiting_since is None or not chat.throttled:
        return chat
    return replace(chat, due_at=targets.due_at(chat.form, chat.waiting_since, chat.queue))


def alarmed(chat: Chat, at: datetime) -> tuple[Chat, tuple[Fact, ...]]:
    """It is an emergency from now on."""
    if chat.emergency:
        return chat, ()
    return replace(chat, emergency=True), (fact_of(FactKind.CHAT_BECAME_EMERGENCY, chat, at),)


def answered(chat: Chat, seq: int, at: datetime) -> tuple[Chat, tuple[Fact, ...]]:
    """A person said message ``seq``: nothing is owed any more."""
    said = replace(
        chat, last_seq=seq, last_out_at=at, first_reply_at=chat.first_reply_at or at, read_seq=seq
    )
    if chat.waiting_since is None:
        return said, ()
    waited = max(0.0, (at - chat.waiting_since).total_seconds())
    said = replace(
        said,
        waiting_since=None,
        due_at=None,
        answered_seconds=max(chat.answered_seconds, waited),
    )
    return said, (
        fact_of(
            FactKind.CHAT_ANSWERED,
            chat,
            at,
            waited_seconds=round(waited, 3),
            first=chat.first_reply_at is None,
            form=chat.form.value,
            channel=chat.channel,
            **chat.tags.said(),
        ),
    )


def noted(chat: Chat, seq: int) -> Chat:
    """Something that the citizen does not wait for was written: a note, a receipt of ours."""
    return replace(chat, last_seq=seq)


def offered(chat: Chat, seat: str, operator_id: str, at: datetime, seconds: float) -> Moved:
    """It is proposed to one seat for so many seconds."""
    until = at + timedelta(seconds=seconds)
    held = replace(
        move(chat, ChatMove.OFFER),
        seat=seat,
        operator_id=operator_id,
        offered_at=at,
        offer_until=until,
    )
    return held, fact_of(FactKind.CHAT_OFFERED, held, at, queue=chat.queue)


def accepted(chat: Chat, at: datetime) -> Moved:
    """The seat it was proposed to has it."""
    taken = _had(move(chat, ChatMove.ACCEPT), at)
    return taken, fact_of(FactKind.CHAT_ACCEPTED, taken, at)


def taken(chat: Chat, seat: str, operator_id: str, at: datetime) -> Moved:
    """An operator picked it from the list."""
    mine = replace(move(chat, ChatMove.TAKE), seat=seat, operator_id=operator_id)
    mine = _had(mine, at)
    return mine, fact_of(FactKind.CHAT_TAKEN, mine, at)


def lapsed(chat: Chat, at: datetime, reason: str) -> Moved:
    """The seat let the offer end, or refused it: it stands in line where it stood."""
    fact = fact_of(FactKind.CHAT_LAPSED, chat, at, reason=reason)
    return _free(move(chat, ChatMove.LAPSE)), fact


def withdrawn(chat: Chat, at: datetime, reason: str) -> Moved:
    """The offer was taken back."""
    fact = fact_of(FactKind.CHAT_WITHDRAWN, chat, at, reason=reason)
    return _free(move(chat, ChatMove.WITHDRAW)), fact


def released(
    chat: Chat,
    at: datetime,
    *,
    reason: str,
    wanted: str = "",
    seconds: float = 0.0,
    queue: str = "",
    by: str = "",
) -> Moved:
    """It goes back into the line; ``wanted`` alone may have it for ``seconds``."""
    kind = FactKind.CHAT_RELEASED if not by else FactKind.CHAT_TRANSFERRED
    fact = fact_of(kind, chat, at, reason=reason, to_queue=queue, to_operator=wanted)
    free = replace(
        _free(move(chat, ChatMove.RELEASE)),
        queue=queue or chat.queue,
        wanted_operator=wanted,
        wanted_until=at + timedelta(seconds=seconds) if wanted else None,
    )
    return free, fact


def closed(chat: Chat, at: datetime, *, reason: str) -> Moved:
    """It is over. An offer must be taken back first."""
    outcome = ChatOutcome.ANSWERED
    if chat.first_reply_at is None:
        left = reason == LEFT and chat.state is ChatState.WAITING
        outcome = ChatOutcome.ABANDONED if left else ChatOutcome.UNANSWERED
    owed = chat.waiting_since
    over = replace(
        move(chat, ChatMove.CLOSE),
        closed_at=at,
        outcome=outcome,
        waiting_since=None,
        due_at=None,
        wanted_operator="",
        wanted_until=None,
    )
    data: dict[str, Scalar] = {"outcome": outcome.value, "reason": reason}
    if owed is not None:
        data["waited_seconds"] = round((at - owed).total_seconds(), 3)
        data |= {"form": chat.form.value, "channel": chat.channel}
    data |= chat.tags.said()
    return over, replace(fact_of(FactKind.CHAT_CLOSED, over, at), data=data)


def _free(chat: Chat) -> Chat:
    return replace(chat, seat="", operator_id="", offered_at=None, offer_until=None)


def _had(chat: Chat, at: datetime) -> Chat:
    return replace(
        chat,
        accepted_at=at,
        offered_at=None,
        offer_until=None,
        wanted_operator="",
        wanted_until=None,
    )
