"""Who writes: identities found or made, and the links that a message itself gives evidence for."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
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
NAME_CHARACTERS = 64
MOST_ALIASES = 4
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody who writes; ``rows`` make known what was not, ``new``: nobody knew them."""

    identity: Identity
    rows: list[Row]
    new: bool


class People:
    """The last identities are remembered, so that a message seldom asks the store for one."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._known: OrderedDict[tuple[str, str, str], Identity] = OrderedDict()

    async def who(self, account: str, sender: Sender) -> Who:
        """Whoever this is. The sender's lock is held by whoever calls: nobody makes them twice.

        What the rows say is remembered when they are ``recorded``.
        """
        shared, scheme, value = key_of(account, sender)
        name, now = sender.name[:NAME_CHARACTERS], self.floor.clock.now()
        known = await self._find(shared, scheme, value)
        identity = known or new_identity(shared, scheme, value, now, name=name)
        if name and name != identity.name:
            identity = replace(identity, name=name)
        rows: list[Row] = [] if identity is known else [identity]
        for scheme, value in sender.aliases[:MOST_ALIASES]:
            rows += await self._alias(identity, account, scheme, value, now)
        return Who(identity=identity, rows=rows, new=known is None)

    async def _alias(
        self, identity: Identity, account: str, scheme: str, value: str, now: datetime
    ) -> list[Row]:
        """Another name of the same person, as the platform says: linked without being asked.

        It belongs to all accounts of the platform, so its account is the channel's kind. A link
        that a person took back is not made again.
        """
        kind = account.partition(":")[0]
        other = await self._find(kind, scheme, value)
        rows: list[Row] = []
        if other is None:
            other = new_identity(kind, scheme, value, now)
            rows.append(other)
        elif await self._linked(identity, other):
            return rows
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

    async def _linked(self, one: Identity, other: Identity) -> bool:
        """Whether there is a link between these two, in whatever state."""
        pair = {one.id, other.id}
        return any({link.a, link.b} == pair for link in await self.floor.store.links(one.id))

    async def numbers_given(
        self, identity: Identity, inbound: Inbound, chat: Chat, now: datetime, before: set[str]
    ) -> list[Row]:
        """Proposals that whoever wrote a telephone number has it; a person decides.

        Of those ``before``, in the same unit, it is proposed already.
        """
        rows: list[Row] = []
        if identity.scheme == PHONE:
            return rows
        for number in numbers_in(inbound):
            if number in before:
                continue
            before.add(number)
            phone = await self._find("", PHONE, number)
            if phone is None:
                phone = new_identity("", PHONE, number, now)
                rows.append(phone)
            elif await self._linked(identity, phone):
                continue
            a, b = sorted((identity.id, phone.id))
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
            self.recorded(found)
        return found

    def recorded(self, identity: Identity) -> None:
        """This identity is in the store now: nobody asks for it again."""
        self._known[identity.account, identity.scheme, identity.value] = identity
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def new_identity(account: str, scheme: str, value: str, now: datetime, name: str = "") -> Identity:
    """Somebody under a name that nobody knew, not yet recorded."""
    return Identity(
        id=new_id(now),
        account=account,
        scheme=scheme,
        value=value,
        name=name,
        first_seen=now,
    )
