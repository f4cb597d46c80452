"""The next try of an entry of the outbox: decided, and written down before it is made."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from channels.channel import Channel
from channels.message import Kind, Outbound, OutFile, Route
from gateway.core.identity import Identity, connected
from gateway.core.message import FileState, Message
from gateway.core.outbound import OutEntry, OutRoute, OutState, ReplyGrant, newest_live
from gateway.core.sending import is_over, pause_seconds, route_of
from gateway.intake.at_hand import PHONE
from gateway.intake.channel_account import ChannelAccount, short_messages
from gateway.intake.floor import Floor
from gateway.intake.receipts import failed
from gateway.ports import Row

SEND_SECONDS = 30.0
MOST_TRIES = 40
"""More than two hours of pauses; what a platform that is there fails so often fails for ever."""
ROUTES = {Route.REPLY: OutRoute.REPLY, Route.NOTICE: OutRoute.NOTICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try that is written down: who is asked to carry what to whom.

    ``counted`` is how many messages of the right to reply it has spent. ``carrier`` is the account
    that carries it when that is another than the conversation's.
    """

    entry: OutEntry
    channel: Channel
    outbound: Outbound
    grant: ReplyGrant | None = None
    counted: int = 1
    carrier: str = ""


class Tries:
    """Writes tries down; ``jitter`` gives 0..1.

    What no person said (receipts, farewells) leaves within the right to reply or not at all.
    """

    def __init__(self, floor: Floor, media_dir: Path, jitter: Callable[[], float]) -> None:
        self.floor = floor
        self._media_dir = media_dir
        self._jitter = jitter

    async def begin(
        self, contact_id: str, message_id: str, shut: Collection[OutRoute]
    ) -> Try | None:
        """Write the next try down; None when there is nothing to try (now)."""
        async with self.floor.chats.turn(contact_id):
            now = self.floor.clock.now()
            entries = await self.floor.store.out_entries(contact_id)  # in the order they were said
            ids = [one.message_id for one in entries]
            if message_id not in ids:
                return None
            at = ids.index(message_id)
            entry = entries[at]
            if entry.state is not OutState.QUEUED:
                return None
            held = [one.next_at for one in entries[:at] if one.state is OutState.QUEUED]
            if held:
                await self.floor.commit_chat(
                    replace(entry, next_at=max(*held, now + timedelta(seconds=1)))
                )
                return None
            if is_over(entry, now):
                await end(self.floor, entry, OutState.EXPIRED, "too-late")
                return None
            if entry.tries >= MOST_TRIES:
                await end(self.floor, entry, OutState.FAILED, "too-often")
                return None
            return await self._write_try(entry, now, shut)

    async def _write_try(
        self, entry: OutEntry, now: datetime, shut: Collection[OutRoute]
    ) -> Try | None:
        account = self.floor.accounts.get(entry.account)
        (identity,) = await self.floor.store.identities([entry.identity_id]) or (None,)
        message = await self.floor.store.message(entry.message_id)
        if account is None or identity is None or message is None:
            await end(self.floor, entry, OutState.FAILED, "no-channel")
            return None
        if not message.operator_id:  # our own receipts and farewells are worth no other way
            shut = {*shut, OutRoute.NOTICE, OutRoute.SMS}
        caps = account.channel.caps
        outbound = await self._outbound(message, identity, OutRoute.REPLY)
        counted = caps.counts(outbound)
        grants = await self.floor.store.grants(entry.identity_id, now)
        grant = newest_live([one for one in grants if _is_enough(one, counted, now)], now)
        sms, phone = await self._sms(entry, outbound)
        route = route_of(
            entry,
            grant,
            {ROUTES[one] for one in caps.routes},
            grants_rule=caps.windowed,
            sms=sms is not None and phone is not None,
            shut=shut,
        )
        if route is None:
            await end(self.floor, entry, OutState.FAILED, "window-closed")
            return None
        channel, to, carrier = account.channel, identity, ""
        if route is OutRoute.SMS and sms is not None and phone is not None:
            channel, to, carrier = sms.channel, phone, sms.id
        spends = route is OutRoute.REPLY and not (entry.tries and entry.route is OutRoute.REPLY)
        pause = pause_seconds(entry.tries + 1, self._jitter(), SEND_SECONDS * 2)
        tried = replace(
            entry,
            route=route,
            tries=entry.tries + 1,
            next_at=now + timedelta(seconds=pause),
            changed_at=now,
        )
        rows: list[Row] = [tried]
        if spends and grant is not None:
            grant = replace(grant, used=grant.used + counted)
            rows.append(grant)
        await self.floor.commit_chat(*rows)
        if route is not OutRoute.REPLY:
            outbound = await self._outbound(message, to, route)
        return Try(
            entry=tried,
            channel=channel,
            outbound=outbound,
            grant=grant,
            counted=counted,
            carrier=carrier,
        )

    async def _sms(
        self, entry: OutEntry, outbound: Outbound
    ) -> tuple[ChannelAccount | None, Identity | None]:
        """An account for short messages, and the telephone that a person has linked.

        None for a message with files: those would be lost on the way.
        """
        sms = short_messages(self.floor.accounts)
        if sms is None or outbound.files or sms.id == entry.account:
            return None, None
        ids = connected(entry.identity_id, await self.floor.store.links(entry.identity_id))
        known = await self.floor.store.identities(ids)
        return sms, next((one for one in known if one.scheme == PHONE), None)

    async def _outbound(self, message: Message, to: Identity, route: OutRoute) -> Outbound:
        files = [
            one
            for one in await self.floor.store.attachments(message.contact_id)
            if one.message_id == message.id and one.file and one.state is not FileState.FAILED
        ]
        return Outbound(
            key=message.id,
            scheme=to.scheme,
            to=to.value,
            text=message.text,
            route=Route.NOTICE if route is OutRoute.NOTICE else Route.REPLY,
            files=tuple(
                OutFile(
                    path=str(self._media_dir / one.file),
                    kind=Kind(one.kind.value),
                    name=one.name,
                    content_type=one.found_type or one.declared_type,
                )
                for one in files
            ),
            reply_to=message.reply_to,
            automatic=not message.operator_id,
        )


def _is_enough(grant: ReplyGrant, counted: int, now: datetime) -> bool:
    """Whether a message that the platform counts as so many fits in what is left."""
    left = grant.left(now)
    return left is None or left >= counted


async def end(floor: Floor, entry: OutEntry, state: OutState, code: str) -> None:
    """It will not leave; its conversation's screen says why. The conversation is held."""
    over = replace(entry, state=state, code=code[:64], changed_at=floor.clock.now())
    await floor.commit_chat(over, failed(over, code[:64], floor))
