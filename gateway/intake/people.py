"""Who writes: identities found or made, and the links that a message itself gives evidence for."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from channels.message import Inbound, Sender
from gateway.core.chat import Chat
from gateway.core.chat_moves import fact_of
from gateway.core.citizen import normalise_number
from gateway.core.facts import FactKind
from gateway.core.identity import Evidence, Identity, IdentityLink, LinkState
from gateway.intake.at_hand import PHONE
from gateway.intake.chat_views import PHONE_SCHEMES
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.intake.inbound import numbers_in
from gateway.ports import Row

MOST_REMEMBERED = 10_000
PLATFORM = "platform"
"""Who links what the platform itself vouches for."""
SYSTEM = "system"
"""Who proposes what a message gives evidence for."""


def key_of(account: str, sender: Sender) -> tuple[str, str, str]:
    """Account, scheme and value of their identity: a telephone is the same on every account.

    A sender's name in letters is known on its account only.
    """
    number = normalise_number(sender.value) if sender.scheme in PHONE_SCHEMES else ""
    return ("", PHONE, number) if number else (account, sender.scheme, sender.value)


class People:
    """The last identities are remembered, so that a message seldom asks the store for one."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._known: OrderedDict[tuple[str, str, str], Identity] = OrderedDict()

    async def who(self, account: str, sender: Sender) -> tuple[Identity, list[Row]]:
        """Whoever this is, with the rows that make them known (none: they were).

        The sender's lock is held by whoever calls, so nobody makes them twice.
        """
        shared, scheme, value = key_of(account, sender)
        identity = await self._find(shared, scheme, value)
        if identity is not None:
            if sender.name and sender.name != identity.name:
                named = _named(identity, sender.name)
                self._remember(named)
                return named, [named]
            return identity, []
        now = self.floor.clock.now()
        made = _made(shared, scheme, value, now, name=sender.name)
        rows: list[Row] = [made]
        for scheme, value in sender.aliases[:4]:
            rows += await self._alias(made, account, scheme, value, now)
        return made, rows

    async def _alias(
        self, identity: Identity, account: str, scheme: str, value: str, now: datetime
    ) -> list[Row]:
        """Another name of the same person, as the platform says: linked without being asked.

        It belongs to all accounts of the platform, so its account is the channel's kind.
        """
        kind = account.partition(":")[0]
        other = await self._find(kind, scheme, value)
        rows: list[Row] = []
        if other is None:
            other = _made(kind, scheme, value, now)
            rows.append(other)
        a, b = sorted((identity.id, other.id))
        return [
            *rows,
            IdentityLink(
                id=new_id(now),
                a=a,
                b=b,
                evidence=Evidence.UNION,
                state=LinkState.CONFIRMED,
                at=now,
                by=PLATFORM,
                decided_at=now,
                decided_by=PLATFORM,
            ),
        ]

    async def numbers_given(
        self, identity: Identity, inbound: Inbound, chat: Chat, now: datetime
    ) -> list[Row]:
        """Proposals that whoever wrote a telephone number has it; a person decides."""
        rows: list[Row] = []
        if identity.scheme == PHONE:
            return rows
        for number in numbers_in(inbound):
            phone = await self._find("", PHONE, number)
            if phone is None:
                phone = _made("", PHONE, number, now)
                rows.append(phone)
            a, b = sorted((identity.id, phone.id))
            if any({one.a, one.b} == {a, b} for one in await self.floor.store.links(identity.id)):
                continue
            link = IdentityLink(
                id=new_id(now), a=a, b=b, evidence=Evidence.PHONE, at=now, by=SYSTEM
            )
            evidence = Evidence.PHONE.value
            rows += [
                link,
                fact_of(FactKind.LINK_PROPOSED, chat, now, link_id=link.id, evidence=evidence),
            ]
        return rows

    async def _find(self, account: str, scheme: str, value: str) -> Identity | None:
        key = (account, scheme, value)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        found = await self.floor.store.identity(account, scheme, value)
        if found:
            self._remember(found)
        return found

    def recorded(self, identity: Identity) -> None:
        """This identity is in the store now: nobody asks for it again."""
        self._remember(identity)

    def _remember(self, identity: Identity) -> None:
        self._known[identity.account, identity.scheme, identity.value] = identity
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def _made(account: str, scheme: str, value: str, now: datetime, name: str = "") -> Identity:
    return Identity(
        id=new_id(now),
        account=account,
        scheme=scheme,
        value=value,
        name=name[:64],
        first_seen=now,
    )


def _named(identity: Identity, name: str) -> Identity:
    return Identity(
        id=identity.id,
        account=identity.account,
        scheme=identity.scheme,
        value=identity.value,
        name=name[:64],
        first_seen=identity.first_seen,
    )
